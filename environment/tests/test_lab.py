"""lab starts a server in which the Java kernel is found and runs."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

import pytest
from conftest import ENVIRONMENT, environment

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals to a process group; run it on Linux or macOS")


def test_the_kernel_is_found_and_ends_with_the_server(tmp_path):
    log = tmp_path / "log"
    options = ["--no-browser", "--port=0", "--ServerApp.token=secret", "--allow-root"]
    with open(log, "w") as said:
        lab = subprocess.Popen(
            [sys.executable, str(ENVIRONMENT / "lab"), *options],
            env=environment(HOME=tmp_path, NEARFAR_INSIDE="1"),
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        address = _wait(lambda: re.search(r"http://127\.0\.0\.1:(\d+)/lab", log.read_text()))[0].removesuffix("/lab")

        def ask(path, data=None):
            request = urllib.request.Request(f"{address}/api/{path}?token=secret", data=data and json.dumps(data).encode())
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)

        spec = ask("kernelspecs")["kernelspecs"]["java"]["spec"]
        assert spec["argv"][-2:] == ["org.dflib.jjava.distro.JJava", "{connection_file}"], "ours, not the one that came with pip"
        ask("kernels", {"name": "java"})
        (kernel,) = ask("kernels")
        java = _wait(lambda: re.search(rb"(\d+)", subprocess.run(["pgrep", "-P", str(lab.pid)], capture_output=True).stdout))
        assert kernel["name"] == "java"
        lab.send_signal(signal.SIGTERM)  # without a terminal there is nobody to be asked whether ctrl-C was meant
        assert lab.wait(60) == 0
        assert "stop it here with ctrl-C" in log.read_text()
        _wait(lambda: subprocess.run(["ps", "-p", java[1]], capture_output=True).returncode)
    finally:
        if lab.poll() is None:
            lab.kill()


def _wait(what):
    for _ in range(600):
        found = what()
        if found:
            return found
        time.sleep(0.1)
    pytest.fail("waited a minute in vain")
