"""Which model scores: promoted, rolled back, damaged, of another version."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from insight_lib.errors import InputError
from insight_lib.lake.contract import contract
from insight_lib.lake.tables import open_lake
from insight_lib.risk.features.catalogue import FEATURES
from insight_lib.risk.models.correction import Correction
from insight_lib.risk.models.storage import bundle_bytes, with_version
from insight_lib.risk.registry.default_model import default_model
from insight_lib.risk.registry.in_use import model_in_use
from insight_lib.risk.registry.model_stage import Stage
from insight_lib.risk.registry.promotion import promote, rollback
from insight_lib.risk.registry.record import ModelRecord
from insight_lib.risk.registry.registration import (
    note_untrained,
    register_default,
    register_trained,
    reject_unusable,
)
from insight_lib.risk.registry.standing import standing_model
from insight_lib.risk.registry.store import read_records, write_records
from tests.risk.handmade import bundle_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DEFAULT = bundle_of(loss_change=4.0)
OWN = bundle_of(loss_change=5.0)
LATER = bundle_of(loss_change=6.0)


@pytest.fixture
def lake(tmp_path, ships):
    ships(DEFAULT)
    lake = open_lake(tmp_path / "lake", create=True)
    register_default(lake, DEFAULT, NOW)
    return lake


def train(lake, bundle, day, adopted=True, why="better"):
    register_trained(lake, bundle, adopted, why, NOW + timedelta(days=day))


def stages(lake):
    return {one.version: one.stage.value for one in read_records(lake)}


def in_use(lake):
    return model_in_use(lake).bundle.version


def test_a_lake_that_knows_no_model_is_scored_by_the_default(tmp_path, ships):
    ships(DEFAULT)
    used = model_in_use(open_lake(tmp_path / "new", create=True))
    assert (used.bundle.version, used.is_default, used.fallen_back) == (DEFAULT.version, True, None)


def test_a_model_comes_back_from_the_table_as_it_was(lake):
    train(lake, OWN, 1)
    [record] = [one for one in read_records(lake) if one.version == OWN.version]
    assert bundle_bytes(record.bundle()) == bundle_bytes(OWN)
    assert record.features == OWN.feature_names
    assert record.card == {"what": "written down by hand"}
    assert (record.trained_at, record.promoted_at) == (NOW + timedelta(days=1),) * 2


def test_a_better_model_scores_and_the_one_before_retires(lake):
    train(lake, OWN, 1)
    assert in_use(lake) == OWN.version
    train(lake, LATER, 2)
    assert in_use(lake) == LATER.version
    assert stages(lake) == {
        DEFAULT.version: "default",
        OWN.version: "retired",
        LATER.version: "current",
    }


def test_a_model_that_is_no_better_is_kept_and_the_default_scores(lake):
    train(lake, OWN, 1)
    train(lake, LATER, 2, adopted=False, why="no better than the default")
    assert in_use(lake) == DEFAULT.version
    assert stages(lake)[LATER.version] == "rejected"
    assert stages(lake)[OWN.version] == "retired"


def test_the_same_model_trained_again_changes_nothing(lake):
    train(lake, OWN, 1)
    before = read_records(lake)
    train(lake, OWN, 2)
    assert read_records(lake) == before


def test_a_rollback_goes_back_one_model_at_a_time_down_to_the_default(lake):
    train(lake, OWN, 1)
    train(lake, LATER, 2)
    assert rollback(lake).version == OWN.version
    assert in_use(lake) == OWN.version
    assert rollback(lake).version == DEFAULT.version
    assert in_use(lake) == DEFAULT.version
    with pytest.raises(InputError, match="the default model scores already"):
        rollback(lake)


def test_no_training_promotes_a_model_that_was_rolled_back_but_a_person_may(lake):
    train(lake, OWN, 1)
    rollback(lake)
    train(lake, OWN, 2)
    assert in_use(lake) == DEFAULT.version
    promote(lake, OWN.version, NOW + timedelta(days=3))
    assert in_use(lake) == OWN.version


def test_what_a_person_promoted_stays_until_it_is_rolled_back(lake):
    train(lake, OWN, 1, adopted=False, why="no better")
    promote(lake, None, NOW + timedelta(days=2))
    train(lake, LATER, 3)
    note_untrained(lake, "too few runs")
    assert in_use(lake) == OWN.version
    assert stages(lake)[LATER.version] == "rejected"
    rollback(lake)
    assert in_use(lake) == DEFAULT.version


def test_the_default_may_be_promoted_over_ones_own(lake):
    train(lake, OWN, 1)
    promote(lake, DEFAULT.version[:6], NOW + timedelta(days=2))
    train(lake, LATER, 3)
    assert in_use(lake) == DEFAULT.version


def test_labels_that_went_away_retire_what_was_learnt_from_them(lake):
    train(lake, OWN, 1)
    note_untrained(lake, "too few runs")
    assert in_use(lake) == DEFAULT.version
    assert {one.reason for one in read_records(lake)} == {"too few runs"}


@pytest.mark.parametrize(
    ("version", "said"),
    [("nonsense", "no risk model of this lake begin"), ("", "no risk model")],
)
def test_a_version_that_is_not_there_is_refused_with_those_that_are(lake, version, said):
    with pytest.raises(InputError, match=said) as caught:
        promote(lake, version, NOW)
    assert DEFAULT.version in str(caught.value)


def test_without_a_model_that_waits_there_is_none_to_promote(lake):
    with pytest.raises(InputError, match="train one with `insight risk train`"):
        promote(lake, None, NOW)


def spoil(lake, version, content):
    [record] = [one for one in read_records(lake) if one.version == version]
    write_records(lake, [replace(record, content=content)])


DAMAGED = {
    "not base64": "{'format': 1}",
    "not a model": base64.b64encode(b"PK nonsense").decode(),
    "cut short": base64.b64encode(bundle_bytes(OWN)[:-200]).decode(),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_model_is_not_used_and_the_default_scores(lake, content):
    train(lake, OWN, 1)
    spoil(lake, OWN.version, content)
    used = model_in_use(lake)
    assert used.is_default
    assert OWN.version in used.fallen_back
    assert "insight risk" in used.fallen_back
    with pytest.raises(InputError, match=OWN.version):
        promote(lake, OWN.version, NOW)
    assert reject_unusable(lake) == used.fallen_back
    assert stages(lake)[OWN.version] == "rejected"
    assert reject_unusable(lake) is None


def test_a_model_of_other_features_does_not_score(lake):
    train(lake, bundle_of(FEATURES[:-1], loss_change=1.0), 1)
    used = model_in_use(lake)
    assert used.is_default
    assert "was trained without the features" in used.fallen_back


def test_a_damaged_default_is_an_error_with_its_place(ships):
    ships(b"nonsense")
    with pytest.raises(InputError, match=r"default\.npz is no risk model"):
        default_model()


def test_a_model_of_an_earlier_version_is_retired_and_none_of_it_is_used(lake):
    old = {
        "model_version": "old",
        "metrics": "no json",
        "data_fingerprint": "f",
        "parameters": json.dumps({"format": 1}),
        "stage": "unusable",
        "trained_at": NOW + timedelta(days=9),
    }
    rows = pa.Table.from_pylist([old], schema=contract("risk_models").schema)
    lake.replace("risk_models", "model_version", ["old"], rows, "test", 0)
    assert stages(lake)["old"] == "retired"
    assert in_use(lake) == DEFAULT.version
    assert standing_model(lake.read("risk_models").to_pylist())["stage"] == "default"
    with pytest.raises(InputError, match="of an earlier version of DeepInsight"):
        promote(lake, "old", NOW)


def test_a_correction_comes_back_too():
    groups = len({one.group for one in OWN.features})
    own = with_version(replace(OWN, correction=Correction(0.5, 0.1, np.zeros(groups))))
    record = ModelRecord.of(own, Stage.CURRENT, NOW)
    assert record.bundle().correction.intercept == 0.5
