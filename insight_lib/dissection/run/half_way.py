"""Whether a run that learnt something has not come half of the way."""

from insight_lib.dissection.run.learning import falls_short
from insight_lib.dissection.run.view import RunView

# Of the way from guessing to no error: the shortest healthy runs of the zoo come to a half.
_SHORT = 0.4


def is_half_way(view: RunView) -> bool:
    """Return whether a run is known to have come less than two fifths of the way to no error."""
    return falls_short(view, _SHORT)
