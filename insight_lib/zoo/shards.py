"""Training a zoo in parts, each of which can be interrupted and taken up again."""

import json
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from insight_lib.errors import InputError
from insight_lib.zoo.planning import ZooRun
from insight_lib.zoo.running import Progress
from insight_lib.zoo.training import RUNS_FOLDER, Truth, train_run

TRUTH_FOLDER = "truth"
_WRITTEN = re.compile(r"(\d+)/(\d+)")


@dataclass(frozen=True)
class Shard:
    """Part ``number`` of ``count``, from 1: every ``count``-th run of a plan."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> "Shard":
        """Read ``2/8``.

        Raises:
            InputError: The text says no part, or one that does not exist.
        """
        found = _WRITTEN.fullmatch(text)
        shard = cls(int(found[1]), int(found[2])) if found else None
        if shard is None or not 1 <= shard.number <= shard.count:
            raise InputError(f"{text!r} is no shard; write 1/8 for the first of eight")
        return shard

    def of(self, plan: Sequence[ZooRun]) -> Sequence[ZooRun]:
        """Return the runs of the plan that are of this part."""
        return plan[self.number - 1 :: self.count]


def train_shard(
    out_dir: Path, runs: Sequence[ZooRun], progress: Progress | None = None
) -> list[Truth]:
    """Train those of the runs that are not yet trained into ``<out_dir>/runs``.

    A run is trained once its truth lies in ``<out_dir>/truth``, outside of the folder that a
    pipeline is given to read; what an interrupted one left is removed.

    Args:
        out_dir: made where it is absent.
        runs: of a plan.
        progress: called with runs done, runs in all, and what is being done.

    Returns:
        The truth about all the runs, those trained before too.

    Raises:
        OSError: ``out_dir`` cannot be written.
    """
    truth = []
    for done, run in enumerate(runs):
        if progress is not None:
            progress(done, len(runs), f"training {run.program}")
        truth.append(_trained(out_dir, run))
    if progress is not None:
        progress(len(runs), len(runs), "trained")
    return truth


def _trained(out_dir: Path, run: ZooRun) -> Truth:
    place = out_dir / TRUTH_FOLDER / f"{run.directory}.json"
    if place.exists():
        return Truth(**json.loads(place.read_text(encoding="utf-8")))
    shutil.rmtree(out_dir / RUNS_FOLDER / run.directory, ignore_errors=True)
    truth = train_run(run, out_dir)
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_suffix(".tmp")
    unfinished.write_text(json.dumps(asdict(truth)) + "\n", encoding="utf-8")
    os.replace(unfinished, place)
    return truth
