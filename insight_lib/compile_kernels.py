"""Compile all kernels ahead: no worker waits for a compiler, or runs outdated machine code."""

import importlib
from pathlib import Path
from typing import Any

from insight_lib.kernel_sources import kernel_modules, sources_of
from insight_lib.kernels import AHEAD, KERNELS


def compile_all() -> None:
    """Compile every kernel of the package and keep the machine code on disk.

    Takes some 15 s the first time, a second when nothing has changed. Call it before any kernel is
    used.
    """
    for module in kernel_modules():
        importlib.import_module(module)
    for compiled in KERNELS:
        _drop_outdated(compiled)
    for compile_ahead in AHEAD:
        compile_ahead()


def _drop_outdated(compiled: Any) -> None:  # noqa: ANN401 - numba's own type
    """Remove the kept machine code of a kernel's module that is older than any of its sources."""
    source = Path(compiled.py_func.__code__.co_filename)
    newest = max(map(_changed_at, sources_of([source])))
    for index in Path(compiled.stats.cache_path).glob(f"{source.stem}.*.nbi"):
        if index.stat().st_mtime < newest:
            index.unlink(missing_ok=True)


def _changed_at(path: Path) -> float:
    """Return when a file was written, or put in its place with the time of another."""
    status = path.stat()
    return max(status.st_mtime, status.st_ctime)
