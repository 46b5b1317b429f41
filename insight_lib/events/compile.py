"""Compiling ahead, so that no worker waits for a compiler and none runs outdated machine code."""

from pathlib import Path
from typing import Any, cast

import numpy as np

from insight_lib.events.decode import decode
from insight_lib.events.framing import needed_bytes
from insight_lib.events.messages import fields
from insight_lib.events.resync import search
from insight_lib.events.wire import find_field


def compile_all() -> None:
    """Compile every kernel of this package and keep the machine code on disk.

    Takes some 20 s the first time, under a second when nothing has changed. Call it before
    anything else of the package is used.
    """
    drop_outdated(needed_bytes)
    # Kernels run over any number of rows, so no rows are enough to have all of them compiled.
    nothing = np.frombuffer(b"", np.uint8)
    decode(nothing, 0, {})
    needed_bytes(nothing)
    search(nothing, 0)
    find_field(nothing, 0, 0, 1)
    fields(b"\x08\x01")


def drop_outdated(compiled: object, modules: str = "*") -> None:
    """Remove kept machine code that is older than any of this package's sources.

    Args:
        compiled: a kernel; the code beside its own is looked at.
        modules: whose code, as a glob: other packages have code of this one compiled into theirs.
    """
    newest = max(source.stat().st_mtime for source in Path(__file__).parent.glob("*.py"))
    folder = Path(cast("Any", compiled).stats.cache_path)
    for index in folder.glob(f"{modules}.nbi"):
        if index.stat().st_mtime < newest:
            index.unlink(missing_ok=True)
