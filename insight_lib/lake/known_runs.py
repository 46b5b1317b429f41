"""Runs that people name, held against those that the lake has."""

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


def _unknown(run_id: str, known: Sequence[str]) -> str:
    holding = [name for name in known if run_id in name]
    near = holding[:_NEAR] or get_close_matches(run_id, known, _NEAR)
    meant = f"did you mean {', '.join(near)}? " if near else ""
    return f"the lake has no run {run_id}; {meant}`insight runs` lists its {len(known)} runs"
