"""Statistics read off the buckets of real event files, against what the same runs logged exactly.

TensorFlow 1's tutorial on summaries logs mean, standard deviation, minimum and maximum of its
weights next to their histograms.
"""

import pytest

from insight_lib.dissection.layers.layer_statistics import layer_statistics
from insight_lib.dissection.reading import read_files
from insight_lib.events.ingest.placement import place_files

STATISTICS = {"mean": "mean", "stddev_1": "std", "min": "min", "max": "max"}


@pytest.fixture(scope="module")
def found(tfevents_dir):
    root = tfevents_dir / "tensorflow+tensorboard" / "log_tayo"
    return read_files(place_files(root, sorted(root.rglob("*tfevents*"))))


def test_buckets_give_what_was_logged_to_within_their_width(found):
    exact = {}
    for row in found.scalars.to_pylist():
        layer, _, rest = row["tag"].partition("/")
        tensor, _, statistic = rest.partition("/summaries/")
        if row["stream"] == "train" and statistic in STATISTICS:
            exact[layer, tensor, row["step"], STATISTICS[statistic]] = row["value"]
    rows = layer_statistics(found.measured).rows.to_pylist()
    weights = [row for row in rows if row["kind"] == "weight"]
    assert len(weights) * len(STATISTICS) == len(exact)
    for row in weights:
        for statistic in STATISTICS.values():
            logged = exact[row["layer"], row["tensor"], row["step"], statistic]
            # A step trains while its summaries are computed, so that these differ a little, too.
            size = row["l2"] / row["count"] ** 0.5
            assert row[statistic] == pytest.approx(logged, abs=0.05 * size)
