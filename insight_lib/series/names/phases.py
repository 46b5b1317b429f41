"""On which data, and how often, a series was measured, by the words of its name."""

from collections.abc import Iterable

from insight_lib.series.names.tag_words import words
from insight_lib.series.names.vocabulary import (
    EPISODE_WORDS,
    EPOCH_WORDS,
    ROLLOUT_WORDS,
    STEP_WORDS,
    TEST_WORDS,
    TRAIN_WORDS,
    VALIDATION_WORDS,
)
from insight_lib.series.role import HELD_OUT, Cadence, Phase

_DATA = {
    **dict.fromkeys(VALIDATION_WORDS, Phase.VALIDATION),
    **dict.fromkeys(TEST_WORDS, Phase.TEST),
    **dict.fromkeys(TRAIN_WORDS, Phase.TRAIN),
}


def phase_of(parts: Iterable[tuple[str, ...]]) -> Phase | None:
    """Return the phase that the first part with a word for one says; None where none does.

    The data that were measured on say more than that an environment was run: an episode of an
    evaluation is of the evaluation.

    >>> phase_of([("loss",), ("val",)]), phase_of([("ep", "rew"), ("rollout",)])
    (<Phase.VALIDATION: 'validation'>, <Phase.ROLLOUT: 'rollout'>)
    """
    every = list(parts)
    said = (_DATA[word] for part in every for word in part if word in _DATA)
    is_rollout = any(word in ROLLOUT_WORDS for part in every for word in part)
    return next(said, Phase.ROLLOUT if is_rollout else None)


def cadence_of(found: tuple[str, ...]) -> Cadence | None:
    """Return what one point is about by a tag's words; None where nothing tells.

    >>> cadence_of(("epoch", "loss")), cadence_of(("loss",))
    (<Cadence.EPOCH: 'epoch'>, None)
    """
    for known, cadence in (
        (EPOCH_WORDS, Cadence.EPOCH),
        (EPISODE_WORDS, Cadence.EPISODE),
        (STEP_WORDS, Cadence.STEP),
    ):
        if not known.isdisjoint(found):
            return cadence
    return None


def phase_of_stream(stream: str) -> Phase | None:
    """Return the phase that the name of a stream says; None where it says none."""
    return phase_of([words(stream)])


def is_held_out(stream: str) -> bool:
    """Return whether the name of a stream or split says that its data were not trained on."""
    return phase_of_stream(stream) in HELD_OUT
