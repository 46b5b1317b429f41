"""Bytes at the end of memory that may be read: reading one byte behind them ends the process.

    python -m tests.events.faults.guard SEED CASES

scans and decodes random and mutated bytes, placed so, and prints how many it tried.
"""

import ctypes
import mmap
import random
import sys
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from insight_lib.events.format.decode import decode
from insight_lib.events.format.kernels import Scratch
from insight_lib.events.format.tfrecord import scan
from tests.events.conftest import frame
from tests.events.faults.hostile import groups, huge_tensor, nested
from tests.events.faults.records import every_kind

PAGES = 4


def guarded_end() -> Callable[[bytes], npt.NDArray[np.uint8]]:
    """Return a function that places bytes before a page which nobody may read."""
    page = mmap.PAGESIZE
    size = PAGES * page
    base = np.frombuffer(mmap.mmap(-1, size + page), np.uint8)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mprotect(ctypes.c_void_p(base.ctypes.data + size), page, 0) != 0:
        raise OSError(ctypes.get_errno(), "the page cannot be protected")

    def place(data: bytes) -> npt.NDArray[np.uint8]:
        base[size - len(data) : size] = np.frombuffer(data, np.uint8)
        return base[size - len(data) : size]

    return place


def mutated(chance: random.Random) -> bytes:
    """A payload or a file, cut and changed anyhow; a payload's frame holds, so all layers see it.

    The end is often cut inside a record, a field or a number.
    """
    records = every_kind()
    odd = [nested(40), groups(40), huge_tensor(), chance.randbytes(chance.randint(0, 60))]
    payload = bytearray(chance.choice([record[12:-4] for record in records] + odd))
    del payload[chance.randint(0, len(payload)) :]
    for _ in range(chance.randint(0, 3)):
        if payload:
            payload[chance.randrange(len(payload))] = chance.choice((0, 0x7F, 0x80, 0xFF, 0x0A))
    data = b"".join(chance.sample(records, chance.randint(0, 2))) + frame(bytes(payload))
    return data if chance.random() < 0.7 else data[: chance.randint(0, len(data))]


def main(seed: int, cases: int) -> None:
    """Try as many cases; only a crash ends it early."""
    chance = random.Random(seed)
    place = guarded_end()
    for _ in range(cases):
        data = place(mutated(chance))
        scan(data, Scratch())
        decode(data, 0, {})
    print(cases)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
