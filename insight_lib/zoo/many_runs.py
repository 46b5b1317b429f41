"""Training many runs, which can be interrupted and taken up again."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from insight_lib.zoo.planning import ZooRun
from insight_lib.zoo.running import Progress
from insight_lib.zoo.training import RUNS_FOLDER, Truth, train_run

TRUTH_FOLDER = "truth"


def train_runs(
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
        return _read(place)
    shutil.rmtree(out_dir / RUNS_FOLDER / run.directory, ignore_errors=True)
    truth = train_run(run, out_dir)
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_suffix(".tmp")
    unfinished.write_text(json.dumps(asdict(truth)) + "\n", encoding="utf-8")
    unfinished.replace(place)
    return truth


def _read(place: Path) -> Truth:
    written: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    lists: dict[str, Any] = {
        name: tuple(said) for name, said in written.items() if isinstance(said, list)
    }
    # JSON has no tuples.
    return Truth(**{**written, **lists})
