"""The name that series of several phases share: ``train/box_loss`` and ``val/box_loss``."""

from functools import lru_cache

from insight_lib.series.names.tag_words import MOST_NAMES, metric_words
from insight_lib.series.names.vocabulary import (
    EPOCH_WORDS,
    PHASE_WORDS,
    QUALIFIERS,
    STEP_WORDS,
    SYNONYMS,
)

_NOT_SHARED = PHASE_WORDS | EPOCH_WORDS | STEP_WORDS | {"vs", "iterations", "per", "ptl"}
_OF_ANY_LOSS = QUALIFIERS | {"loss", "cost"}


@lru_cache(maxsize=MOST_NAMES)
def tag_words_of(tag: str) -> tuple[str, ...]:
    """Return all the words of a tag in their one spelling."""
    return tuple(SYNONYMS.get(word, word) for word in metric_words(tag))


@lru_cache(maxsize=MOST_NAMES)
def base_name(tag: str) -> tuple[str, ...]:
    """Return the words of a tag without those of a phase or of how often it is written.

    >>> base_name("train/box_loss") == base_name("val/box_loss"), base_name("epoch_loss")
    (True, ('loss',))
    """
    return tuple(word for word in tag_words_of(tag) if word not in _NOT_SHARED)


@lru_cache(maxsize=MOST_NAMES)
def further_words(tag: str) -> frozenset[str]:
    """Return what a loss's tag says beyond that it is a loss: of which kind or part.

    >>> further_words("train/loss"), further_words("ce_loss")
    (frozenset(), frozenset({'crossentropy'}))
    """
    return frozenset(tag_words_of(tag)) - _OF_ANY_LOSS


def group_of(tag: str) -> str:
    """Return the part of a tag above its last ``/``; empty where there is none."""
    return tag.rpartition("/")[0]
