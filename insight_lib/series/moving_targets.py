"""Which losses follow a moving target: by what they are trained with, not by words of the run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from insight_lib.series.kind_of_run import Kind
from insight_lib.series.names.base_names import further_words, group_of, tag_words_of
from insight_lib.series.names.vocabulary import NEVER_NEGATIVE
from insight_lib.series.pairs import pairs
from insight_lib.series.role import Role, Roles, SeriesRole
from insight_lib.series.series import Key

_LOSSES = frozenset({Role.TOTAL_LOSS, Role.PARTIAL_LOSS})
_OF_AGENT = frozenset({Role.VALUE_LOSS, Role.POLICY_LOSS})
_OF_ADVERSARY = frozenset({Role.GENERATOR_LOSS, Role.DISCRIMINATOR_LOSS})
_OBJECTIVES = _OF_AGENT | _OF_ADVERSARY | {Role.CLIP_FRACTION}
_SUPERVISED = (NEVER_NEGATIVE - {"mse", "huber"}) | frozenset(
    {"cross", "pretrain", "pretraining", "bc", "cloning", "imitation", "supervised"}
    | {"classification", "classifier", "regression", "reward", "rm", "sft", "distillation"}
    | {"reconstruction"}
)
"""Words of losses on fixed data, whatever else their run trains."""


@dataclass(frozen=True)
class _Run:
    kind: Kind
    objectives: tuple[tuple[Key, Role], ...]
    """Series of what an agent or an adversary is trained for."""
    supervised: frozenset[tuple[str, str]]
    """The stream and the part of the tag above the last ``/`` of what is measured on labels."""


def with_moving(kind: Kind, roles: Roles) -> Roles:
    """Return the roles with ``moving`` of losses that belong to an agent or to adversaries."""
    if not kind.has_agent and not kind.has_adversary:
        return roles
    run = _Run(kind, tuple(_objectives(roles)), _on_labels(roles))
    return {
        key: replace(one, moving=True)
        if one.role in _LOSSES and not one.moving and _moves(run, key)
        else one
        for key, one in roles.items()
    }


def _objectives(roles: Mapping[Key, SeriesRole]) -> list[tuple[Key, Role]]:
    return [(key, one.role) for key, one in roles.items() if one.role in _OBJECTIVES]


def _on_labels(roles: Mapping[Key, SeriesRole]) -> frozenset[tuple[str, str]]:
    found = {key for key, one in roles.items() if one.role is Role.ACCURACY}
    for pair in pairs(roles):
        if roles[pair.training].role in _LOSSES:
            found |= {pair.training, pair.held_out}
    return frozenset((stream, group_of(tag)) for stream, tag in found)


def _moves(run: _Run, key: Key) -> bool:
    if _SUPERVISED & set(tag_words_of(key[1])):
        return False
    near = {role for other, role in run.objectives if _is_near(key, other)}
    if (key[0], group_of(key[1])) in run.supervised:
        return near >= _OF_AGENT or near >= _OF_ADVERSARY or Role.CLIP_FRACTION in near
    if near:
        return True
    if run.objectives or not run.kind.has_agent:
        return not further_words(group_of(key[1])) and run.kind.has_agent
    return True


def _is_near(key: Key, other: Key) -> bool:
    """Return whether two losses are of one training: of one group, or of one within the other."""
    if key[0] != other[0]:
        return False
    one, two = sorted((group_of(key[1]), group_of(other[1])), key=len)
    return one == two or (bool(one) and two.startswith(f"{one}/"))
