"""What a series is, as far as its stream and tag say.

A known writer's convention decides; without one, the words of the tag. The last part of a tag
(between ``/``) that is more than qualifiers names the series once its qualifiers are taken away:
``epoch_loss``, ``Loss/train``, ``val_loss``, ``train_loss_step`` are the total loss; where that
part names nothing known, or a bare loss, the part before it helps: ``loss/actor``, ``critic/loss``.

The phase is the first that the tag says from its last part to its first, then the stream. Without
any it is training (an Estimator or a plain loop writes ``loss`` in the run's own directory).
"""

from dataclasses import replace
from functools import lru_cache

from insight_lib.series.conventions import Line, convention_of
from insight_lib.series.names.measured import Measured
from insight_lib.series.names.metric_names import measured_by
from insight_lib.series.names.phases import cadence_of, phase_of
from insight_lib.series.names.tag_words import MOST_NAMES, metric_words
from insight_lib.series.names.vocabulary import PENALTIES, QUALIFIERS, SYNONYMS
from insight_lib.series.role import Cadence, Phase, Role, SeriesRole
from insight_lib.series.traits import direction_of, is_moving, unit_of

# A part of a tag that says what those below it are.
_FAMILIES = frozenset(
    {"loss", "accuracy", "acc", "reward", "return", "f1", "auc", "error", "grad", "entropy"}
    | {"lr", "learning", "rate"}
)
_MODELS = frozenset({"policy", "value", "critic", "q", "generator", "discriminator"}) | PENALTIES
_OF_AN_EPISODE = frozenset({("step",), ("length",)})
_LENGTH = frozenset({"episode", "step"})
_OF_EPISODES = frozenset({Role.RETURN, Role.EPISODE_LENGTH})


@lru_cache(maxsize=MOST_NAMES)
def role_of_name(stream: str, tag: str) -> SeriesRole:
    """Return what the stream and the tag say of a series.

    >>> role_of_name("validation", "epoch_loss").role, role_of_name(".", "train/value_loss").role
    (<Role.TOTAL_LOSS: 'total_loss'>, <Role.VALUE_LOSS: 'value_loss'>)
    """
    parts = [metric_words(part) for part in tag.split("/")]
    known = convention_of(tag)
    about = _by_words(parts, tag) if known is None else _by_convention(known)
    said = about.phase or phase_of([*reversed(parts), metric_words(stream)]) or Phase.TRAIN
    cadence = about.cadence or cadence_of(sum(parts, ()))
    if about.role in _OF_EPISODES:
        said = Phase.ROLLOUT if said is Phase.TRAIN else said
        cadence = cadence or Cadence.EPISODE
    return replace(about, phase=said, cadence=cadence)


def _by_convention(known: Line) -> SeriesRole:
    return SeriesRole(
        role=known.role,
        phase=known.phase,
        unit=known.unit or unit_of(known.role),
        direction=known.direction or direction_of(known.role),
        cadence=known.cadence,
        sure=known.sure,
        why=f"convention of {known.writer}",
        scale=known.scale,
        moving=known.moving or is_moving(known.role),
    )


def _by_words(parts: list[tuple[str, ...]], tag: str) -> SeriesRole:
    spelt = [tuple(SYNONYMS.get(word, word) for word in part) for part in parts]
    if spelt[-1] in _OF_AN_EPISODE and "episode" in sum(spelt[:-1], ()):
        spelt = [*spelt[:-2], ("episode", *spelt[-1])]
    named = [part for part in spelt if not QUALIFIERS.issuperset(part) or {*part} >= _LENGTH]
    if not named:
        return SeriesRole(role=Role.OTHER, sure=0.8 if any(spelt) else 0.5, why=f"its name: {tag}")
    chosen, found = _measured(spelt, named)
    found = found or Measured(Role.OTHER, 0.5)
    return SeriesRole(
        role=found.role,
        unit=found.unit or unit_of(found.role),
        direction=found.direction or direction_of(found.role),
        sure=found.sure,
        why=f"its name: {' '.join(chosen)}",
        scale=found.scale,
        lowest=found.lowest,
        moving=found.moving or is_moving(found.role),
    )


def _measured(
    spelt: list[tuple[str, ...]], named: list[tuple[str, ...]]
) -> tuple[tuple[str, ...], Measured | None]:
    """Return the words that decide, and what they say."""
    last, above = named[-1], named[-2] if len(named) > 1 else ()
    if last == ("second",) and len(spelt) > 1 and "time" not in spelt[-2]:
        last, above = (*spelt[-2], "per", *last), ()
    alone = measured_by(last)
    if alone is not None and alone.role is Role.TOTAL_LOSS and _MODELS & set(above):
        last = (*above, "loss")
    elif _is_family(above) and (alone is None or (alone.role is Role.SCORE and "loss" in above)):
        last = (*last, *above)
    return last, measured_by(last) or alone


def _is_family(part: tuple[str, ...]) -> bool:
    return not _FAMILIES.isdisjoint(part) and _FAMILIES.union(QUALIFIERS).issuperset(part)
