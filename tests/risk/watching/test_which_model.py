"""The model of a lake, for who watches a training by it."""

from datetime import UTC, datetime

import pytest

from insight_lib.errors import InputError, LakeError
from insight_lib.lake.tables import open_lake
from insight_lib.risk.features.catalogue import FEATURES
from insight_lib.risk.registry.registration import register_default, register_trained
from insight_lib.risk.watching.which_model import watching_model
from tests.risk.handmade import bundle_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DEFAULT, OWN = bundle_of(loss_change=4.0), bundle_of(loss_change=5.0)
OF_FEWER_FEATURES = bundle_of(FEATURES[1:])


@pytest.fixture
def lake(tmp_path, ships):
    ships(DEFAULT)
    return open_lake(tmp_path / "lake", create=True)


def trained(lake, bundle):
    register_default(lake, DEFAULT, NOW)
    register_trained(lake, bundle, adopted=True, why="better", now=NOW)
    return lake


def test_the_model_that_was_promoted_in_the_lake_is_watched_by(lake):
    assert watching_model(trained(lake, OWN).root).version == OWN.version
    assert watching_model(str(lake.root)).version == OWN.version


def test_a_lake_whose_runs_the_default_scores_is_watched_by_it(lake):
    register_default(lake, DEFAULT, NOW)
    assert watching_model(lake.root).version == DEFAULT.version


def test_without_a_lake_the_default_is_watched_by(lake):
    trained(lake, OWN)
    assert watching_model(None).version == DEFAULT.version


def test_a_lake_without_a_model_is_refused_with_what_makes_one(lake):
    with pytest.raises(InputError, match=r"no risk model yet; run `insight nightly --lake .*, or"):
        watching_model(lake.root)


def test_a_model_that_cannot_be_used_is_refused_and_not_replaced_by_another(lake):
    trained(lake, OF_FEWER_FEATURES)
    with pytest.raises(InputError, match=r"was trained without the features .*or name no lake"):
        watching_model(lake.root)


def test_a_folder_that_is_no_lake_is_refused(tmp_path):
    with pytest.raises(LakeError, match="nowhere"):
        watching_model(tmp_path / "nowhere")
