"""A trained bundle: what it can tell, that it repeats, and what it refuses to learn from."""

from dataclasses import replace

import numpy as np
import pytest

from insight_lib.errors import InputError
from insight_lib.risk.models.conformal import MOST_FALSE_ALARMS
from insight_lib.risk.models.learner import log_losses
from insight_lib.risk.models.storage import bundle_bytes, bundle_from_bytes
from insight_lib.risk.models.wording import described
from insight_lib.risk.training.members import member_plans
from insight_lib.risk.training.out_of_family import plain_out_of_family, score_out_of_family
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
    matrix = replace(table.matrix, values=values)
    found = trained.score(matrix, table.share, with_reasons=False)
    assert not np.array_equal(
        found.log_odds, trained.score(table.matrix, table.share, with_reasons=False).log_odds
    )
    assert found.log_odds[table.failed == 1].mean() > found.log_odds[table.failed == 0].mean() + 1


def test_nothing_of_a_family_decides_what_its_own_models_say(zoo_of):
    zoo = zoo_of(60)
    is_odd = np.array([one == "games" for one in zoo.table.family])
    turned = np.where(is_odd, 1 - zoo.table.failed, zoo.table.failed)
    words = described(zoo.features)
    plans = member_plans(words)
    plain, other = (
        plain_out_of_family(plans, words, table, 0)
        for table in (zoo.table, replace(zoo.table, failed=turned))
    )
    np.testing.assert_array_equal(plain[:, is_odd], other[:, is_odd])
    assert not np.array_equal(plain[:, ~is_odd], other[:, ~is_odd])


def test_what_is_said_out_of_family_is_what_the_bundle_is_measured_by(trained, small_zoo):
    table = small_zoo.table
    said = score_out_of_family(table, small_zoo.features)
    judged = ~table.has_failed
    losses = log_losses(said.log_odds[judged], table.failed[judged])
    assert losses.mean() == pytest.approx(trained.metrics["log_loss"])
    assert not (said.flagged & said.abstains).any()


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
