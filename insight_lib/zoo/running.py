"""Training a whole zoo."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from insight_lib.errors import InputError
from insight_lib.zoo.planning import plan_runs
from insight_lib.zoo.training import RUNS_FOLDER, Truth, train_run

TRUTH_FILE = "truth.json"
Progress = Callable[[int, int, str], None]


def run_zoo(out_dir: Path, runs: int, seed: int, progress: Progress | None = None) -> list[Truth]:
    """Train ``runs`` runs into ``<out_dir>/runs`` and write the truth to ``<out_dir>/truth.json``.

    The truth lies outside of the folder that a pipeline is given to read.

    Args:
        out_dir: made where it is absent; must not hold runs yet.
        runs: how many, at least 1.
        seed: the same seed gives the same runs.
        progress: called with runs done, runs in all, and what is being done.

    Raises:
        InputError: ``out_dir`` holds runs already, ``runs`` is below 1, or ``seed`` is negative.
        OSError: ``out_dir`` cannot be written.
    """
    plan = plan_runs(runs, seed)
    if (out_dir / RUNS_FOLDER).exists():
        raise InputError(f"{out_dir / RUNS_FOLDER} holds runs already; remove it or choose another")
    truth = []
    for run in plan:
        if progress is not None:
            progress(run.index, runs, f"training {run.program}")
        truth.append(train_run(run, out_dir))
    document = {"seed": seed, "runs": [asdict(each) for each in truth]}
    (out_dir / TRUTH_FILE).write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    if progress is not None:
        progress(runs, runs, "trained")
    return truth
