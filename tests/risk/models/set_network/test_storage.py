"""A set network as a file: it scores as before, and what is no such file is refused."""

import json

import numpy as np
import pytest

from insight_lib.errors import InputError
from insight_lib.risk.models.set_network import load_set_network, save_set_network
from insight_lib.risk.models.set_network.storage import FORMAT


@pytest.fixture
def stored(tmp_path, untrained):
    path = tmp_path / "network.npz"
    save_set_network(untrained, path)
    return path


def rewritten(path, change):
    """Return the path of a copy whose arrays were changed."""
    with np.load(path) as file:
        arrays = dict(file)
    about = json.loads(str(arrays["about"]))
    change(arrays, about)
    if "about" in arrays:
        arrays["about"] = np.array(json.dumps(about))
    copy = path.with_name("changed.npz")
    np.savez(copy, **arrays)
    return copy


def test_it_scores_as_the_one_that_was_saved(stored, untrained, drawn_runs):
    inputs, _ = drawn_runs(20, 5)
    loaded = load_set_network(stored)
    np.testing.assert_array_equal(loaded.log_odds(inputs), untrained.log_odds(inputs))
    np.testing.assert_array_equal(loaded.kinds(inputs), untrained.kinds(inputs))
    assert loaded.kind_names == untrained.kind_names


def test_the_same_network_gives_the_same_bytes(stored, untrained, tmp_path):
    save_set_network(untrained, tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == stored.read_bytes()


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"no set network at .*absent\.npz"):
        load_set_network(tmp_path / "absent.npz")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_file_cut_short_is_damaged(stored, share):
    content = stored.read_bytes()
    stored.write_bytes(content[: int(share * len(content))])
    with pytest.raises(InputError, match="damaged"):
        load_set_network(stored)


def test_a_flipped_byte_is_noticed(stored):
    content = bytearray(stored.read_bytes())
    content[len(content) // 2] ^= 0xFF
    stored.write_bytes(content)
    with pytest.raises(InputError, match="damaged"):
        load_set_network(stored)


def test_a_pickle_is_refused_and_not_run(tmp_path):
    np.save(tmp_path / "evil.npy", np.array([print], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="damaged or no set network"):
        load_set_network(tmp_path / "evil.npy")


def test_a_file_of_another_format_is_refused_with_both_numbers(stored):
    newer = rewritten(stored, lambda _, about: about.update(format=FORMAT + 1))
    with pytest.raises(InputError, match=f"format {FORMAT + 1}, this version reads {FORMAT}"):
        load_set_network(newer)


def test_a_file_above_two_megabytes_is_refused_unread(tmp_path):
    (tmp_path / "large.npz").write_bytes(b"\0" * 2_000_001)
    with pytest.raises(InputError, match="more than 2000000 bytes"):
        load_set_network(tmp_path / "large.npz")


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays, _: arrays.pop("0/failed/bias"),
        lambda arrays, _: arrays.update({"0/failed/bias": np.zeros(2, np.float32)}),
        lambda arrays, _: arrays.update({"0/failed/bias": np.zeros(1, np.float64)}),
        lambda arrays, _: arrays.update({"0/failed/bias": np.full(1, np.nan, np.float32)}),
        lambda arrays, _: arrays.update({"scales/layers": np.zeros(3, np.float32)}),
        lambda arrays, _: arrays.pop("about"),
        lambda _, about: about.pop("sizes"),
        lambda _, about: about["sizes"].pop("times"),
        lambda _, about: about["sizes"].update(features=9),
        lambda _, about: about["sizes"].update(layers="16"),
        lambda _, about: about.update(members=0),
        lambda _, about: about.update(feature_names=["f0"]),
        lambda _, about: about.update(kind_names=["a", "b", "c"]),
    ],
)
def test_content_that_no_training_gives_is_refused(stored, change):
    with pytest.raises(InputError, match="damaged"):
        load_set_network(rewritten(stored, change))
