"""Whether a run went but a short way from guessing to no error."""

from insight_lib.dissection.run.learning import falls_short
from insight_lib.dissection.run.view import RunView

# Of the way from guessing to no error: the shortest healthy runs of the zoo come to a half.
_SHORT = 0.4


def went_short_way(view: RunView) -> bool:
    """Return whether a run is known to have gone less than two fifths of the way to no error."""
    return falls_short(view, _SHORT)
