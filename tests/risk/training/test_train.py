"""A trained bundle: what it can tell, that it repeats, and what it refuses to learn from."""

import numpy as np
import pytest

from insight_lib.errors import InputError
from insight_lib.risk.models.conformal import MOST_FALSE_ALARMS
from insight_lib.risk.models.storage import bundle_bytes, bundle_from_bytes
from insight_lib.risk.training.out_of_family import score_out_of_family
from insight_lib.risk.training.train import train_bundle

pytestmark = pytest.mark.slow


def test_it_tells_failures_of_families_it_has_not_seen(trained):
    at_half = trained.metrics["landmarks"]["0.5"]
    assert at_half["roc_auc"] > 0.9
    assert trained.metrics["log_loss"] < trained.metrics["base_rate_log_loss"]
    assert trained.metrics["gain_over_base_rate"] > trained.metrics["gain_stderr"]
    assert at_half["false_alarms_mean"] <= 2 * MOST_FALSE_ALARMS


def test_runs_that_have_failed_already_are_not_judged(trained, small_zoo):
    table = small_zoo.table
    judged = sum(one["rows"] for one in trained.metrics["landmarks"].values())
    assert judged == int((~table.has_failed).sum()) < len(table.failed)


def test_trained_again_it_has_the_same_bytes_whatever_the_order_of_features(trained, small_zoo):
    again = train_bundle(small_zoo.table, small_zoo.features[::-1], seed=0)
    assert bundle_bytes(again) == bundle_bytes(trained)
    assert bundle_from_bytes(bundle_bytes(again), "it").version == trained.version


def test_a_run_of_scalars_alone_is_told_too(trained, small_zoo):
    table = small_zoo.table
    values = table.matrix.values.copy()
    of_layers = [table.matrix.names.index(name) for name in ("update_size", "odd")]
    values[:, of_layers] = np.nan
    matrix = table.matrix.__class__(table.matrix.run_ids, table.matrix.names, values)
    found = trained.score(matrix, table.share, with_reasons=False)
    assert not np.array_equal(
        found.log_odds, trained.score(table.matrix, table.share, with_reasons=False).log_odds
    )
    assert found.log_odds[table.failed == 1].mean() > found.log_odds[table.failed == 0].mean() + 1


def test_nothing_of_a_family_decides_what_is_said_of_it(small_zoo):
    table = small_zoo.table
    is_odd = np.array([one == "games" for one in table.family])
    turned = table.failed.copy()
    turned[is_odd] = 1 - turned[is_odd]
    plain = score_out_of_family(table, small_zoo.features)
    other = score_out_of_family(
        table.__class__(**{**vars(table), "failed": turned}), small_zoo.features
    )
    # The other families' models have seen it, and calibration with them: hence nearly.
    order = np.argsort(plain.log_odds[is_odd]), np.argsort(other.log_odds[is_odd])
    np.testing.assert_array_equal(*order)


def test_a_table_of_other_features_is_refused(small_zoo):
    with pytest.raises(InputError, match="not those that are computed: odd"):
        train_bundle(small_zoo.table, small_zoo.features[:-1])


def test_one_outcome_only_is_refused_with_the_count(zoo_of):
    def all_healthy(rows):
        for row in rows:
            row["failed"] = False

    zoo = zoo_of(60, 0, all_healthy)
    with pytest.raises(InputError, match="0 runs failed, 10 are needed"):
        train_bundle(zoo.table, zoo.features)


def test_failures_in_one_family_alone_are_refused_with_its_name(zoo_of):
    def only_games(rows):
        for row in rows:
            row["failed"] = row["family"] == "games"

    zoo = zoo_of(60, 0, only_games)
    with pytest.raises(InputError, match="every failed run is of the family games"):
        train_bundle(zoo.table, zoo.features)
