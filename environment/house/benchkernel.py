"""How long a reader waits: from starting the Java kernel to the first chart. Runs in .venv; answers as nearfar.bench.Worker does."""

from __future__ import annotations

import queue
import sys
import time

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from .places import KERNELS, ROOT

CHART = """\
var few = Embeddings.of(new double[][] {{1, 0}, {1, 0.1}, {0, 1}, {0.1, 1}}, new int[] {0, 0, 1, 1});
show(Charts.angles(few));
"""
LIMIT = 120


def main() -> None:
    for line in sys.stdin:
        command = line.split()[0]
        try:
            if command != "time":
                raise ValueError(f"unknown request {command}")
            print(f"ok ms={1000 * to_first_chart():.3f} steps=1", flush=True)
        except Exception as error:
            print(f"error {type(error).__name__}: {' '.join(str(error).split())}", flush=True)


def to_first_chart() -> float:
    """Seconds."""
    # Only our kernelspecs: a kernel called java in the user's home must not be taken for this one.
    manager = KernelManager(kernel_name="java", kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(KERNELS)], ensure_native_kernel=False))
    start = time.perf_counter()
    manager.start_kernel(cwd=str(ROOT), stdout=sys.stderr, stderr=sys.stderr)
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=LIMIT)
        client.execute(CHART, allow_stdin=False)
        return _chart(client) - start
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _chart(client) -> float:
    while True:
        try:
            message = client.get_iopub_msg(timeout=LIMIT)
        except queue.Empty:
            raise TimeoutError(f"no chart came within {LIMIT} s") from None
        content = message["content"]
        if message["msg_type"] == "error":
            raise RuntimeError(content["evalue"])
        data = content.get("data", {})
        if message["msg_type"] == "display_data" and ("image/png" in data or "<img" in data.get("text/html", "")):
            return time.perf_counter()
        if message["msg_type"] == "status" and content["execution_state"] == "idle" and message["parent_header"].get("msg_type") == "execute_request":
            raise RuntimeError("the cell ended without a chart")
