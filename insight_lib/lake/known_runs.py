"""Runs and experiments that people name, held against those that the lake has."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from insight_lib.errors import InputError
from insight_lib.lake.tables import Lake

_NEAR = 5
"""Names of runs that the message of an unknown one lists."""


def check_known(lake: Lake, run_ids: Iterable[str]) -> None:
    """Refuse a run that the lake does not have.

    Raises:
        InputError: A run is unknown; the message names those that may be meant.
    """
    known = set(lake.read("runs", ["run_id"])["run_id"].to_pylist())
    for run_id in run_ids:
        if run_id not in known:
            raise InputError(_unknown(run_id, sorted(known)))


def check_experiment(lake: Lake, experiment: str) -> None:
    """Refuse an experiment of which the lake has no run.

    Raises:
        InputError: It is unknown; the message names those that may be meant.
    """
    known = set(lake.read("runs", ["experiment"])["experiment"].to_pylist())
    if experiment not in known:
        meant = _meant(experiment, sorted(known))
        raise InputError(
            f"the lake has no experiment {experiment}; {meant}`insight runs` lists the experiments"
        )


def _unknown(run_id: str, known: Sequence[str]) -> str:
    meant = _meant(run_id, known)
    return f"the lake has no run {run_id}; {meant}`insight runs` lists its {len(known)} runs"


def _meant(name: str, known: Sequence[str]) -> str:
    holding = [other for other in known if name in other]
    near = holding[:_NEAR] or get_close_matches(name, known, _NEAR)
    return f"did you mean {', '.join(near)}? " if near else ""
