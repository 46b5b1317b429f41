"""Which model looks at what, and how rows are made to look like those of other loggers."""

import numpy as np

from insight_lib.risk.models.wording import described
from insight_lib.risk.training.members import MASKED_SHARE, masked, member_plans


def test_a_run_of_scalars_alone_has_a_model_that_looks_at_no_layer(small_zoo):
    words = described(small_zoo.features)
    layers, scalars = member_plans(words)
    assert layers.columns.tolist() == list(range(len(words)))
    assert {words[i].group for i in scalars.columns} == {"train_loss", "gap"}
    assert layers.needs
    assert not scalars.needs


def test_without_features_of_layers_there_is_one_model(small_zoo):
    words = [one for one in described(small_zoo.features) if one.group == "train_loss"]
    (only,) = member_plans(words)
    assert (only.columns.tolist(), only.needs) == ([0, 1], ())


def test_groups_are_hidden_as_a_whole_and_nothing_else_is_changed():
    values = np.arange(3000.0).reshape(1000, 3)
    found = masked(values, ["a", "b", "a"], 0)
    hidden = np.isnan(found)
    np.testing.assert_array_equal(hidden[:, 0], hidden[:, 2])
    assert not np.array_equal(hidden[:, 0], hidden[:, 1])
    np.testing.assert_array_equal(found[~hidden], values[~hidden])
    np.testing.assert_allclose(hidden.mean(), MASKED_SHARE, atol=0.05)
    np.testing.assert_array_equal(found, masked(values, ["a", "b", "a"], 0))
