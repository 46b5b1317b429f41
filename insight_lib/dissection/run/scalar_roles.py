"""What a scalar's stream and tag say it is: the conventions by which losses are recognised.

A tag is read as words: split at anything that is no letter or digit and at camel case, lower case,
numbers dropped (``Loss_Train``, ``lossTrain`` and ``loss_train_1`` are the words *loss*, *train*).

*The loss.* The last part of the tag (between ``/``) that is more than qualifiers must be one of
``LOSS_NAMES`` once its qualifiers are taken away: ``loss``, ``epoch_loss``, ``batch_loss``,
``Loss/train``, ``train/loss``, ``eval/loss``, ``total_loss``, ``val_loss``, ``train_loss_step``,
``cross_entropy_1``, ``evaluation_loss_vs_iterations``. ``dense_1_loss``, ``value_loss`` or
``kl_loss`` is the loss of a part, and so is any loss below a part named in ``PARTIAL_WORDS``: it
must be finite, but it need not fall.

*Training or validation.* The first of these that has a word of ``TRAIN_WORDS`` or
``VALIDATION_WORDS`` decides: the tag from its last part to its first, then the stream. Without any,
it is the training loss (an Estimator or a plain loop writes ``loss`` in the run's own directory).

*Losses that need not fall.* In reinforcement learning and adversarial training the sum of the
losses follows a moving target; ``has_moving_target`` recognises such a run by any of its tags.
"""

import re
from collections.abc import Iterable
from enum import Enum
from functools import cache

TRAIN_WORDS = frozenset({"train", "training", "trn"})
VALIDATION_WORDS = frozenset(
    {"val", "valid", "validation", "eval", "evaluation", "test", "testing", "dev", "holdout"}
)
LOSS_NAMES = frozenset(
    {"loss", "losses", "nll", "cost", "logloss", "log loss", "nll loss", "cross entropy"}
    | {"crossentropy", "cross entropy loss", "crossentropy loss", "ce loss", "xent"}
)
ACCURACY_NAMES = frozenset(
    {"accuracy", "acc", "categorical accuracy", "binary accuracy", "sparse categorical accuracy"}
)
GRADIENT_NORM_NAMES = frozenset({"grad norm", "gradient norm", "global grad norm", "grads norm"})
PARTIAL_WORDS = frozenset(
    {"regularization", "auxiliary", "aux", "learner", "policy", "actor", "critic", "agent"}
    | {"generator", "discriminator"}
)
_QUALIFIERS = (
    TRAIN_WORDS
    | VALIDATION_WORDS
    | {"epoch", "batch", "step", "iteration", "iterations", "iter", "vs", "per", "total", "mean"}
    | {"avg", "average", "running", "smoothed", "overall", "metrics", "metric", "scalars", "value"}
)
_MOVING_TARGET_WORDS = frozenset(
    {"reward", "rewards", "rew", "policy", "actor", "critic", "rollout", "generator"}
    | {"discriminator", "adversarial", "gan"}
)
_MOVING_TARGET_NAMES = frozenset({"g loss", "d loss", "loss g", "loss d", "gen loss", "disc loss"})
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+")


class Role(Enum):
    """What a scalar series is, as far as its name tells."""

    TRAINING_LOSS = "training loss"
    VALIDATION_LOSS = "validation loss"
    PARTIAL_LOSS = "partial loss"
    TRAINING_ACCURACY = "training accuracy"
    VALIDATION_ACCURACY = "validation accuracy"
    GRADIENT_NORM = "gradient norm"


def words(text: str) -> tuple[str, ...]:
    """Split a name into lower-case words, numbers dropped.

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


@cache
def role(stream: str, tag: str) -> Role | None:
    """Return what the series of this stream and tag is; None where the name does not tell.

    >>> role("validation", "epoch_loss"), role(".", "Loss/train"), role("train", "value_loss")
    (<Role.VALIDATION_LOSS: 'validation loss'>, <Role.TRAINING_LOSS: 'training loss'>, \
<Role.PARTIAL_LOSS: 'partial loss'>)
    """
    parts = [words(part) for part in tag.split("/")]
    named = [part for part in parts if not _QUALIFIERS.issuperset(part)]
    last = named[-1] if named else ()
    name = " ".join(word for word in last if word not in _QUALIFIERS)
    validation = _is_validation([*reversed(parts), words(stream)])
    if name in GRADIENT_NORM_NAMES:
        return Role.GRADIENT_NORM
    if name in ACCURACY_NAMES:
        return Role.VALIDATION_ACCURACY if validation else Role.TRAINING_ACCURACY
    if name in LOSS_NAMES and "value" not in last and PARTIAL_WORDS.isdisjoint(sum(parts, ())):
        return Role.VALIDATION_LOSS if validation else Role.TRAINING_LOSS
    return Role.PARTIAL_LOSS if {"loss", "losses"} & set(last) else None


def is_per_epoch(tag: str) -> bool:
    """Return whether the tag says that its values are means over an epoch."""
    return "epoch" in words(tag)


def has_moving_target(tags: Iterable[str]) -> bool:
    """Return whether any tag shows reinforcement learning or adversarial training."""
    return any(_follows_moving_target(tag) for tag in tags)


@cache
def _follows_moving_target(tag: str) -> bool:
    is_named_so = last_name(tag) in _MOVING_TARGET_NAMES
    return is_named_so or not _MOVING_TARGET_WORDS.isdisjoint(words(tag))


def _is_validation(candidates: list[tuple[str, ...]]) -> bool:
    for part in candidates:
        for word in part:
            if word in VALIDATION_WORDS:
                return True
            if word in TRAIN_WORDS:
                return False
    return False
