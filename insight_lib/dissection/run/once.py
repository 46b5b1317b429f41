"""Work out once what many rules ask of the same run."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from insight_lib.dissection.run.view import RunView

P = ParamSpec("P")
T = TypeVar("T")


def once_a_view(
    function: Callable[Concatenate[RunView, P], T],
) -> Callable[Concatenate[RunView, P], T]:
    """Return a function of a view, and of more that can be hashed, that remembers its answers.

    An answer goes with its view. It is given to all who ask: it must be of a kind that nobody
    changes, such as a tuple or a frozen dataclass.
    """

    @wraps(function)
    def remembering(view: RunView, /, *args: P.args, **kwargs: P.kwargs) -> T:
        asked = (function, args, tuple(sorted(kwargs.items()))) if args or kwargs else function
        if asked not in view.answers:
            view.answers[asked] = function(view, *args, **kwargs)
        answer: T = view.answers[asked]
        return answer

    return remembering
