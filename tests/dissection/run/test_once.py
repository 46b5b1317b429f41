"""What is remembered of a view."""

import gc
from weakref import ref

from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.view import RunView


def test_a_view_is_asked_once_for_each_of_the_other_arguments():
    asked = []

    @once_a_view
    def length(view, share=1.0):
        asked.append((view.run_id, share))
        return share * len(view.run_id)

    one, twin = RunView.of_nothing("run"), RunView.of_nothing("run")
    assert [length(one), length(one), length(one, 0.5), length(one, share=0.5)] == [3, 3, 1.5, 1.5]
    assert asked == [("run", 1.0), ("run", 0.5), ("run", 0.5)]
    length(twin)
    assert len(asked) == 4


def test_none_is_remembered_too():
    asked = []

    @once_a_view
    def nothing(view):
        asked.append(view)

    view = RunView.of_nothing("run")
    assert (nothing(view), nothing(view)) == (None, None)
    assert len(asked) == 1


def test_answers_go_with_their_view():
    answers = once_a_view(lambda _view: object())
    view = RunView.of_nothing("run")
    gone = ref(view)
    answers(view)
    del view
    gc.collect()
    assert gone() is None
