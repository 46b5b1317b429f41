"""What a run recorded of itself -> tables that any topology or hyper-parameter fits into."""

from collections.abc import Mapping, Sequence

from insight_lib.dealer.fields import config_fields
from insight_lib.report.records.run_page import Configuration
from insight_lib.report.text import json_text, parse_json, shorten, value_text

MAX_ROWS = 200
"""Rows of a table on a page."""
MAX_RAW = 60_000
"""Characters of the configuration that a page shows."""
MAX_COLUMNS = 10
_CELL = 120
_PROBLEMS = 2000
# What a layer has none of: no activation, no regularizers.
_NOTHING: tuple[object, ...] = (None, {}, [])


def configuration(
    hparams: Sequence[tuple[str, str]],
    config: str | None,
    topology: str | None,
    problems: str | None,
) -> Configuration:
    """Return hyper-parameters and settings by name, layers as a table, configuration as JSON."""
    layers = _layers(parse_json(topology))
    settings = _settings(parse_json(config))
    columns = _columns(layers)
    cells = [tuple(_cell(layer, column) for column in columns) for layer in layers[:MAX_ROWS]]
    return Configuration(
        hparams=tuple((name, value_text(value)) for name, value in sorted(hparams)[:MAX_ROWS]),
        hparams_total=len(hparams),
        settings=settings[:MAX_ROWS],
        settings_total=len(settings),
        columns=columns,
        layers=tuple(cells),
        layers_total=len(layers),
        raw=None if config is None else _raw(config),
        problems=None if problems is None else shorten(problems, _PROBLEMS),
    )


def _settings(config: object) -> tuple[tuple[str, str], ...]:
    """Return optimizer, loss, data, code and machine: all but hyper-parameters and layers."""
    if not isinstance(config, dict):
        return ()
    return tuple((".".join(path), value_text(each)) for path, each in config_fields(config).items())


def _layers(topology: object) -> list[Mapping[str, object]]:
    """Return the layers of a topology, which is a list of objects or an object with ``layers``."""
    if isinstance(topology, dict):
        topology = topology.get("layers")
    if not isinstance(topology, list):
        return []
    return [layer for layer in topology if isinstance(layer, dict)]


def _columns(layers: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """Return the names under which a layer says something, in the order of their first use."""
    used = {name: None for layer in layers[:MAX_ROWS] for name in layer}
    told = [name for name in used if any(layer.get(name) not in _NOTHING for layer in layers)]
    return tuple(told)[:MAX_COLUMNS]


def _cell(layer: Mapping[str, object], column: str) -> str:
    value = layer.get(column)
    return "" if value in _NOTHING else value_text(value, _CELL)


def _raw(config: str) -> str:
    value = parse_json(config)
    text = value if isinstance(value, str) else json_text(value, indent=2)
    if len(text) <= MAX_RAW:
        return text
    return f"{shorten(text, MAX_RAW)}\n\n({len(text):,} characters; the middle is left out)"
