"""Look again and again as the files of trainings grow, and tell what changed."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from insight_lib.errors import InputError
from insight_lib.files.listing import is_event_file, list_files
from insight_lib.risk.watching.sight import Sight

LEAST_CHANGE = 0.05
"""Of a probability that is told: less is within what a point more of a noisy curve moves it."""

Look = Callable[[], Sequence[Sight]]
Sizes = dict[str, int]


@dataclass(frozen=True)
class Seen:
    """A look at the runs.

    Attributes:
        changed: the runs of which something is to be told, as they are now.
        all: every run.
        ended: why the watch is over, in words; None while it goes on.
    """

    changed: tuple[Sight, ...]
    all: tuple[Sight, ...]
    ended: str | None = None


def watch(log_dir: Path, look: Look, interval_s: float, quiet_s: float) -> Iterator[Seen]:
    """Yield a look whenever the event files have grown, and a last one at the end.

    The end is there when every run has said that it finished, or when no file grew for a while. A
    folder that does not hold an event file yet is waited for as long.

    Args:
        log_dir: the directory of one run, or a folder of runs.
        look: looks at it.
        interval_s: seconds between two looks at the sizes of the files, above 0.
        quiet_s: seconds without growth that are the end, above 0.

    Raises:
        InputError: no event file came.
    """
    told: dict[str, Sight] = {}
    known: Sizes = {}
    grown_s = time.monotonic()
    now: tuple[Sight, ...] = ()
    while True:
        sizes = sizes_of(log_dir)
        if sizes and sizes != known:
            known, grown_s = sizes, time.monotonic()
            now = tuple(look())
            changed = tuple(one for one in now if is_news(one, told.get(one.run_id)))
            told |= {one.run_id: one for one in changed}
            done = all(one.finished for one in now)
            yield Seen(changed, now, "every run has finished" if done else None)
            if done:
                return
        elif time.monotonic() - grown_s >= quiet_s:
            if not known:
                raise InputError(
                    f"no event file came to {log_dir} within {quiet_s:g} s; name the folder that "
                    "the training writes to, or wait longer with --quiet-s"
                )
            yield Seen((), now, f"no file grew for {quiet_s:g} s, which is taken for the end")
            return
        time.sleep(interval_s)


def is_news(now: Sight, before: Sight | None) -> bool:
    """Return whether what is said of a run differs from what was told of it last."""
    if before is None:
        return True
    words = [
        (one.verdict, one.flagged, one.abstains, one.probability is None) for one in (now, before)
    ]
    moved = abs((now.probability or 0.0) - (before.probability or 0.0))
    return words[0] != words[1] or moved >= LEAST_CHANGE


def sizes_of(log_dir: Path) -> Sizes:
    """Return the size in bytes of each event file below a directory; empty where it is none yet."""
    if not log_dir.is_dir():
        return {}
    return {found.place: found.size for found in list_files(log_dir, is_event_file).files}
