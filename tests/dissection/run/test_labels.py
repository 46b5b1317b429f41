"""What the traced labels of a run tell."""

from insight_lib.dissection.run.data.labels import labels

nan = float("nan")


def seen(make_view, **series):
    scalars = {f"train:label/{name}": values for name, values in series.items()}
    return labels(make_view({"scalars": scalars}))


def test_batches_count_whose_labels_are_finite(make_view):
    found = seen(make_view, min=[0, 1, 2, nan], max=[5, 6, nan, 8], mean=[3, 4, 5, 6])
    assert found.steps.size == 2
    assert (found.low, found.high, found.mean) == (0, 6, 3.5)
    assert (found.lows.tolist(), found.highs.tolist()) == ([0, 1], [5, 6])


def test_labels_without_a_finite_batch_are_unknown(make_view):
    assert seen(make_view, min=[0, nan], max=[nan, 1], mean=[0, 1]) is None
    assert seen(make_view, min=[0, 1], max=[1, 2]) is None
