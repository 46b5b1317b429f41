"""What kind of training a run is, by its series, and what that makes of names with two meanings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from insight_lib.series.names.base_names import tag_words_of
from insight_lib.series.role import HELD_OUT, Direction, Phase, Role, Roles, SeriesRole
from insight_lib.series.series import Key

_OF_AGENTS = frozenset(
    {Role.POLICY_LOSS, Role.EPISODE_LENGTH, Role.CLIP_FRACTION, Role.EXPLAINED_VARIANCE}
    | {Role.RETURN, Role.VALUE_LOSS}
)
_OF_LABELS = frozenset({Role.ACCURACY, Role.F1, Role.AUC, Role.PERPLEXITY, Role.ERROR_RATE})
_SURE = 0.8
_UNKNOWN = 0.5
_ADVERSARIES = frozenset(
    {"discriminator", "critic", "gan", "wgan", "adversarial", "adv", "d", "fake"}
)


@dataclass(frozen=True)
class Kind:
    """What a run's series say of its training.

    Attributes:
        has_agent: an agent acts in an environment.
        has_labels: something is measured against labels, or on held-out data.
        has_adversary: a generator and its adversary are trained.
    """

    has_agent: bool
    has_labels: bool
    has_adversary: bool


def kind_of(roles: Mapping[Key, SeriesRole]) -> Kind:
    """Return what kind of training a run is."""
    sure = {one.role for one in roles.values() if one.sure >= _SURE}
    named = {word for _, tag in roles for word in tag_words_of(tag)}
    held_out = any(one.role is Role.TOTAL_LOSS and one.phase in HELD_OUT for one in roles.values())
    generates = any(one.role is Role.GENERATOR_LOSS for one in roles.values())
    has_adversary = generates and bool(named & _ADVERSARIES)
    of_agents = _OF_AGENTS - {Role.VALUE_LOSS} if has_adversary else _OF_AGENTS
    has_labels = bool(sure & _OF_LABELS) or held_out
    may_return = any(one.role is Role.RETURN for one in roles.values())
    return Kind(
        has_agent=bool(sure & of_agents) or _explores(sure) or (may_return and not has_labels),
        has_labels=has_labels,
        has_adversary=has_adversary,
    )


def _explores(sure: set[Role]) -> bool:
    """Return whether actions are random at some rate: an epsilon next to labels is another."""
    return Role.EXPLORATION_RATE in sure and not sure & _OF_LABELS


def fitted_to(kind: Kind, roles: Roles) -> Roles:
    """Return the roles with names of two meanings taken as the kind of run says."""
    return {key: _fitted(kind, one) for key, one in roles.items()}


def _fitted(kind: Kind, one: SeriesRole) -> SeriesRole:
    if kind.has_adversary and not kind.has_agent and one.role is Role.VALUE_LOSS:
        why = "the critic of a generator"
        return replace(one, role=Role.DISCRIMINATOR_LOSS, sure=0.8, why=why)
    if one.sure < _SURE and not _is_of(kind, one.role):
        why = f"{one.why}, of no model of the run"
        direction = Direction.LOWER
        return replace(one, role=Role.PARTIAL_LOSS, direction=direction, moving=False, why=why)
    if not kind.has_adversary and one.role is Role.GENERATOR_LOSS:
        why = f"{one.why}, without an adversary"
        role = Role.TOTAL_LOSS
        return replace(one, role=role, direction=Direction.LOWER, moving=False, sure=0.6, why=why)
    return one if kind.has_agent else _without_agent(kind, one)


def _is_of(kind: Kind, role: Role) -> bool:
    """Return whether a run of this kind trains what a loss is of."""
    if role is Role.VALUE_LOSS:
        return kind.has_agent
    return kind.has_adversary or role not in (Role.GENERATOR_LOSS, Role.DISCRIMINATOR_LOSS)


def _without_agent(kind: Kind, one: SeriesRole) -> SeriesRole:
    why = f"{one.why}, without an agent"
    if one.role is Role.POLICY_ENTROPY or (one.role is Role.EXPLORATION_RATE and kind.has_labels):
        return replace(one, role=Role.OTHER, unit=None, sure=0.6, why=why)
    if one.role is Role.KL:
        direction = Direction.LOWER
        return replace(one, role=Role.PARTIAL_LOSS, direction=direction, sure=0.6, why=why)
    if one.role is Role.RETURN and kind.has_labels:
        phase = Phase.TRAIN if one.phase is Phase.ROLLOUT else one.phase
        return replace(one, role=Role.SCORE, phase=phase, cadence=None, sure=0.5, why=why)
    return one


def parts_of_return(roles: Roles) -> Roles:
    """Return the roles with rewards of unknown kinds taken as parts where the return is known."""
    has_return = any(one.role is Role.RETURN and one.sure >= _SURE for one in roles.values())
    if not has_return:
        return roles
    return {
        key: replace(one, role=Role.OTHER, direction=None, unit=None, why="a part of the return")
        if one.role is Role.RETURN and one.sure <= _UNKNOWN
        else one
        for key, one in roles.items()
    }
