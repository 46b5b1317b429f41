"""A lake of click-like predictions for the benchmarks, as ingestion leaves it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from insight_lib.lake.batch_log import finish_plan, write_plan
from insight_lib.lake.parquet import DataFile, file_prefix, write_data_file
from insight_lib.lake.tables import Lake, open_lake
from insight_lib.predictions.ingest.ledger import PredictionEntry, ledger_table
from insight_lib.predictions.ingest.stage import APPLICATION

FILES = 8
"""Ingestion writes four for each of two workers."""

_ENTRY = PredictionEntry("", 1, "", "", "", 1, 0, "", "", 0, 0, "complete", 0, 0)


def fill(folder: Path, runs: int, rows: int) -> Lake:
    """Return a new lake of ``runs`` runs with ``rows`` predictions each at step 0."""
    lake = open_lake(folder, create=True)
    bring(lake, [run_name(run) for run in range(runs)], rows, step=0)
    return lake


def run_name(number: int) -> str:
    """Return the run_id of a run of the lake."""
    return f"logs/run-{number:05d}"


def bring(lake: Lake, run_ids: Sequence[str], rows: int, step: int) -> None:
    """Commit one batch: a prediction file of so many rows of one step for each of some runs."""
    batch = write_plan(lake, APPLICATION, {})
    groups = np.array_split(np.array(run_ids), min(FILES, len(run_ids)))
    files = [_write(lake, batch, group.tolist(), rows, step) for group in groups]
    lake.append("predictions", files, APPLICATION, batch)
    first = replace(_ENTRY, rows=rows, batch=batch, read_in=batch)
    entries = [replace(first, file_id=_file(run, batch), run_id=run) for run in run_ids]
    lake.replace("prediction_files", "file_id", [], ledger_table(entries), APPLICATION, batch)
    finish_plan(lake, APPLICATION)


def clicks(rows: int, seed: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return scores and labels: 3 % positives, scores crowded near zero, AUC about 0.8."""
    chance = np.random.default_rng(seed)
    logit = chance.normal(-4.0, 1.2, rows)
    labels = chance.random(rows) < 1 / (1 + np.exp(-logit))
    return 1 / (1 + np.exp(-(logit + chance.normal(0, 0.5, rows)))), labels.astype(np.float64)


def _file(run_id: str, batch: int) -> str:
    return f"{run_id}/predictions/{batch:05d}.parquet"


def _write(lake: Lake, batch: int, run_ids: list[str], rows: int, step: int) -> DataFile:
    every = rows * len(run_ids)
    scores, labels = clicks(every, (batch, *map(ord, run_ids[0])))
    run_of_row = np.repeat(np.arange(len(run_ids), dtype=np.int32), rows)
    names = pa.array([str(number) for number in range(rows)])
    table = pa.table(
        {
            "run_id": pa.DictionaryArray.from_arrays(run_of_row, run_ids),
            "step": np.full(every, step),
            "split": pa.DictionaryArray.from_arrays(np.zeros(every, np.int32), ["validation"]),
            "example_id": pa.concat_arrays([names] * len(run_ids)),
            "label": labels,
            "score": scores,
            "weight": np.ones(every),
            "group_id": pa.nulls(every, pa.string()),
            "slices": _no_slices(every),
            "file_id": pa.DictionaryArray.from_arrays(
                run_of_row, [_file(run, batch) for run in run_ids]
            ),
        }
    )
    return write_data_file(lake.table_uri("predictions"), "predictions", file_prefix(batch), table)


def _no_slices(rows: int) -> pa.MapArray:
    nothing = pa.array([], pa.string())
    return pa.MapArray.from_arrays(pa.array(np.zeros(rows + 1, np.int32)), nothing, nothing)
