"""Steps at which a count of evaluated examples is wrong."""

import pytest

from insight_lib.dissection.run.sample_faults import MOST_LISTED, find_sample_faults


@pytest.fixture
def view(make_view):
    """Steps 0 to 39 of two splits; validation has one row less at every even step."""
    even = [{"rows": 100 - (step + 1) % 2} for step in range(40)]
    return make_view({"samples": {"validation": even, "test": [{"rows": 100}] * 40}})


def test_every_step_of_every_split_is_found_and_the_first_is_described(view):
    found = find_sample_faults(view, lambda samples: samples.rows < 100)
    assert found.places == tuple(("validation", step) for step in range(0, 40, 2))
    assert found.words == "step 0 of split validation and 19 more"
    assert found.samples.rows[found.place] == 99


def test_splits_come_in_order_of_name_and_long_lists_are_cut(view):
    found = find_sample_faults(view, lambda samples: samples.rows > 0)
    assert found.places[0] == ("test", 0)
    assert found.places[40] == ("validation", 0)
    assert found.listed == [f"test: {step}" for step in range(MOST_LISTED)]
    assert (min(found.steps), max(found.steps)) == (0, 39)


def test_one_step_alone_is_named_alone_and_none_is_none(view):
    found = find_sample_faults(view, lambda samples: (samples.steps == 6) & (samples.rows == 99))
    assert found.words == "step 6 of split validation"
    assert find_sample_faults(view, lambda samples: samples.rows > 100) is None
