"""Work out once what many rules ask of the same run."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from insight_lib.dissection.run.view import RunView

P = ParamSpec("P")
T = TypeVar("T")


def once_a_view(
    function: Callable[Concatenate[RunView, P], T],
) -> Callable[Concatenate[RunView, P], T]:
    """Return a function of a view, and of more that can be hashed, that remembers its answers.

    An answer goes with its view, which equals only itself. It is given to all who ask: it must be
    of a kind that nobody changes, such as a tuple or a frozen dataclass, and must not hold the view
    itself, which would then never go.
    """
    answers: WeakKeyDictionary[RunView, dict[object, T]] = WeakKeyDictionary()

    @wraps(function)
    def remembering(view: RunView, /, *args: P.args, **kwargs: P.kwargs) -> T:
        known = answers.get(view)
        if known is None:
            known = answers[view] = {}
        asked = (args, tuple(sorted(kwargs.items())))
        if asked not in known:
            known[asked] = function(view, *args, **kwargs)
        return known[asked]

    return remembering
