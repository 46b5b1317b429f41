"""Rows of features: as the contract says, bounded, and without a look ahead."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_lib.lake.contract import contract
from insight_lib.risk.cutoff import Cutoff
from insight_lib.risk.feature_rows import features_at
from insight_lib.risk.features.catalogue import FEATURES, MEANINGS
from insight_lib.risk.features.measures import DECADES
from insight_lib.series.recognition import Known
from insight_lib.series.role import Role, SeriesRole

LOSS = ("train", "loss")
EPOCH_LOSS = ("train", "epoch_loss")
VALIDATION = ("validation", "epoch_loss")


@pytest.fixture(scope="session")
def known(scalars, layer_stats) -> Callable[..., dict[str, float]]:
    """The features of one run, by its curves and its layer rows."""

    def build(curves, *layers) -> dict[str, float]:
        (row,) = features_at(scalars(curves), layer_stats(*layers), Cutoff()).to_pylist()
        return dict(row["features"])

    return build


def curve(*values):
    return [(10 * (i + 1), value) for i, value in enumerate(values)]


def test_a_run_yields_one_row_as_its_contract_says(scalars, layer_stats):
    runs = pa.concat_tables([scalars({LOSS: curve(1, 2)}, run) for run in ("logs/b", "logs/a")])
    table = features_at(runs, layer_stats({"step": 5}, run_id="logs/c"), Cutoff())
    assert table["run_id"].to_pylist() == ["logs/a", "logs/b", "logs/c"]
    assert table["cutoff_step"].to_pylist() == [20, 20, 5]
    assert contract("run_features").conform(table).equals(table)


def test_no_runs_yield_an_empty_table(scalars, layer_stats):
    assert features_at(scalars({}), layer_stats(), Cutoff()).num_rows == 0


def test_every_feature_has_a_unique_name_and_a_meaning():
    assert len(MEANINGS) == len(FEATURES)
    assert all(MEANINGS.values())


def test_what_was_not_written_is_absent(known):
    assert known({("train", "learning_rate"): curve(0.1, 0.1)}) == {}


# What may be written: any double, so that every feature meets NaN, infinities and both zeros.
any_value = st.floats(width=64)
some_values = st.lists(any_value, min_size=1, max_size=12)
size = st.floats(min_value=0, max_value=1e150)
share = st.none() | st.floats(0, 1)


@st.composite
def layer_row(draw):
    depth = draw(st.integers(0, 2))
    return {
        "layer": f"dense_{depth}",
        "depth": draw(st.sampled_from([None, depth])) if depth == 1 else depth,
        "kind": draw(st.sampled_from(["weight", "gradient", "update", "activation"])),
        "step": 10 * draw(st.integers(0, 8)),
        "count": draw(st.integers(0, 1000)),
        "l2": draw(size),
        "std": draw(st.none() | size),
        "zero_fraction": draw(share),
        "nan_fraction": draw(share),
        "dead_fraction": draw(share),
        "saturated_fraction": draw(share),
        "update_ratio": draw(st.none() | size),
    }


def one_a_step(rows):
    return list({(row["layer"], row["kind"], row["step"]): row for row in rows}.values())


some_layers = st.lists(layer_row(), max_size=12).map(one_a_step)


@given(train=some_values, validation=some_values, layers=some_layers)
@settings(max_examples=60, deadline=None)
def test_every_feature_is_finite_and_bounded_whatever_was_written(known, train, validation, layers):
    found = known({LOSS: curve(*train), VALIDATION: curve(*validation)}, *layers)
    assert found.keys() <= MEANINGS.keys()
    assert all(-DECADES <= value <= DECADES for value in found.values())


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_nothing_after_the_cutoff_has_any_influence(data, scalars, layer_stats):
    written = [LOSS, EPOCH_LOSS, VALIDATION][: data.draw(st.integers(1, 3))]
    curves = {name: curve(*data.draw(some_values)) for name in written}
    rows = data.draw(some_layers)
    points, layers = scalars(curves), layer_stats(*rows)
    before = features_at(points, layers, Cutoff(3, 4))
    cut = before["cutoff_step"][0].as_py()

    def changed_values(pairs):
        return [(s, v if s <= cut else data.draw(any_value)) for s, v in pairs]

    changed = {name: changed_values(pairs) for name, pairs in curves.items()}
    whole = pc.max(points["step"]).as_py()
    if whole > cut:  # a run that is cut before its end may go on in any way
        later = [(whole + 10 * i, data.draw(any_value)) for i in range(1, 5)]
        changed = {name: [*pairs, *later] for name, pairs in changed.items()}
    future = [row for row in data.draw(some_layers) if row["step"] > cut]
    past = [row for row in rows if row["step"] <= cut]
    if whole > cut or not future:
        after = features_at(scalars(changed), layer_stats(*one_a_step(past + future)), Cutoff(3, 4))
        assert after.equals(before)

    truncated = {name: [p for p in pairs if p[0] <= cut] for name, pairs in curves.items()}
    assert features_at(scalars(truncated), layer_stats(*past), Cutoff(3, 4)).equals(before)


def test_what_is_known_of_the_whole_run_is_not_known_at_the_cutoff(scalars, layer_stats):
    loss = scalars({LOSS: curve(1.0, 0.5, 0.25)})
    later = Known({"logs/a": {LOSS: SeriesRole(role=Role.KL, why="what came after the cut-off")}})
    assert features_at(loss, layer_stats(), Cutoff(), later) == features_at(
        loss, layer_stats(), Cutoff()
    )
