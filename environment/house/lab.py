"""environment/lab: JupyterLab on the notebooks."""

from __future__ import annotations

import os
import subprocess

from . import inside, pages
from .places import KERNELS, NOTEBOOKS, PYTHON, WINDOWS
from .say import line


def main(argv: list[str]) -> int:
    if argv[:1] in (["-h"], ["--help"]):
        line("usage: environment/lab [option of jupyter lab …]\n\nOpens JupyterLab on the notebooks; NEARFAR_DATASET, NEARFAR_DATA and NEARFAR_DEVICE\nchoose as for environment/reports. Example: environment/lab --no-browser --port 8899")
        return 0
    environment = {**os.environ, **pages.knobs()}
    inside.enter("lab", argv)
    environment["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(KERNELS.parent), environment.get("JUPYTER_PATH")]))
    environment["JUPYTER_PREFER_ENV_PATH"] = "1"  # a kernel called java in the user's home must not be taken for this one
    environment.pop("NEARFAR_INSIDE", None)
    NOTEBOOKS.mkdir(exist_ok=True)
    line("lab: JupyterLab starts in the browser; stop it here with ctrl-C, twice.")
    command = [str(PYTHON), "-I", "-m", "jupyterlab", f"--ServerApp.root_dir={NOTEBOOKS}", *argv]
    if not WINDOWS:
        os.execve(command[0], command, environment)
    return subprocess.call(command, env=environment)
