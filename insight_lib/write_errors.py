"""What a file system refuses while something is written, as one error with place and remedy.

The same refusal comes as an ``OSError`` of Python or pyarrow, as an error of delta-rs, or deep in a
Java stack; the last two have nothing but their text to know it by.
"""

import errno
import os
import re
from pathlib import Path

from insight_lib.errors import StorageError

AGAIN = "run the same command again: committed work is kept, and nothing is counted twice"
REMEDIES = {
    errno.ENOSPC: "free some space there",
    errno.EDQUOT: "free some of your quota there",
    errno.EFBIG: "raise the limit on the size of a file (ulimit -f)",
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
    errno.EROFS: "mount it for writing",
    errno.EACCES: "make it readable and writable",
    errno.EPERM: "make it readable and writable",
    errno.EIO: "check the disk",
    errno.ENOTCONN: "mount it again",
    errno.ESTALE: "mount it again",
}
# Only what is written is refused for these; the others may be met in reading.
_OF_WRITING = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
_UNITS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1, "bytes"))
# As Rust and pyarrow write the number.
_NUMBER = re.compile(r"\(os error (\d+)\)|\[[Ee]rrno (\d+)\]")


def refusal(error: BaseException, place: Path | str | None = None) -> StorageError | None:
    """Return what to raise in the place of an error that a file system's refusal caused.

    Args:
        error: Of Python, pyarrow, delta-rs or Spark.
        place: What was written to, where the error does not say so itself.

    Returns:
        The named error; None where the file system is not known to be the cause.
    """
    code = _code(error)
    if code is None:
        return None
    named = getattr(error, "filename", None)
    where = Path(os.fsdecode(named)) if isinstance(named, str | bytes) else place
    subject = "the output" if where is None else str(where)
    free = "" if where is None else _free(Path(where), code)
    verb = "written" if code in _OF_WRITING else "used"
    return StorageError(
        f"{subject} cannot be {verb}: {os.strerror(code)}{free}; {REMEDIES[code]} and {AGAIN}"
    )


def _code(error: BaseException) -> int | None:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno if error.errno in REMEDIES else None
    text = str(error)
    numbers = (int(one or other) for one, other in _NUMBER.findall(text))
    known = next((number for number in numbers if number in REMEDIES), None)
    return known or next((code for code in REMEDIES if os.strerror(code) in text), None)


def _free(place: Path, code: int) -> str:
    """Say how much is free where a file lies, if it is this that matters."""
    if code not in (errno.ENOSPC, errno.EDQUOT):
        return ""
    while not place.exists() and place != place.parent:
        place = place.parent
    room = os.statvfs(place)
    if room.f_files and not room.f_favail:
        return f", no more files fit on the file system of {place}"
    free, size = (_size(blocks * room.f_frsize) for blocks in (room.f_bavail, room.f_blocks))
    return f", {free} of {size} are free"


def _size(size_bytes: int) -> str:
    unit, name = next(pair for pair in _UNITS if size_bytes >= pair[0] or pair[0] == 1)
    return f"{size_bytes / unit:.3g} {name}"
