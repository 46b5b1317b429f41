"""The ``runs`` stage: what the ledgers and a run's recorded configuration say of it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from insight_lib.events.runs import logged_config
from insight_lib.events.runs.hparams import as_text
from insight_lib.events.runs.logged_training import logged_hparams
from insight_lib.events.runs.plain_json import json_object
from insight_lib.events.runs.run_artifacts import USED_ARTIFACTS, RunArtifacts, artifacts_by_run
from insight_lib.events.runs.run_state import (
    NOT_STARTED,
    RUNNING,
    SCORED,
    end_said,
    has_gone_on,
)
from insight_lib.events.runs.silence import longest_gaps, minutes_written
from insight_lib.events.runs.topology import KERAS_GRAPH, topology
from insight_lib.events.runs.verdicts import VERDICT_COLUMNS, with_verdicts
from insight_lib.events.runs.writers import Traces, writer
from insight_lib.files.log_root import is_pattern
from insight_lib.lake.contract import contract
from insight_lib.lake.replaced_files import REPLACED
from insight_lib.lake.run_stage import Input, RunStage, Tables


def compute(tables: Tables) -> Tables:
    """Describe some whole runs, one row each."""
    files: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for ledger in ("event_files", "prediction_files"):
        for row in tables[ledger].to_pylist(maps_as_pydicts="lossy"):
            files[row["run_id"]].append(row)
    told = tables["scalars"]
    tags: dict[str, set[str]] = defaultdict(set)
    for row in told.filter(pc.is_valid(told["tag"])).to_pylist():
        tags[row["run_id"]].add(row["tag"])
    gaps_s = longest_gaps(told.filter(pc.is_valid(told["minute"])), tags)
    facts = artifacts_by_run(tables["artifacts"])
    rows = [
        _run(each, rows, facts[each], tags[each]) | {"longest_gap_s": gaps_s.get(each)}
        for each, rows in sorted(files.items())
    ]
    described = pa.Table.from_pylist(rows, schema=contract("runs").schema)
    return {"runs": with_verdicts(described, tables["runs"])}


def _run(
    run_id: str, files: list[dict[str, Any]], facts: RunArtifacts, tags: set[str]
) -> dict[str, Any]:
    stated = json_object(facts.config)
    layers = topology(stated.get("topology"), facts.keras_model, facts.graph)
    hparams, source = logged_hparams(facts)
    # Equal problems are reported once.
    problems = dict.fromkeys(as_text(each) for each in (*facts.problems, *layers.problems))
    first = min(_present(files, "first_wall_time"), default=None)
    last = max(_present(files, "last_wall_time"), default=None)
    said = end_said(facts.state, tags)
    return {
        "run_id": run_id,
        "experiment": _experiment(run_id),
        "log_root": _log_root(files),
        "first_event_at": _instant(first),
        "last_event_at": _instant(last),
        "last_step": max(_present(files, "last_step"), default=None),
        "state": _state(files, said, is_over=not has_gone_on(facts.ended_s, last)),
        "end_said": said,
        "hparams": list(hparams.items()),
        "hparams_source": source,
        "config": facts.config,
        "topology": layers.layers,
        "topology_source": layers.source,
        "config_problems": "; ".join(problems) or None,
        "writer": writer(_traces(run_id, files, facts, tags)),
        "logged_config": logged_config.of_keras_model(facts.keras_model, KERAS_GRAPH),
    }


def _state(files: list[dict[str, Any]], said: str | None, *, is_over: bool) -> str:
    """Return the state of a run that wrote just now; what its silence says is added later."""
    if not any("stream" in file for file in files):
        return SCORED
    if not _present(files, "first_wall_time"):
        return NOT_STARTED
    return said if said is not None and is_over else RUNNING


def _traces(
    run_id: str, files: list[dict[str, Any]], facts: RunArtifacts, tags: set[str]
) -> Traces:
    declared = [file["plugins"] for file in files if "stream" in file]
    return Traces(
        run_id=run_id,
        names=[PurePosixPath(file["path"]).name for file in files if "stream" in file],
        tags=tags.union(*declared),
        plugins=facts.plugins.union(*(each.values() for each in declared)),
        is_recorded=facts.config is not None,
        keras_model=facts.keras_model,
        graph=facts.graph,
        versions=facts.versions,
    )


def _present(files: Iterable[dict[str, Any]], name: str) -> list[Any]:
    return [file[name] for file in files if file.get(name) is not None]


def _experiment(run_id: str) -> str:
    parts = run_id.split("/")
    return parts[1] if len(parts) > 2 else parts[0]


def _log_root(files: list[dict[str, Any]]) -> str:
    """Return the log root of what was read last; event files go before predictions elsewhere."""
    in_runs = [file for file in files if not is_pattern(file["log_root"])]
    followed = [file for file in files if "stream" in file]
    newest = max(followed or in_runs or files, key=lambda file: (file["batch"], file["generation"]))
    return str(newest["log_root"])


def _instant(wall_time: float | None) -> datetime | None:
    try:
        return None if wall_time is None else datetime.fromtimestamp(wall_time, UTC)
    except (OverflowError, ValueError):
        # A damaged clock: the events keep the number, a calendar has no such day.
        return None


def _tags_and_minutes(rows: pa.Table) -> pa.Table:
    """Return each tag of a run and each minute in which it wrote, in rows of their own."""
    tags = rows.group_by(["run_id", "tag"]).aggregate([])
    return pa.concat_tables([tags, minutes_written(rows)], promote_options="default")


RUNS = RunStage(
    # A new name has described no run yet, so that an old lake's runs get the new words.
    "runs-4",
    inputs=(
        Input("event_files"),
        Input("prediction_files", where=ds.field("status") != REPLACED),
        Input("artifacts", where=USED_ARTIFACTS),
        Input("scalars", ("run_id", "tag", "wall_time"), reduce=_tags_and_minutes),
        # The verdict of the last dissection stands until the next one.
        Input("runs", ("run_id", *VERDICT_COLUMNS)),
    ),
    outputs=("runs",),
    compute=compute,
)
