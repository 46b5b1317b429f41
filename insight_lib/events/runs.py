"""The ``runs`` stage: what the ledgers and a run's recorded configuration say of it."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from insight_lib.dealer.reading import CONFIG_TAG
from insight_lib.events.texts import summary_text
from insight_lib.lake.contract import contract
from insight_lib.lake.derive import Input, Stage, Tables


def compute(tables: Tables) -> Tables:
    """Describe some whole runs, one row each."""
    files: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for ledger in ("event_files", "prediction_files"):
        for row in tables[ledger].to_pylist():
            files[row["run_id"]].append(row)
    configs = _configs(tables["artifacts"])
    rows = [_run(run_id, rows, configs.get(run_id)) for run_id, rows in sorted(files.items())]
    return {"runs": pa.Table.from_pylist(rows, schema=contract("runs").schema)}


def _run(run_id: str, files: list[dict[str, Any]], config: str | None) -> dict[str, Any]:
    stated = _object(config)
    first = min(_present(files, "first_wall_time"), default=None)
    return {
        "run_id": run_id,
        "experiment": _experiment(run_id),
        "log_root": _log_root(files[0]),
        "first_event_at": _instant(first),
        "last_event_at": _instant(max(_present(files, "last_wall_time"), default=None)),
        "last_step": max(_present(files, "last_step"), default=None),
        "state": "recorded" if first is not None else "configured",
        "hparams": [(name, str(value)) for name, value in _hparams(stated).items()],
        "config": config,
        "topology": json.dumps(stated["topology"]) if "topology" in stated else None,
        "writer": ", ".join(sorted(set(_present(files, "file_version")))) or None,
    }


def _configs(artifacts: pa.Table) -> dict[str, str]:
    """Return the configuration that each run recorded last."""
    order = [("wall_time", "ascending"), ("record_offset", "ascending")]
    found: dict[str, str] = {}
    for row in artifacts.sort_by(order).to_pylist():
        text = summary_text(row["payload"])
        if text is not None and _object(text):
            found[row["run_id"]] = text
    return found


def _object(text: str | None) -> dict[str, Any]:
    """Return a JSON object; empty where the text, which anybody may have written, is none."""
    try:
        stated = json.loads(text or "{}")
    except ValueError:
        return {}
    return stated if isinstance(stated, dict) else {}


def _hparams(stated: dict[str, Any]) -> dict[str, Any]:
    hparams = stated.get("hparams")
    return hparams if isinstance(hparams, dict) else {}


def _present(files: Iterable[dict[str, Any]], name: str) -> list[Any]:
    return [file[name] for file in files if file.get(name) is not None]


def _experiment(run_id: str) -> str:
    parts = run_id.split("/")
    return parts[1] if len(parts) > 2 else parts[0]


def _log_root(file: dict[str, Any]) -> str:
    # A file id is the root's name and the path below it, the path ends with the same.
    name = file["file_id"].removesuffix(f"@{file['generation']}")
    below = name.split("/", 1)[1]
    return str(file["path"]).removesuffix(f"/{below}")


def _instant(wall_time: float | None) -> datetime | None:
    try:
        return None if wall_time is None else datetime.fromtimestamp(wall_time, UTC)
    except (OverflowError, ValueError):
        # A damaged clock: the events keep the number, a calendar has no such day.
        return None


RUNS = Stage(
    "runs",
    inputs=(
        Input("event_files"),
        Input("prediction_files"),
        Input("artifacts", where=(ds.field("plugin") == "text") & (ds.field("tag") == CONFIG_TAG)),
    ),
    outputs=("runs",),
    compute=compute,
)
