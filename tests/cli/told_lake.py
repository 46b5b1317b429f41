"""A lake of a few runs and findings, written down by hand."""

from datetime import UTC, datetime

import pyarrow as pa

from insight_lib.lake.contract import contract
from insight_lib.lake.tables import open_lake

NIGHTS = [datetime(2026, 3, day, 2, tzinfo=UTC) for day in (1, 2, 3)]
RUN = {
    "experiment": "digits",
    "log_root": "/logs",
    "state": "finished",
    "hparams": [],
    "verdict": "healthy",
}
FINDING = {
    "run_id": "logs/digits/a",
    "rule": "dead_units",
    "layer": "hidden",
    "severity": "error",
    "title": "Layer hidden is dead",
    "evidence": '{"share": 1.0}',
    "advice": "Lower the learning rate",
    "confidence": 1.0,
    "first_seen_at": NIGHTS[0],
    "opened_at": NIGHTS[0],
    "last_seen_at": NIGHTS[2],
    "times_opened": 1,
}
RUNS = (
    {"run_id": "logs/digits/a", "verdict": "failing"},
    {"run_id": "logs/digits/b", "verdict": "attention", "state": "crashed"},
    {"run_id": "logs/other/c", "experiment": "other"},
)
FINDINGS = (
    {},
    {
        "rule": "stuck_at_chance",
        "layer": "",
        "caused_by": "dead_units",
        "caused_by_layer": "hidden",
    },
    {
        "run_id": "logs/digits/b",
        "rule": "plateau",
        "layer": "",
        "severity": "warning",
        "title": "The loss stands still",
        "opened_at": NIGHTS[2],
        "times_opened": 3,
    },
    {"run_id": "logs/digits/b", "rule": "few_examples", "severity": "info", "opened_at": None},
    {"run_id": "logs/other/c", "rule": "overfitting", "resolved_at": NIGHTS[2]},
)


def told_lake(folder, runs=RUNS, findings=FINDINGS):
    """Return a lake of these runs and findings, judged by the last of ``NIGHTS``."""
    lake = open_lake(folder, create=True)
    runs = [RUN | one for one in runs]
    put(lake, "runs", runs)
    put(lake, "findings", [FINDING | one for one in findings])
    judged = {"judged": [], "not_judged": [], "judged_at": NIGHTS[2]}
    put(lake, "verdicts", [judged | {n: one[n] for n in ("run_id", "verdict")} for one in runs])
    return lake


def put(lake, name, rows):
    table = pa.Table.from_pylist(rows, schema=contract(name).schema)
    lake.replace(name, "run_id", [], table, "test", lake.committed(name, "test") + 1)
