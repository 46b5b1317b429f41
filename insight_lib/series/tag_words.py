"""The words of a stream or a tag: the only place that takes names apart."""

import re
from functools import cache

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+")


@cache
def words(text: str) -> tuple[str, ...]:
    """Split a name into lower-case words, at camel case too, numbers dropped.

    >>> words("Loss_Train"), words("evalLoss_1")
    (('loss', 'train'), ('eval', 'loss'))
    """
    return tuple(word.lower() for word in _WORD.findall(text))


def last_name(tag: str) -> str:
    """Return the words of a tag's last part (after the last ``/``), joined by spaces.

    >>> last_name("train/step_time_s"), last_name("learningRate")
    ('step time s', 'learning rate')
    """
    return " ".join(words(tag.rpartition("/")[2]))
