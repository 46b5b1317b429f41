"""What a lake says of some runs, as flat fields: how they were set up, and what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from insight_lib.dealer.fields import Path, config_fields, layer_fields
from insight_lib.errors import InputError
from insight_lib.lake.known_runs import check_known
from insight_lib.lake.tables import Lake
from insight_lib.report.run_outcomes import outcomes
from insight_lib.report.text import parse_json

MIN_RUNS = 2
_ENDED = ("verdict", "state", "last_step")
"""Of table ``runs``: how a run ended."""


@dataclass(frozen=True)
class RunFields:
    """One run: its configuration and its outcome, by field."""

    run_id: str
    configuration: Mapping[Path, object]
    outcome: Mapping[Path, object]


def read_run_fields(lake: Lake, run_ids: Sequence[str]) -> tuple[RunFields, ...]:
    """Read the fields of runs, in the order given.

    Raises:
        InputError: fewer than two runs were named, one twice, or one that the lake does not have.
        LakeError: a data file of the lake is missing or damaged.
    """
    _check_named(lake, run_ids)
    columns = ["run_id", "hparams", "config", "topology", "topology_source", *_ENDED]
    rows = lake.read("runs", columns, run_ids).to_pylist(maps_as_pydicts="strict")
    by_run = {row["run_id"]: row for row in rows}
    ends = outcomes(lake, run_ids)
    return tuple(
        RunFields(run_id, _configuration(by_run[run_id]), _ended(by_run[run_id]) | ends[run_id])
        for run_id in run_ids
    )


def _configuration(run: Mapping[str, Any]) -> dict[Path, object]:
    config = parse_json(run["config"])
    found = config_fields(config) if isinstance(config, dict) else {}
    found |= {("hparams", name): _number(text) for name, text in run["hparams"].items()}
    if run["topology_source"] is not None:
        found["topology",] = run["topology_source"]
    return found | layer_fields(parse_json(run["topology"]))


def _ended(run: Mapping[str, Any]) -> dict[Path, object]:
    told = {name: run[name] for name in _ENDED}
    return {(name,): value for name, value in told.items() if value is not None}


def _number(text: str) -> object:
    """Return a hyper-parameter, which the table keeps as text, as the number that it is."""
    value = parse_json(text)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else text


def _check_named(lake: Lake, run_ids: Sequence[str]) -> None:
    if len(run_ids) < MIN_RUNS:
        raise InputError(f"{len(run_ids)} run was given; give two or more, each once")
    twice = next((each for at, each in enumerate(run_ids) if each in run_ids[:at]), None)
    if twice is not None:
        raise InputError(f"run {twice} was given twice; give two or more, each once")
    check_known(lake, run_ids)
