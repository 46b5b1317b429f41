"""What a run recorded of itself -> tables that any topology or hyper-parameter fits into."""

from collections.abc import Mapping, Sequence

from insight_lib.report.run_records import Configuration
from insight_lib.report.text import json_text, parse_json, shorten, value_text

MAX_ROWS = 200
"""Rows of a table on a page."""
MAX_RAW = 60_000
"""Characters of the configuration that a page shows."""
MAX_COLUMNS = 8
_CELL = 120


def configuration(
    hparams: Sequence[tuple[str, str]], config: str | None, topology: str | None
) -> Configuration:
    """The hyper-parameters by name, the layers as a table, the configuration as indented JSON."""
    layers = _layers(parse_json(topology))
    columns = _columns(layers)
    cells = [tuple(_cell(layer, column) for column in columns) for layer in layers[:MAX_ROWS]]
    return Configuration(
        hparams=tuple((name, value_text(value)) for name, value in sorted(hparams)[:MAX_ROWS]),
        hparams_total=len(hparams),
        columns=columns,
        layers=tuple(cells),
        layers_total=len(layers),
        raw=None if config is None else _raw(config),
    )


def _layers(topology: object) -> list[Mapping[str, object]]:
    """The layers of a topology: a list of objects, or the list that its object calls layers."""
    if isinstance(topology, dict):
        topology = topology.get("layers")
    if not isinstance(topology, list):
        return []
    return [layer for layer in topology if isinstance(layer, dict)]


def _columns(layers: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """The names that layers use, in the order of their first use."""
    names = {name: None for layer in layers[:MAX_ROWS] for name in layer}
    return tuple(names)[:MAX_COLUMNS]


def _cell(layer: Mapping[str, object], column: str) -> str:
    return value_text(layer[column], _CELL) if column in layer else ""


def _raw(config: str) -> str:
    value = parse_json(config)
    text = value if isinstance(value, str) else json_text(value, indent=2)
    if len(text) <= MAX_RAW:
        return text
    return f"{shorten(text, MAX_RAW)}\n\n({len(text):,} characters; the middle is left out)"
