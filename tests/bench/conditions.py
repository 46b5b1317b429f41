"""What an entry took of the machine, and how busy that was: figures depend on both. Linux only."""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

SAMPLED_EVERY_S = 0.2
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Conditions:
    """The conditions of a measurement, its peer's part of it included.

    Attributes:
        cpu_s: processor time, user and system, of the process and of all that it started.
        peak_mb: the most resident memory of them together, above what the process held before;
            sampled, and what processes share is counted for each.
        load: the machine's load average of a minute, when the measurement began.
        machine: the processor, its cores and the machine's memory.
    """

    cpu_s: float
    peak_mb: float
    load: float
    machine: str


class Watch:
    """Watches what is measured in a ``with`` block; `conditions` holds afterwards."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> "Watch":
        self._load = os.getloadavg()[0]
        self._cpu_s_before = _cpu_s()
        self._bytes_before = self._peak_bytes = _resident_bytes()
        self._sampler.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._sampler.join()
        self.conditions = Conditions(
            round(_cpu_s() - self._cpu_s_before, 2),
            round((self._peak_bytes - self._bytes_before) / 1e6, 1),
            round(self._load, 2),
            machine(),
        )

    def _sample(self) -> None:
        while not self._done.wait(SAMPLED_EVERY_S):
            self._peak_bytes = max(self._peak_bytes, _resident_bytes())


def machine() -> str:
    """Return the processor's name, the count of its cores and the memory of this machine."""
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    name = found[1] if found else os.uname().machine
    gigabytes = os.sysconf("SC_PHYS_PAGES") * _PAGE_BYTES / 1e9
    return f"{name}, {os.cpu_count()} cores, {gigabytes:.0f} GB"


def _cpu_s() -> float:
    """Return the processor time of this process, of what it waited for and of what still runs."""
    mine = os.times()
    waited = mine.user + mine.system + mine.children_user + mine.children_system
    # Fields 14 to 17 of the line, of which two stand before the fields that are given here.
    ticks = (sum(map(int, fields[11:15])) for pid, fields in _family() if pid != os.getpid())
    return waited + sum(ticks) / _TICKS_PER_S


def _resident_bytes() -> int:
    return sum(int(fields[21]) * _PAGE_BYTES for _, fields in _family())


def _family() -> Iterator[tuple[int, list[str]]]:
    """Return this process and its descendants: the fields of ``/proc/PID/stat`` after the name."""
    stats: dict[int, list[str]] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended by now
            # The name may have spaces and parentheses.
            stats[int(place.parent.name)] = place.read_text().rpartition(")")[2].split()
    for pid, fields in stats.items():
        if os.getpid() in _line(pid, stats):
            yield pid, fields


def _line(pid: int, stats: dict[int, list[str]]) -> Iterator[int]:
    """Yield a process, its parent, and so on."""
    while pid in stats:
        yield pid
        pid = int(stats[pid][1])
