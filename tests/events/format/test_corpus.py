"""Real event files of many writers: what comes out is what TensorBoard's own loader reads."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader
from tensorboard.util.tensor_util import make_ndarray

from insight_lib.events.format.decode import Decoded
from insight_lib.events.format.read import read_span

BAD_PAYLOAD = "awslabs/sagemaker-debugger"


@pytest.fixture(scope="module")
def decoded(tfevents_dir) -> dict[Path, tuple[dict[str, str], list[Decoded]]]:
    """Of each file its row in the manifest and what was read of it."""
    with (tfevents_dir / "MANIFEST.tsv").open() as manifest:
        rows = list(csv.DictReader(manifest, delimiter="\t"))
    files = {}
    for row in rows:
        path = tfevents_dir / row["repo"].replace("/", "+") / row["path"]
        files[path] = (row, list(read_span(path, 0, path.stat().st_size, {})))
    return files


def rows_of(pieces, name):
    return [row for piece in pieces for row in getattr(piece, name).to_pylist()]


def test_record_counts_are_those_of_the_manifest(decoded):
    wrong = {
        path: pieces
        for path, (row, pieces) in decoded.items()
        if sum(piece.records for piece in pieces) != int(row["records"])
    }
    assert not wrong


def test_only_the_record_with_the_bad_checksum_is_quarantined(decoded):
    hit = {
        row["repo"]: rows_of(pieces, "quarantine")
        for row, pieces in decoded.values()
        if rows_of(pieces, "quarantine")
    }
    assert set(hit) == {BAD_PAYLOAD}
    ((lost,),) = hit.values()
    assert (lost["offset"], lost["length"]) == (0, 100)


def test_every_intact_record_is_in_a_table_and_the_spans_tile_the_file(decoded, tiles):
    for path, (_, pieces) in decoded.items():
        tiles(path.read_bytes(), 0, pieces)


def theirs(path):
    """TensorBoard's reading: scalars, tensors' and histograms' identity, and other events."""
    scalars, others = [], Counter()
    plugins: dict[str, str] = {}
    for event in LegacyEventFileLoader(str(path)).Load():
        what = event.WhichOneof("what") or "empty"
        if what != "summary":
            others[what, event.step, event.wall_time] += 1
        for value in event.summary.value:
            plugin = plugins.setdefault(value.tag, value.metadata.plugin_data.plugin_name)
            point = (value.tag, event.step, event.wall_time)
            if value.HasField("simple_value"):
                scalars.append((*point, value.simple_value))
            elif plugin == "scalars" and value.HasField("tensor"):
                scalars.append((*point, float(make_ndarray(value.tensor))))
            else:
                others[point] += 1
    return scalars, others


def test_values_steps_tags_and_times_are_tensorboards(decoded):
    for path, (_, pieces) in decoded.items():
        scalars, others = theirs(path)
        ours = rows_of(pieces, "scalars")
        assert [row["tag"] for row in ours] == [point[0] for point in scalars], path
        for place, name in enumerate(("step", "wall_time", "value"), start=1):
            np.testing.assert_array_equal(
                [row[name] for row in ours], [point[place] for point in scalars], str(path)
            )
        rest = rows_of(pieces, "histograms") + rows_of(pieces, "artifacts")
        assert len(rest) == others.total(), path
        identities = Counter(
            (row["tag"] or row["plugin"], row["step"], row["wall_time"]) for row in rest
        )
        assert identities == others, path


def test_every_histogram_of_the_corpus_has_a_home_in_histograms(decoded):
    named = [
        row["plugin"]
        for _, pieces in decoded.values()
        for row in rows_of(pieces, "artifacts")
        if row["plugin"] in ("histo", "histograms", "scalars")
    ]
    assert named == []
