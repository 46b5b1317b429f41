"""Tables of kinds and of what was left out, of what is known by construction."""

import numpy as np
import pytest

from insight_lib.risk.models.kinds import OTHER
from insight_lib.risk.training.kinds_out_of_family import KindsOutOfFamily
from tests.bench.risk import left_out
from tests.bench.risk.kinds import KIND_COLUMNS, QUALITY_COLUMNS, kind_rows, quality_rows
from tests.risk.study.conftest import study_of


@pytest.fixture
def told(study):
    """Of the failed rows at the first share, nine in ten are told; base rates say nothing."""
    rows = study.table.rows((study.table.failed == 1) & np.isclose(study.table.share, 0.1))
    place = np.arange(len(rows.failed)) % 2
    said = np.where(np.arange(place.size) % 10 == 0, 1 - place, place)
    logs = np.log(np.where(np.eye(3)[said] == 1, 0.8, 0.1))
    return KindsOutOfFamily(
        table=rows,
        kinds=("at_chance", "diverged", OTHER),
        place=place,
        landmark=np.zeros(place.size, dtype=np.intp),
        logs=np.stack([logs, logs]),
        base_logs=np.full((2, place.size, 3), -np.log(3)),
    )


def test_a_share_at_which_kinds_are_told_is_said_and_one_without_a_run_is_not(told):
    rows = [dict(zip(QUALITY_COLUMNS, row, strict=True)) for row in quality_rows(told)]
    assert [row["of the run"] for row in rows] == ["10%", "25%", "50%", "not known"]
    assert [row["said"] for row in rows] == ["yes", "no", "no", "yes"]
    assert rows[0]["looks"] == len(told.place)
    assert rows[0]["told right"] == pytest.approx(0.9, abs=0.01)
    assert rows[0]["of their frequency"] == pytest.approx(np.log(3), abs=0.001)


def test_a_kind_that_is_never_said_has_no_share_of_it_right(told):
    rows = {row[0]: dict(zip(KIND_COLUMNS, row, strict=True)) for row in kind_rows(told)}
    assert rows["at_chance"]["found"] == pytest.approx(0.8, abs=0.02)
    assert rows["diverged"]["found"] == 1.0
    assert (rows[OTHER]["looks"], rows[OTHER]["said"]) == (0, 0)
    assert rows[OTHER]["of these right"] is None


@pytest.mark.slow
def test_what_is_left_out_comes_by_falling_novelty(outcomes):
    failed, _ = outcomes
    signal = np.where(failed, 30.0, 0.0) + np.cos(np.arange(failed.size))
    table = study_of(failed, signal).table
    [row] = left_out.kinds_left_out(table)
    assert row[0] == "non_finite"
    assert row[3] > row[4]
    assert left_out.faults_left_out(table) == []
