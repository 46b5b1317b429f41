"""Few files, each of its own runs, with the rows that there were."""

import subprocess
import sys
from pathlib import Path

import pytest

from insight_lib.errors import LakeError
from insight_lib.lake import compaction as arranging
from insight_lib.lake.compaction import compact, reading_order
from insight_lib.lake.contract import contract
from insight_lib.lake.maintenance import maintain
from insight_lib.lake.parquet import write_data_file
from insight_lib.lake.scan import read_rows
from insight_lib.lake.tables import open_lake

KILLED = """
import os, signal, sys
from pathlib import Path
from insight_lib.lake import compaction
from insight_lib.lake.tables import open_lake
from tests.in_process import InProcess

class Killed(InProcess):
    def run(self, function, tasks, what):
        done = super().run(function, tasks, what)
        if function is compaction._rewrite:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

compaction.compact(open_lake(Path(sys.argv[1])), Killed(), "scalars")
"""


def rows_of(lake, name="scalars"):
    return sorted(map(repr, lake.read(name).to_pylist()))


def data_files(lake, name="scalars"):
    return {path.name for path in (lake.root / name).glob("*.parquet")}


@pytest.mark.usefixtures("_small_targets")
def test_compaction_leaves_the_same_rows_in_few_sorted_files_of_separate_runs(lake, here, nights):
    nights(12)
    before = rows_of(lake)
    assert len(lake.files("scalars", ["logs/m-003"])) == 24
    assert compact(lake, here, "scalars")
    assert rows_of(lake) == before
    assert 2 <= len(lake.files("scalars")) <= 5
    assert len(lake.files("scalars", ["logs/m-003"])) == 1
    order = [(column, "ascending") for column in reading_order("scalars")]
    for file in lake.files("scalars"):
        rows = read_rows(lake.table_uri("scalars"), "scalars", [file.path])
        assert rows.equals(rows.sort_by(order))


@pytest.mark.usefixtures("_small_targets")
def test_full_files_are_merged_only_where_too_many_may_hold_one_run(lake, here, scalars):
    def bring(batch, letters):
        names = [f"logs/{letter}{batch}" for letter in letters]
        rows = scalars(*({"run_id": run, "step": n} for run in names for n in range(100)))
        file = write_data_file(lake.table_uri("scalars"), "scalars", f"batch-{batch:08d}", rows)
        lake.append("scalars", [file], "events", batch)

    for batch in range(arranging.MOST_OVERLAPPING):
        bring(batch, "az")
    assert not compact(lake, here, "scalars")
    bring(9, "az")
    before = rows_of(lake)
    assert compact(lake, here, "scalars")
    assert rows_of(lake) == before
    assert len(lake.files("scalars", ["logs/a1"])) == 1
    assert not compact(lake, here, "scalars")


@pytest.mark.usefixtures("_small_targets")
def test_a_run_that_fills_many_files_is_cut_into_files_once_and_stays(lake, here, scalars):
    for batch in range(30):
        rows = scalars(*({"step": 20 * batch + n} for n in range(20)), {"run_id": f"logs/b{batch}"})
        file = write_data_file(lake.table_uri("scalars"), "scalars", f"batch-{batch:08d}", rows)
        lake.append("scalars", [file], "events", batch)
    before = rows_of(lake)
    assert compact(lake, here, "scalars")
    assert rows_of(lake) == before
    assert 5 <= len(lake.files("scalars", ["logs/a"])) <= 8
    assert max(file.rows for file in lake.files("scalars")) <= 200
    assert not compact(lake, here, "scalars")


def test_rows_of_one_key_stay_in_the_order_in_which_batches_brought_them(lake, here, scalars):
    for batch in range(5):
        rows = scalars({"value": float(-batch)}, {"value": float(batch)})
        file = write_data_file(lake.table_uri("scalars"), "scalars", f"batch-{batch:08d}", rows)
        lake.append("scalars", [file], "events", batch)
    before = lake.read("scalars")["value"].to_pylist()
    assert compact(lake, here, "scalars")
    assert lake.read("scalars")["value"].to_pylist() == before


def test_what_another_program_removed_meanwhile_does_not_come_back(lake, here, nights, monkeypatch):
    nights(3)
    files = here.run

    def meanwhile(function, tasks, what):
        if function is arranging._rewrite:
            lake.replace(
                "scalars", "run_id", ["logs/m-001"], contract("scalars").empty(), "other", 1
            )
        return files(function, tasks, what)

    monkeypatch.setattr(here, "run", meanwhile)
    with pytest.raises(
        LakeError, match=r"table scalars was changed by another .*run `insight maintain` again"
    ):
        compact(lake, here, "scalars")
    assert "logs/m-001" not in lake.read("scalars")["run_id"].to_pylist()


def test_what_is_full_once_decompressed_is_left_alone(lake, here, nights, monkeypatch):
    nights(2)
    with monkeypatch.context() as lower:
        lower.setattr(arranging, "TARGET_PLAIN_BYTES", 100)
        assert not compact(lake, here, "scalars")
    assert compact(lake, here, "scalars")


def test_kill_9_in_the_middle_leaves_the_lake_as_it_was(lake, here, nights):
    nights(4)
    before, files = rows_of(lake), lake.files("scalars")
    command = [sys.executable, "-c", KILLED, lake.root]
    killed = subprocess.run(command, cwd=Path(__file__).parents[2], check=False)
    assert killed.returncode == -9
    assert any(name.startswith("arranged") for name in data_files(lake))
    assert open_lake(lake.root).files("scalars") == files
    assert rows_of(lake) == before
    maintain(lake, here)
    assert rows_of(lake) == before
