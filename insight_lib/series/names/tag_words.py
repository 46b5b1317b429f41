"""The words of a stream or a tag: the only place that takes names apart."""

import re
from functools import lru_cache

MOST_NAMES = 2**16
"""Names whose words, or what they say, are kept: a lake may hold any number of them."""

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+")
# Names of metrics whose digit or capital is part of the word.
_METRIC_WORD = re.compile(
    r"(?<![A-Za-z])(?:mAP|mI[oO]U|IoU|[fF]1|[rR]2|[lL][12](?!\d))(?![a-z])|" + _WORD.pattern
)
_PHASE = r"train|training|val|valid|validation|test|eval"
_MEASURE = r"loss|losses|acc|accuracy|err|error|reward|return|score|ppl|perplexity|auc|mse|mae|rmse"
_GLUED = (
    re.compile(rf"({_PHASE})({_MEASURE})"),
    re.compile(rf"({_MEASURE})({_PHASE})"),
    re.compile(r"(learning)(rate)|(loss)(scale)|(approx|mean)(kl)|(kl)(div)|(clip)(frac)"),
    re.compile(r"(cross)(entropy)|(log)(loss)|(step|batch|iter|epoch)(time)|(run)(time)"),
)


@lru_cache(maxsize=MOST_NAMES)
def words(text: str) -> tuple[str, ...]:
    """Split a name into lower-case words, at camel case too, numbers dropped.

    >>> words("Loss_Train"), words("evalLoss_1")
    (('loss', 'train'), ('eval', 'loss'))
    """
    return tuple(word.lower() for word in _WORD.findall(text))


@lru_cache(maxsize=MOST_NAMES)
def metric_words(text: str) -> tuple[str, ...]:
    """Split the name of a metric into words: its own spelling and words written as one known.

    >>> metric_words("val_mAP50"), metric_words("test_F1Score"), metric_words("valloss")
    (('val', 'map'), ('test', 'f1', 'score'), ('val', 'loss'))
    """
    return tuple(part for word in _METRIC_WORD.findall(text) for part in _unglued(word.lower()))


def _unglued(word: str) -> tuple[str, ...]:
    found = next((match for glue in _GLUED if (match := glue.fullmatch(word))), None)
    return (word,) if found is None else tuple(part for part in found.groups() if part)
