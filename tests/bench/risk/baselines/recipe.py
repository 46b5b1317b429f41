"""Compute what the baselines look at, at the rows of the learning table.

``python -m tests.bench.risk.baselines.recipe RUNS_FOLDER`` reads the logs of the zoo's runs, cuts
each where the learning table does, and writes ``data/baselines.parquet`` beside it.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import multiprocessing
import sys
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from insight_lib.dissection.logged_runs import read_views
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.landmarks import SHARES, until
from tests.bench.risk.baselines.deepfd import deepfd_features
from tests.bench.risk.baselines.last_values import last_values
from tests.bench.risk.baselines.log_doctors import ask_doctors, write_csv
from tests.bench.risk.baselines.powerlaw import powerlaw_features
from tests.bench.risk.baselines.rules_alone import rules_alone
from tests.bench.risk.places import BASELINES, ZOO

KEY = ("run", "share")
_DIGITS = 4
"""Significant ones that are kept: more would only make the file larger."""

Row = dict[str, Any]


def write_baselines(runs_folder: Path, zoo: Path = ZOO, out: Path = BASELINES) -> int:
    """Write a row for each row of the learning table; return how many.

    Args:
        runs_folder: holds a folder a run, named as in the table.
        zoo: the learning table.
        out: is replaced.
    """
    columns = ["run", "share", "cutoff_step"]
    cuts = [cut for cut in pq.read_table(zoo, columns=columns).to_pylist() if is_landmark(cut)]
    cuts.sort(key=lambda cut: cut["run"])
    by_run = [(run, list(rows)) for run, rows in groupby(cuts, key=lambda c: c["run"])]
    with tempfile.TemporaryDirectory() as scratch:
        work = [(runs_folder / run, rows, Path(scratch)) for run, rows in by_run]
        with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
            rows = [row for part in pool.imap(_rows_of, work, chunksize=8) for row in part]
        said = ask_doctors(Path(scratch))
    told = [row | said.get(_file_name(row), {}) for row in rows]
    pq.write_table(_table(told), out, compression="zstd")
    return len(rows)


def is_landmark(cut: Row) -> bool:
    """Return whether a row of the learning table is at a share that the study judges."""
    return cut["share"] is not None and any(np.isclose(cut["share"], one) for one in SHARES)


def baseline_features(run: RunView, last_step: int) -> dict[str, float]:
    """Return what the baselines but the log doctors look at, of a run cut at its landmark."""
    others = last_values(run) | powerlaw_features(run, last_step) | deepfd_features(run)
    return others | rules_alone(run)


def _rows_of(work: tuple[Path, list[Row], Path]) -> list[Row]:
    folder, cuts, scratch = work
    (whole,) = read_views(folder)
    return list(_of_cuts(whole, cuts, scratch))


def _of_cuts(whole: RunView, cuts: list[Row], scratch: Path) -> Iterator[Row]:
    for cut in cuts:
        seen = until(whole, cut["cutoff_step"])
        last_step = round(cut["cutoff_step"] / cut["share"])
        row = {name: cut[name] for name in KEY} | baseline_features(seen, last_step)
        file = scratch / f"{_file_name(row)}.csv"
        if not write_csv(seen, file):
            file.unlink()
        yield row


def _file_name(row: Row) -> str:
    return f"{row['run']}@{row['share']:.2f}"


def _table(rows: list[Row]) -> pa.Table:
    """Return rows as a table; a feature that no row knows has no column."""
    names = sorted({name for row in rows for name in row} - set(KEY))
    rows = sorted(rows, key=lambda row: (row["run"], row["share"]))
    key = {"run": [row["run"] for row in rows], "share": [row["share"] for row in rows]}
    return pa.table(key | {name: _rounded([row.get(name) for row in rows]) for name in names})


def _rounded(values: list[float | None]) -> pa.Array:
    exact = np.array(values, dtype=np.float64)
    counts = np.isfinite(exact) & (exact != 0)
    known = np.where(counts, exact, 1.0)
    size = 10.0 ** (_DIGITS - 1 - np.floor(np.log10(np.abs(known))))
    rounded = np.where(counts, np.round(known * size) / size, exact)
    with np.errstate(over="ignore"):  # a loss beyond float32 is infinite
        return pa.array(rounded.astype(np.float32))


def main() -> int:
    """Write the table; return 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.risk.baselines.recipe")
    parser.add_argument("runs", type=Path, help="folder with a folder a run")
    parser.add_argument("--zoo", type=Path, default=ZOO, help="the learning table")
    parser.add_argument("--out", type=Path, default=BASELINES, help="file to be written")
    asked = parser.parse_args()
    print(f"{write_baselines(asked.runs, asked.zoo, asked.out)} rows in {asked.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
