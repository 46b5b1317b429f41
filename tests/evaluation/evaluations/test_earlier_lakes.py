"""A lake whose table ``evaluations`` was written before it had column ``score_kind``."""

import shutil

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.transaction import Transaction

from insight_lib.evaluation.evaluations.commit import APPLICATION
from insight_lib.evaluation.evaluations.stage import evaluate_new_predictions
from insight_lib.lake.maintenance import maintain
from insight_lib.lake.sql import query
from insight_lib.lake.tables import open_lake
from insight_lib.lake.versions import SCHEMA_VERSION_PROPERTY
from tests.evaluation.nights import bring_predictions

WRONG = 9.0
LOGITS = {"label": [0, 1, 1, 0, 1, 0], "score": [-2.0, 3.0, 0.5, 0.2, -0.1, 1.5]}
WITHIN = {"label": [0, 1, 1, 0, 1, 0], "score": [0.1, 0.7, 0.8, 0.4, 0.3, 0.6]}


def _write_as_before(lake):
    """Put the table as version 1 had it in the place of the table: a logit has a log loss."""
    done = lake.committed("evaluations", APPLICATION)
    rows = lake.read("evaluations").drop_columns(["score_kind"])
    place = rows.schema.names.index("log_loss")
    wrong = pc.fill_null(rows["log_loss"], WRONG)
    rows = rows.set_column(place, rows.schema.field(place), wrong)
    folder = lake.root / "evaluations"
    shutil.rmtree(folder)
    version = {SCHEMA_VERSION_PROPERTY: "1"}
    DeltaTable.create(folder, rows.schema, configuration=version, raise_if_key_not_exists=False)
    noted = CommitProperties(app_transactions=[Transaction(APPLICATION, done)])
    for row in range(rows.num_rows):
        write_deltalake(folder, rows.slice(row, 1), mode="append", commit_properties=noted)


@pytest.fixture
def earlier(lake, here, tmp_path):
    """Runs a (of which one step happens to lie within 0 and 1) and b, all evaluated."""
    steps = {"a/predictions/1": WITHIN, "a/predictions/2": LOGITS, "b/predictions/1": WITHIN}
    files = {
        f"{name}.parquet": pa.table(rows | {"step": [int(name[-1])] * 6})
        for name, rows in steps.items()
    }
    bring_predictions(lake, here, tmp_path / "logs", files)
    evaluate_new_predictions(lake, here)
    _write_as_before(lake)
    return lake


def test_it_is_read_with_nothing_in_the_new_column(earlier):
    lake = open_lake(earlier.root)
    assert lake.read("evaluations")["score_kind"].to_pylist() == [None] * 3
    found = query(lake, "SELECT run_id, log_loss, score_kind FROM evaluations ORDER BY 1, 2")
    assert found["score_kind"].to_pylist() == [None] * 3
    assert found["log_loss"].to_pylist()[1] == WRONG


def test_the_next_night_evaluates_its_rows_again_once(earlier, here, tmp_path):
    lake = open_lake(earlier.root)
    new = {"c/predictions/1.parquet": pa.table(WITHIN)}
    bring_predictions(lake, here, tmp_path / "logs", new)
    assert evaluate_new_predictions(lake, here) == ["logs/a", "logs/b", "logs/c"]
    statement = (
        "SELECT run_id, step, rows, score_kind, log_loss IS NULL AS none "
        "FROM evaluations ORDER BY ALL"
    )
    wanted = [
        ("logs/a", 1, 6, "unbounded", True),
        ("logs/a", 2, 6, "unbounded", True),
        ("logs/b", 1, 6, "probability", False),
        ("logs/c", 0, 6, "probability", False),
    ]
    assert [tuple(row.values()) for row in query(lake, statement).to_pylist()] == wanted
    bring_predictions(lake, here, tmp_path / "logs", {"c/predictions/2.parquet": pa.table(WITHIN)})
    assert evaluate_new_predictions(lake, here) == ["logs/c"]
    assert "score_kind" in DeltaTable(lake.root / "evaluations").to_pyarrow_dataset().schema.names


def test_a_night_that_was_interrupted_after_the_first_commit_is_made_up_for(
    earlier, here, tmp_path, monkeypatch
):
    lake = open_lake(earlier.root)
    bring_predictions(lake, here, tmp_path / "logs", {"a/predictions/3.parquet": pa.table(WITHIN)})

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(type(lake), "mark_current", interrupt)
        with pytest.raises(KeyboardInterrupt):
            evaluate_new_predictions(lake, here)
    lake = open_lake(earlier.root)
    assert query(lake, "SELECT DISTINCT score_kind FROM evaluations").num_rows == 2
    bring_predictions(lake, here, tmp_path / "logs", {"b/predictions/3.parquet": pa.table(WITHIN)})
    evaluate_new_predictions(lake, here)
    assert not lake.is_outdated("evaluations")
    assert sorted(lake.read("evaluations")["rows"].to_pylist()) == [6, 6, 6, 6, 6]


def test_it_can_be_maintained_before(earlier, here):
    lake = open_lake(earlier.root)
    assert "evaluations" in {done.table for done in maintain(lake, here)}
    assert len(lake.files("evaluations")) == 1
    assert query(open_lake(lake.root), "FROM evaluations")["score_kind"].to_pylist() == [None] * 3
