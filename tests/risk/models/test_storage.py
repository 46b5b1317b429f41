"""A bundle as a file, and every way in which a file is refused."""

import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from insight_lib.errors import InputError
from insight_lib.risk.models.correction import Correction
from insight_lib.risk.models.storage import (
    MOST_BYTES,
    bundle_bytes,
    bundle_from_bytes,
    load_bundle,
    save_bundle,
    with_version,
)

ROWS = ([0.5, 0.1, 0.4, -5.0], [-0.5, 0.1, 0.0, -3.0], [0.2, np.nan, 0.1, np.nan])
SHARE = np.array([0.1, 0.5, np.nan])


def changed(content, **parts):
    """Return the file with parts replaced: arrays, or a change of its description."""
    with np.load(io.BytesIO(content)) as loaded:
        arrays = {name: loaded[name] for name in loaded.files}
    about = json.loads(arrays["about"].tobytes())
    about |= parts.pop("about", {})
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
    packed = io.BytesIO()
    np.savez_compressed(packed, **(arrays | parts))
    return packed.getvalue()


def test_what_is_loaded_scores_as_what_was_saved(bundle, matrix_of, tmp_path):
    corrected = with_version(replace(bundle, correction=Correction(0.1, 0.2, np.ones(3) * 0.1)))
    for one in (bundle, corrected):
        save_bundle(one, tmp_path / "model.npz")
        again = load_bundle(tmp_path / "model.npz")
        first, second = (each.score(matrix_of(*ROWS), SHARE) for each in (one, again))
        assert first.log_odds.tobytes() == second.log_odds.tobytes()
        assert first.novelty.tobytes() == second.novelty.tobytes()
        assert first.expected_kind == second.expected_kind
        assert first.reasons == second.reasons
        assert (again.version, again.card, again.metrics) == (one.version, one.card, one.metrics)


def test_the_same_bundle_gives_the_same_bytes_within_the_limit(bundle):
    assert bundle_bytes(bundle) == bundle_bytes(bundle)
    assert len(bundle_bytes(bundle)) < MOST_BYTES


def test_the_version_tells_what_is_in_it(bundle):
    assert with_version(replace(bundle, card={"what": "another"})).version != bundle.version
    assert with_version(bundle).version == bundle.version


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"model\.npz cannot be read: No such file"):
        load_bundle(tmp_path / "model.npz")


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04 half"], ids=len)
def test_what_is_no_model_is_refused(content):
    with pytest.raises(InputError, match=r"it is no risk model, or a damaged one: .*train again"):
        bundle_from_bytes(content, "it")


def test_a_file_cut_or_flipped_anywhere_is_refused(bundle):
    content = bundle_bytes(bundle)
    for place in range(0, len(content), len(content) // 60):
        with pytest.raises(InputError):
            bundle_from_bytes(content[:place], "it")
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 0xFF
    with pytest.raises(InputError):
        bundle_from_bytes(bytes(flipped), "it")


def test_a_model_of_another_version_is_refused(bundle):
    other = changed(bundle_bytes(bundle), about={"format": 99})
    with pytest.raises(
        InputError, match=r"it is a risk model of format 99, this version .* reads 2"
    ):
        bundle_from_bytes(other, "it")


def test_a_pickle_is_not_opened(bundle):
    other = changed(bundle_bytes(bundle), correction=np.array([print], dtype=object))
    with pytest.raises(InputError, match="damaged"):
        bundle_from_bytes(other, "it")


def test_a_tree_that_leads_in_a_circle_is_refused(bundle):
    place = "member0.model.trees.left"
    other = changed(bundle_bytes(bundle), **{place: np.array([0, 0, 0], dtype=np.int32)})
    with pytest.raises(InputError, match="does not hang together"):
        bundle_from_bytes(other, "it")


@pytest.mark.parametrize(
    "parts",
    [
        {"member0.columns": np.array([0, 1, 2, 99], dtype=np.int16)},
        {"member1.flag_above": np.zeros(1)},
        {"member0.model.logistic.coefficients": np.zeros(2)},
        {"novelty.healthy.medians": np.zeros((1, 4))},
        {"kinds.coefficients": np.zeros((4, 3))},
        {"kinds.is_told": np.ones(2, dtype=np.bool_)},
        {"about": {"kinds": ["at_chance"]}},
        {"about": {"members": []}},
        {"about": {"landmarks": [0.1]}},
        {"about": {"features": [{"name": "a"}]}},
    ],
    ids=str,
)
def test_parts_that_do_not_fit_each_other_are_refused(bundle, parts):
    with pytest.raises(InputError, match="damaged risk model"):
        bundle_from_bytes(changed(bundle_bytes(bundle), **parts), "it")


def test_a_changed_model_is_refused(bundle):
    other = changed(bundle_bytes(bundle), **{"member0.flag_above": np.array([9.0, 9.0, 9.0])})
    with pytest.raises(InputError, match="changed after training"):
        bundle_from_bytes(other, "it")


def test_what_would_unfold_to_too_much_is_not_unfolded():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("about.npy", b"\0" * 50_000_000)
    with pytest.raises(InputError, match="unfolds to 50000000 bytes"):
        bundle_from_bytes(packed.getvalue(), "it")


def test_a_model_that_is_too_large_is_not_saved(bundle):
    random = np.random.default_rng(0)
    large = replace(bundle, correction=Correction(0.0, 0.0, random.random(400_000)))
    with pytest.raises(InputError, match="at most 2000000 are kept"):
        bundle_bytes(large)
