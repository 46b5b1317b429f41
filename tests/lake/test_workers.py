from hypothesis import given
from hypothesis import strategies as st

from insight_lib.lake.workers import spread


@given(st.lists(st.integers(0, 1000)), st.integers(1, 9), st.integers(1, 500))
def test_spreading_keeps_every_item_and_its_order(items, parts, smallest):
    groups = spread(items, lambda n: n, parts, smallest)
    assert [item for group in groups for item in group] == items
    assert all(groups)
    assert len(groups) <= parts + 1 or sum(items) == 0


def test_small_work_is_not_cut_merely_to_reach_the_number_of_parts():
    assert spread([1, 1, 1, 1], lambda n: n, parts=4, smallest=10) == [[1, 1, 1, 1]]


def test_equal_items_are_spread_evenly():
    assert spread(range(8), lambda _: 1, parts=4, smallest=1) == [[0, 1], [2, 3], [4, 5], [6, 7]]


def test_nothing_gives_no_group():
    assert spread([], lambda n: n, parts=4, smallest=1) == []


def test_tasks_run_on_spark_and_come_back_in_order(workers):
    assert workers.run(lambda n: n * n, [3, 1, 2], "square") == [9, 1, 4]
    assert workers.run(lambda n: n, [], "nothing") == []
