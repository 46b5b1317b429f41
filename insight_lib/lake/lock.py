"""One pipeline writes to a lake at a time; a second one is told who is at work.

The lock is the operating system's (`flock`): it goes with the process, however that ends, so an
interrupted pipeline never leaves a lake locked. Readers need no lock, Delta gives them snapshots.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from insight_lib.errors import LakeBusyError, LakeError
from insight_lib.write_errors import refusal

LOCK_FILE = "_pipeline.lock"


@contextmanager
def only_writer(root: Path, remedy: str = "make its folder writable") -> Iterator[None]:
    """Hold the lake's lock while the block runs.

    Args:
        root: The lake.
        remedy: What to do where the folder cannot be written.

    Raises:
        LakeBusyError: Another process holds it; the message says which and since when.
        LakeError, StorageError: The folder cannot be written.
    """
    try:
        descriptor = os.open(root / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        is_read_only = error.errno in (errno.EROFS, errno.EACCES, errno.EPERM)
        refused = None if is_read_only else refusal(error)
        raise refused or LakeError(
            f"the lake {root} cannot be written ({error.strerror}); {remedy}"
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(descriptor, 200).decode() or "another process"
            raise LakeBusyError(
                f"a pipeline is already writing to the lake {root} ({holder}); "
                "wait until it has finished, nothing was changed"
            ) from error
        _name_holder(root, descriptor)
        yield
    finally:
        os.close(descriptor)


def _name_holder(root: Path, descriptor: int) -> None:
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"process {os.getpid()} since {since}".encode())
    except OSError as error:
        raise refusal(error, root) or error from error
