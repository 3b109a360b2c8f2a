"""Executes one notebook in a Java kernel of its own."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from .places import KERNELS, WINDOWS
from .say import plain


@dataclass(frozen=True)
class Failure:
    """Where a page failed and why."""

    cell: int | None
    source: str
    message: str
    #: Why the page is not for this data; it has not failed then.
    left_out: str = ""


class Stopped(Exception):
    """The user wants to stop."""


async def execute(
    notebook,
    folder: Path,
    environment: dict[str, str],
    timeout: float,
    log: Path,
    progress: Callable[[int, int], None],
    stopping: list[bool],
) -> Failure | None:
    """Executes the code cells in order, in place, up to the first that fails. The kernel is gone when this returns.

    Where its task is cancelled, and where the kernel dies while stopping is not empty, it raises Stopped."""
    code = [(i, cell) for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    for _, cell in code:
        cell.outputs, cell.execution_count = [], None
    # Only our kernelspecs: a kernel called java in the user's home must not be taken for this one.
    specs = KernelSpecManager(kernel_dirs=[str(KERNELS)], ensure_native_kernel=False)
    manager = AsyncKernelManager(kernel_name="java", kernel_spec_manager=specs)
    client = NotebookClient(notebook, km=manager, timeout=timeout, interrupt_on_timeout=False, record_timing=False, coalesce_streams=True)
    with open(log, "wb") as chatter:
        try:
            await manager.start_kernel(cwd=str(folder), env=environment, stdout=chatter, stderr=chatter)
            client.kc = manager.client()
            client.kc.start_channels()
            await client.kc.wait_for_ready(timeout=120)
            client.kc.allow_stdin = False
        except asyncio.CancelledError:
            await _surely(_end(manager, client))
            raise Stopped from None
        except RuntimeError as error:
            await _surely(_end(manager, client))
            if stopping:
                raise Stopped from None
            return Failure(None, "", f"the kernel did not start: {error}{_tail(log)}")
        try:
            for number, (index, cell) in enumerate(code, 1):
                progress(number, len(code))
                try:
                    await client.async_execute_cell(cell, index)
                except CellExecutionError as error:
                    said = message(cell, error)
                    return Failure(number, cell.source, said, _left_out(said))
                except CellTimeoutError:
                    return Failure(number, cell.source, f"the cell ran for more than {timeout:.0f} s: raise it with --timeout, or --timeout 0 for no limit")
                except DeadKernelError:
                    if stopping:
                        raise Stopped from None
                    return Failure(number, cell.source, f"the kernel died{_tail(log)}")
                if stopping:
                    raise Stopped
            return None
        except asyncio.CancelledError:
            raise Stopped from None
        finally:
            await _surely(_end(manager, client))


async def _surely(end) -> None:
    """Waits for what must be done to its end, though this task be cancelled meanwhile."""
    doing = asyncio.ensure_future(end)
    try:
        await asyncio.shield(doing)
    except asyncio.CancelledError:
        await doing
        raise


@contextlib.contextmanager
def stoppable():
    """While inside, ctrl-C and kill cancel the current task; the list that is given out is then no longer empty."""
    stopping: list[bool] = []
    task, loop = asyncio.current_task(), asyncio.get_running_loop()

    def stop() -> None:
        if not stopping:  # an impatient second ctrl-C must not cut the kernels' end short
            stopping.append(True)
            task.cancel()

    if WINDOWS:  # has no signal handlers in the loop
        yield stopping
        return
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in signals:
        loop.add_signal_handler(number, stop)
    try:
        yield stopping
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.default_int_handler)


async def _end(manager: AsyncKernelManager, client: NotebookClient) -> None:
    """Ends the kernel: asked by a signal, so that its shutdown hooks run, since JJava takes seconds to obey a message."""
    with contextlib.suppress(Exception):
        if not WINDOWS and await manager.is_alive():
            await manager.signal_kernel(signal.SIGTERM)
            for _ in range(50):
                if not await manager.is_alive():
                    break
                await asyncio.sleep(0.1)
    with contextlib.suppress(RuntimeError):
        await manager.shutdown_kernel(now=True)
    if client.kc is not None:
        client.kc.stop_channels()


def message(cell, error: CellExecutionError) -> str:
    """The exception's own words, with its causes and without colours and stack frames.

    They stand in the cell's output. The error that nbclient raises carries JJava's reply, whose traceback is of the kernel itself.
    """
    said = [text for output in cell.outputs if output.output_type == "error" for text in output.traceback]
    lines = [text for text in plain("\n".join(said)).splitlines() if text.strip()]
    words = [text for text in lines if not text.lstrip().startswith(("at ", "... "))]
    return "\n".join(words[:20]) or f"{error.ename}: {plain(error.evalue)}"


def _left_out(said: str) -> str:
    """What a PageLeftOut of the jar says: the page is not for this data."""
    found = re.match(r"(?:[\w$.]*[.$])?PageLeftOut: (.*)", said)
    return found[1].strip() if found else ""


def _tail(log: Path) -> str:
    """What the JVM said last, where a kernel can say nothing itself any more."""
    lines = [text for text in log.read_text(encoding="utf-8", errors="replace").splitlines() if " Loop " not in text and text.strip()]
    return "".join(f"\n  {text}" for text in lines[-8:])
