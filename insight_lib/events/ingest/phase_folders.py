"""Directories named for a phase of training: which of them belong to the run above.

A name alone decides nothing: ``detect/train`` and ``detect/train2`` (Ultralytics) are two runs, and
so may ``logs/test`` be one. A directory with a phase's name is a stream of the directory above

* where that has event files itself (Estimator writes the training there and ``eval/`` below),
* or a directory of another phase lies next to it and both hold the same series but for the words of
  their phases (Keras: ``epoch_loss`` in ``train`` and ``validation``),
* or it is ``train`` alone, its series tell of no phase, and no directory of another name next to it
  holds the same: a run of Keras has nothing else before its first validation.

It is a run of its own wherever its scalars tell of another phase than its name.
"""

import re
from enum import Enum

from insight_lib.events.ingest.file_heads import Head

PHASES = re.compile(r"train|training|validation|val|valid|eval|eval_.*|test|testing", re.IGNORECASE)
"""Names of directories that may hold one phase of a run. Keras: train, validation; Estimator: eval,
eval_<name>; the others are names that hand-written loops use."""

_TRAINED = r"train(?:ing)?|trn"
_HELD_OUT = r"val(?:id(?:ation)?)?|eval(?:uation)?|test(?:ing)?"
_IN_TAGS = re.compile(
    # As a word of letters of any case, at camel case too: train/loss, evalLoss, LossTrain, TEST_F1.
    rf"(?:(?<![A-Za-z])|(?<=[a-z])(?=[TVE]))(?i:(?P<trained>{_TRAINED})|{_HELD_OUT})(?![a-z])"
)


class Data(Enum):
    """On what data a phase works: what it trains on, or what is held out."""

    TRAINED = "trained"
    HELD_OUT = "held out"


def is_phase(name: str) -> bool:
    """Return whether a directory is named for a phase."""
    return PHASES.fullmatch(name) is not None


def trains(name: str) -> bool:
    """Return whether a directory with the name of a phase is that of the training itself."""
    return name.lower().startswith("train")


def is_of_other_phase(name: str, head: Head) -> bool:
    """Return whether a directory's scalars tell of another phase than its name does."""
    own = Data.TRAINED if trains(name) else Data.HELD_OUT
    return bool(_phases(head) - {own})


def tells_phase(head: Head) -> bool:
    """Return whether the tags of scalars tell of a phase."""
    return bool(_phases(head))


def holds_the_same(head: Head, other: Head) -> bool:
    """Return whether two directories share a series, whatever its phase; True where one has none.

    A directory may still wait for its first scalar.
    """
    if not head.scalars or not other.scalars:
        return True
    return not {without_phase(tag) for tag in head.scalars}.isdisjoint(
        map(without_phase, other.scalars)
    )


def without_phase(tag: str) -> str:
    """Return a tag without the words for phases.

    >>> without_phase("train/loss") == without_phase("val/loss")
    True
    """
    return _IN_TAGS.sub("", tag)


def _phases(head: Head) -> set[Data]:
    found = (match for tag in head.scalars for match in _IN_TAGS.finditer(tag))
    return {Data.TRAINED if match["trained"] else Data.HELD_OUT for match in found}
