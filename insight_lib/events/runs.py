"""The ``runs`` stage: what the ledgers and a run's recorded configuration say of it."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from insight_lib.dealer.reading import CONFIG_TAG, parse
from insight_lib.errors import ConfigError
from insight_lib.events import graph_nodes, hparams, keras_layers
from insight_lib.events.messages import content
from insight_lib.events.roots import is_pattern
from insight_lib.events.texts import summary_text
from insight_lib.events.topology import DEALER, topology
from insight_lib.lake.contract import contract
from insight_lib.lake.derive import Input, Stage, Tables

HPARAMS_PLUGIN = "hparams plugin"


def compute(tables: Tables) -> Tables:
    """Describe some whole runs, one row each."""
    files: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for ledger in ("event_files", "prediction_files"):
        for row in tables[ledger].to_pylist():
            files[row["run_id"]].append(row)
    told = _told(tables["artifacts"])
    rows = [_run(run_id, rows, told[run_id]) for run_id, rows in sorted(files.items())]
    return {"runs": pa.Table.from_pylist(rows, schema=contract("runs").schema)}


@dataclass
class _Told:
    """What the artifacts of one run say of it; of what was recorded twice the last."""

    config: str | None = None
    hparams: dict[str, str] = field(default_factory=dict)
    state: str | None = None
    keras_model: str | None = None
    graph: bytes | None = None
    problems: list[str] = field(default_factory=list)


def _told(artifacts: pa.Table) -> dict[str, _Told]:
    """Gather what the artifacts say, by run; a run without any has an empty record."""
    order = [("wall_time", "ascending"), ("file_id", "ascending"), ("record_offset", "ascending")]
    found: dict[str, _Told] = defaultdict(_Told)
    for row in artifacts.sort_by(order).to_pylist():
        _add(found[row["run_id"]], row["plugin"], row["payload"])
    return found


def _add(told: _Told, plugin: str, payload: bytes) -> None:
    if plugin == hparams.PLUGIN:
        told.hparams = hparams.session_hparams(payload) or told.hparams
        told.state = hparams.session_state(payload) or told.state
        told.problems += hparams.problems(payload)
    elif plugin == keras_layers.PLUGIN:
        told.keras_model = summary_text(payload) or told.keras_model
    elif plugin == graph_nodes.PLUGIN:
        told.graph = content(payload, graph_nodes.EVENT_FIELD) or told.graph
    else:
        _add_config(told, summary_text(payload) or "")


def _add_config(told: _Told, text: str) -> None:
    """Keep a configuration that is an object even where fields do not fit: others may want them."""
    told.config = text if _object(text) else told.config
    try:
        parse(text, DEALER)
    except ConfigError as error:
        told.problems.append(str(error))


def _run(run_id: str, files: list[dict[str, Any]], told: _Told) -> dict[str, Any]:
    stated = _object(told.config)
    recorded = _recorded_hparams(stated)
    layers = topology(stated.get("topology"), told.keras_model, told.graph)
    # Of what was told again and again the reason is one.
    problems = dict.fromkeys(hparams.as_text(each) for each in (*told.problems, *layers.problems))
    first = min(_present(files, "first_wall_time"), default=None)
    return {
        "run_id": run_id,
        "experiment": _experiment(run_id),
        "log_root": _log_root(files),
        "first_event_at": _instant(first),
        "last_event_at": _instant(max(_present(files, "last_wall_time"), default=None)),
        "last_step": max(_present(files, "last_step"), default=None),
        "state": _state(files, told),
        "hparams": list((told.hparams | recorded).items()),
        "hparams_source": DEALER if recorded else HPARAMS_PLUGIN if told.hparams else None,
        "config": told.config,
        "topology": layers.layers,
        "topology_source": layers.source,
        "config_problems": "; ".join(problems) or None,
        "writer": ", ".join(sorted(set(_present(files, "file_version")))) or None,
    }


def _state(files: list[dict[str, Any]], told: _Told) -> str:
    if not any("stream" in file for file in files):
        return "scored"
    return told.state or "recorded" if _present(files, "first_wall_time") else "configured"


def _object(text: str | None) -> dict[str, Any]:
    """Return a JSON object; empty where the text, which anybody may have written, is none."""
    try:
        stated = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return stated if isinstance(stated, dict) else {}


def _recorded_hparams(stated: dict[str, Any]) -> dict[str, str]:
    """Return the hyper-parameters that TensorDealer recorded, each as text."""
    recorded = stated.get("hparams")
    if not isinstance(recorded, dict):
        return {}
    return {hparams.as_text(name): hparams.as_text(value) for name, value in recorded.items()}


def _present(files: Iterable[dict[str, Any]], name: str) -> list[Any]:
    return [file[name] for file in files if file.get(name) is not None]


def _experiment(run_id: str) -> str:
    parts = run_id.split("/")
    return parts[1] if len(parts) > 2 else parts[0]


def _log_root(files: list[dict[str, Any]]) -> str:
    """Return the log root of what was read last; event files go before predictions elsewhere."""
    beside = [file for file in files if not is_pattern(file["log_root"])]
    followed = [file for file in files if "stream" in file]
    newest = max(followed or beside or files, key=lambda file: (file["batch"], file["generation"]))
    return str(newest["log_root"])


def _instant(wall_time: float | None) -> datetime | None:
    try:
        return None if wall_time is None else datetime.fromtimestamp(wall_time, UTC)
    except (OverflowError, ValueError):
        # A damaged clock: the events keep the number, a calendar has no such day.
        return None


_TELLING = ((ds.field("plugin") == "text") & (ds.field("tag") == CONFIG_TAG)) | ds.field(
    "plugin"
).isin([hparams.PLUGIN, keras_layers.PLUGIN, graph_nodes.PLUGIN])

RUNS = Stage(
    "runs",
    inputs=(
        Input("event_files"),
        Input("prediction_files", where=ds.field("status") != "replaced"),
        Input("artifacts", where=_TELLING),
    ),
    outputs=("runs",),
    compute=compute,
)
