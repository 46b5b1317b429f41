"""After which epochs to look, so that looking costs a bounded share of a training."""

EVERY_EPOCH_UNTIL = 20
"""The first epochs are looked at one by one: this is when stopping saves most."""
_MORE = 1.05


class LookCadence:
    """Says after which epochs to look: each of the first, then whenever a twentieth more came.

    What a look costs grows with what was written, so that looks at rising gaps cost in all no more
    than some twenty of the last one.
    """

    def __init__(self) -> None:
        self._next = 1

    def is_due(self, epochs: int) -> bool:
        """Return whether to look after so many epochs of the training, and plan the next look."""
        if epochs < self._next:
            return False
        far = int(epochs * _MORE)
        self._next = max(epochs + 1, far if epochs >= EVERY_EPOCH_UNTIL else 0)
        return True
