"""``make faults``: try every fault at length, and print what was tried and what was lost."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from insight_lib.cli.output import print_table
from insight_lib.lake.session import SparkWorkers
from tests.events.faults import damage
from tests.events.faults.hostile import HOSTILE
from tests.events.faults.killing import repeated
from tests.events.faults.outcome import Outcome, judge
from tests.events.faults.records import every_kind, many_scalars

MASKS = (0x01, 0x80, 0xFF)
SMALL_CHUNK_BYTES = 700
THOROUGH = 2
COUNTED = ("fault", "files", "untouched", "lost", "tensorboard", "tensorboard_lost")
# So many drivers and so many workers.
KILLS = 15


def flips(path: Path, thoroughness: int) -> Outcome:
    """Every byte of mixed records, one mask or all."""
    masks = MASKS if thoroughness == THOROUGH else MASKS[:1]
    return judge("a byte flipped", damage.flipped(every_kind(), masks), path)


def flips_in_chunks(path: Path, thoroughness: int) -> Outcome:
    """Flipped bytes in a file that is read in chunks smaller than some records."""
    files = damage.flipped(every_kind(), (0xFF,), every=7 // thoroughness)
    return judge("a byte flipped, read in chunks", files, path, SMALL_CHUNK_BYTES)


def holes(path: Path, thoroughness: int) -> Outcome:
    """Holes all along a larger file."""
    files = damage.holes(many_scalars(400), every=64 // thoroughness)
    return judge("a hole of 4 KiB", files, path)


def garbage(path: Path, thoroughness: int) -> Outcome:
    """Random bytes between and inside records."""
    return judge("bytes put in", damage.inserted(every_kind(), 1, every=2 // thoroughness), path)


def absurd_lengths(path: Path, _thoroughness: int) -> Outcome:
    """Lengths up to 2^64 - 1 with a checksum that holds; TensorFlow's reader aborts there."""
    files = damage.absurd_lengths(every_kind())
    return judge("a length of 2^31 to 2^64", files, path, ask_tensorboard=False)


def zero_lengths(path: Path, _thoroughness: int) -> Outcome:
    """Empty records."""
    return judge("a record of length 0", damage.zero_lengths(every_kind()), path)


BYTE_FAULTS: dict[str, Callable[[Path, int], Outcome]] = {
    function.__name__: function
    for function in (flips, flips_in_chunks, holes, garbage, absurd_lengths, zero_lengths)
}


def main() -> int:
    """Try all, print the tables, and return 1 if something was lost."""
    with tempfile.TemporaryDirectory() as folder:
        kept = _damage(Path(folder))
        _hostile()
        return 0 if _kills(Path(folder) / "kills") and kept else 1


def _damage(folder: Path) -> bool:
    outcomes = [fault(folder / "tfevents", THOROUGH) for fault in BYTE_FAULTS.values()]
    print_table(
        "What a fault costs",
        ["fault", "files", "records left whole", "lost", "read by TensorBoard", "lost", "untiled"],
        [[*(getattr(o, name) for name in COUNTED), len(o.untiled)] for o in outcomes],
    )
    return all(outcome.holds for outcome in outcomes)


def _hostile() -> None:
    # A process each: what one leaves behind must not count for the next.
    command = [sys.executable, "-m", "tests.events.faults.hostile"]
    shown = []
    for name in HOSTILE:
        done = subprocess.run([*command, name], capture_output=True, text=True, check=True)
        figures = json.loads(done.stdout)[name]
        shown.append([name, figures["bytes"], figures["rows"], figures["grown"]])
    print_table("What hostile files take", ["file", "bytes", "rows", "bytes of memory"], shown)


def _kills(folder: Path) -> bool:
    shown = []
    for killed, right in repeated(folder, SparkWorkers(), KILLS, seed=0):
        columns = [killed.victim, killed.phase, killed.status, killed.commits]
        shown.append([*columns, "equal" if right else "DIFFER"])
        print(*shown[-1], sep="  ", file=sys.stderr, flush=True)
    columns = ["killed", "while", "the command ended with", "commits by then", "rows afterwards"]
    print_table("kill -9 of an ingestion", columns, shown)
    return all(row[-1] == "equal" for row in shown)


if __name__ == "__main__":
    sys.exit(main())
