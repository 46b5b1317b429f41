"""What published log doctors say of a run: runmedic, losslint and trainspotter, as they come.

They live in an environment of their own; ``make`` it with the commands of `MISSING`. Each reads a
CSV of the run's main series, under the names that all three know, up to the landmark.
"""

import csv
import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from insight_lib.dissection.run.view import RunView
from insight_lib.errors import InputError
from insight_lib.series.role import HELD_OUT, Phase, Role
from insight_lib.series.series import Series
from tests.bench.risk.baselines.curves import training_loss, validation_loss

ENVIRONMENT = Path("build/log-doctors")
DOCTORS = {"runmedic": "0.1.1", "losslint": "0.4.1", "trainspotter": "0.2.6"}
MISSING = (
    f"no log doctors at {ENVIRONMENT}; run `python -m venv {ENVIRONMENT}` and "
    f"`{ENVIRONMENT}/bin/pip install "
    + " ".join(f"{name}=={version}" for name, version in DOCTORS.items())
    + "`"
)
_ASKING = Path(__file__).with_name("ask_log_doctors.py")
_RANKS = {"info": 1, "warning": 2, "error": 3, "critical": 3}


def write_csv(run: RunView, file: Path) -> bool:
    """Write a run's main series as the doctors read them; return whether there was a loss.

    A row a step; a cell is empty where nothing was written. All points are written as they are.
    """
    columns = {name: one for name, one in _columns(run).items() if one is not None}
    steps = sorted({int(step) for one in columns.values() for step in one.steps})
    at = {
        name: dict(zip(one.steps.tolist(), one.values.tolist(), strict=True))
        for name, one in columns.items()
    }
    with file.open("w", encoding="utf-8", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(["step", *columns])
        rows.writerows([step, *(at[name].get(step, "") for name in columns)] for step in steps)
    return any("loss" in name for name in columns)


def _columns(run: RunView) -> dict[str, Series | None]:
    return {
        "train_loss": training_loss(run),
        "val_loss": validation_loss(run),
        "train_accuracy": _first(run, Role.ACCURACY, {Phase.TRAIN}),
        "val_accuracy": _first(run, Role.ACCURACY, HELD_OUT),
        "learning_rate": _first(run, Role.LEARNING_RATE, set(Phase)),
        "grad_norm": _first(run, Role.GRADIENT_NORM, set(Phase)),
        "step_time": _first(run, Role.STEP_TIME, set(Phase)),
    }


def _first(run: RunView, role: Role, phases: Iterable[Phase]) -> Series | None:
    known = set(phases)
    found = [one for one in run.with_role(role) if one.about.phase in known]
    return found[0].series if found else None


def ask_doctors(folder: Path) -> dict[str, dict[str, float]]:
    """Return each doctor's `alarm` about each CSV of a folder: name of the file to column.

    A column is missing where a doctor cannot read the file.

    Raises:
        InputError: their environment is missing.
    """
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        raise InputError(MISSING)
    command = [str(python), str(_ASKING), str(folder)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {name: _columns_of(said) for name, said in json.loads(told).items()}


def _columns_of(said: Mapping[str, list[str] | None]) -> dict[str, float]:
    return {
        f"b_{name}": alarm(severities)
        for name, severities in said.items()
        if severities is not None
    }


def alarm(severities: Iterable[str]) -> float:
    """Return the greatest rank of some findings, and below 1 more for each further one of it.

    0 of none, from 1 of a note, from 2 of a warning, from 3 of an error.

    >>> alarm(["warning", "info", "warning"])
    2.5
    """
    ranks = [_RANKS[one] for one in severities]
    if not ranks:
        return 0.0
    count = ranks.count(max(ranks))
    return float(max(ranks) + np.round(1 - 1 / count, 6))
