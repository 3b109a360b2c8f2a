"""mvnw takes the Maven of the PATH if it is new enough; what it fetches is believed only with the right hash."""

import os
import subprocess

import pytest
from conftest import ENVIRONMENT

from house import maven

pytestmark = pytest.mark.skipif(os.name == "nt", reason="mvnw is a shell script; Windows has mvnw.cmd")


@pytest.mark.parametrize(
    "version, own",
    [("3.8.7", False), ("3.9.16", False), ("3.10.1", False), ("4.0.0", False), ("3.6.3", True), ("2.2.1", True), ("", True)],
)
def test_which_maven(script, version, own):
    script("mvn", f'[ "$1" = -v ] && printf "\\033[1mApache Maven {version}\\033[m\\nJava version: 17" || echo "path $*"\n')
    fetched = script("fetched", 'echo "own $*"\n')
    script("python3", f'echo "{fetched}"\n')
    done = subprocess.run(
        [ENVIRONMENT.parent / "mvnw", "-q", "verify"],
        env={"PATH": f"{script.folder}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"{'own' if own else 'path'} -q verify\n"


def test_an_altered_archive_is_refused(tmp_path):
    archive = tmp_path / "maven.tar.gz"
    archive.write_bytes(b"not Maven")
    with pytest.raises(SystemExit, match="is not the expected one: SHA-512 [0-9a-f]{128}, expected " + maven.SHA512):
        maven.unpack(archive, tmp_path)
    assert list(tmp_path.iterdir()) == [archive]
