"""One measurement in a fresh process: ``python -m tests.bench.reading WHAT PATH`` prints it."""

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from insight_lib.events.format.read import read_span

# Enough to have every kernel compiled and loaded.
WARM_BYTES = 2**20


def ours(path: Path) -> float:
    """Return the seconds of reading and decoding a file to Arrow tables, checksums verified.

    The process is warm: it has decoded the file's first MiB. Each piece is dropped once it is
    decoded, as by whoever writes it on.

    Raises:
        RuntimeError: bytes of the file were not taken.
    """
    _read(path, WARM_BYTES)
    started_s = time.perf_counter()
    _read_whole(path)
    return time.perf_counter() - started_s


def memory(path: Path) -> float:
    """Return the MB of the peak of a reading, above what a warm process takes; else as `ours`."""
    _read(path, WARM_BYTES)
    before_mb = _memory_mb("VmRSS")
    _read_whole(path)
    return _memory_mb("VmHWM") - before_mb


def event_accumulator(path: Path) -> float:
    """Return the seconds that TensorBoard's EventAccumulator takes to load a file, all of it."""
    # Here, so that the other readings do without TensorFlow.
    from tensorboard.backend.event_processing import event_accumulator as tensorboard  # noqa: PLC0415

    everything = dict.fromkeys(tensorboard.DEFAULT_SIZE_GUIDANCE, 0)
    accumulator = tensorboard.EventAccumulator(str(path), size_guidance=everything)
    started_s = time.perf_counter()
    accumulator.Reload()
    return time.perf_counter() - started_s


def _read_whole(path: Path) -> None:
    size = path.stat().st_size
    if (read_to := _read(path, size)) != size:
        raise RuntimeError(f"{path} ends at byte {read_to} of {size}: write it again")


def _read(path: Path, stop: int) -> int:
    """Read the records of a file that end before ``stop``, and return where the last one ends."""
    read_to = 0
    for piece in read_span(path, 0, stop, {}):
        read_to = piece.read_to
        if len(piece.quarantine):
            raise RuntimeError(f"{path} is damaged before byte {read_to}: write it again")
    return read_to


def _memory_mb(field: str) -> float:
    found = re.search(rf"^{field}:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.M)
    if found is None:
        raise RuntimeError(f"/proc/self/status has no {field}: this measurement needs Linux")
    return int(found[1]) * 1024 / 1e6


READINGS: dict[str, Callable[[Path], float]] = {
    reading.__name__: reading for reading in (ours, memory, event_accumulator)
}

if __name__ == "__main__":
    print(READINGS[sys.argv[1]](Path(sys.argv[2])))
