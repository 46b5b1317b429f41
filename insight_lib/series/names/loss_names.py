"""Which loss a name says: the whole one, a part, or that of a critic, a policy or an adversary."""

from itertools import pairwise

from insight_lib.series.names.measured import Measured
from insight_lib.series.names.vocabulary import LOSS_KINDS, NEVER_NEGATIVE, PENALTIES, QUALIFIERS
from insight_lib.series.role import Role, Unit

_IS_LOSS = frozenset({"loss", "nll", "cost", "logloss", "crossentropy", "bce", "criterion"})
_BITS = frozenset({"bpd", "bpc", "bpb", "bits"})
_SYMBOLS = frozenset({"dim", "dims", "dimension", "char", "character", "byte", "token", "word"})
_VALUE = frozenset(
    {"value", "critic", "q", "v", "td", "qnet", "dqn", "ddqn", "bellman", "vfunction"}
)
_POLICY = frozenset({"policy"})
_MODELS = (
    (Role.GENERATOR_LOSS, frozenset({"generator", "g"})),
    (Role.DISCRIMINATOR_LOSS, frozenset({"discriminator", "d"})),
    (Role.VALUE_LOSS, _VALUE),
    (Role.POLICY_LOSS, _POLICY),
)
_LETTERS = frozenset("gdqv")
_FURTHER = frozenset(
    {"function", "clip", "extrinsic", "grad", "gradient", "agent", "head", "mse", "huber", "l1"}
    | {"l2", "smooth", "a", "b", "i", "ii", "first", "second", "old", "new", "gan", "adv"}
)
_ADVERSARIAL = frozenset({"adversarial", "adv", "gan", "fake", "real"})
_AGENT = frozenset({"ppo", "sac", "ddpg", "reinforce", "agent", "alpha"})


def role_of_loss(name: tuple[str, ...]) -> Measured | None:
    """Return which loss a name says; None where it says none.

    >>> role_of_loss(("policy", "grad", "loss")).role, role_of_loss(("box", "loss")).role
    (<Role.POLICY_LOSS: 'policy_loss'>, <Role.PARTIAL_LOSS: 'partial_loss'>)
    """
    found = frozenset(name)
    if "cross" in found and "entropy" in found:
        found = found - {"cross", "entropy"} | {"crossentropy"}
    if found & _BITS and found <= _BITS | _SYMBOLS | QUALIFIERS:
        return Measured(Role.TOTAL_LOSS, 0.9, unit=Unit.BITS)
    if not found & _IS_LOSS or _is_of_an_episode(found):
        return None
    return _of_model(name, found) or _of_whole(found)


def _is_of_an_episode(found: frozenset[str]) -> bool:
    """Return whether a cost is one of acting, or of something else that is not trained on."""
    return "cost" in found and ("episode" in found or not found <= QUALIFIERS | {"cost", "loss"})


def _of_model(name: tuple[str, ...], found: frozenset[str]) -> Measured | None:
    further = found - _IS_LOSS - QUALIFIERS
    if "entropy" in found:
        is_policys = further <= {"entropy", "policy", "action"}
        return Measured(Role.POLICY_ENTROPY, 0.7) if is_policys else None
    if ("loss", "value") in pairwise(name) or {"policy", "value"} <= found:
        return None
    for role, models in _MODELS:
        if found & models:
            if further <= models | _FURTHER:
                # A letter may be that of another name: of a depth, a velocity, a quantiser.
                return Measured(role, 0.7 if found & models <= _LETTERS else 0.9)
            return Measured(Role.PARTIAL_LOSS, 0.7, moving=True)
    return None


def _of_whole(found: frozenset[str]) -> Measured:
    further = found - _IS_LOSS - QUALIFIERS - {"value", "policy"}
    lowest = 0.0 if found & NEVER_NEGATIVE else None
    if further & PENALTIES:
        return Measured(Role.PARTIAL_LOSS, 0.9)
    if not further:
        return Measured(Role.TOTAL_LOSS, 0.9, lowest=lowest)
    if further <= LOSS_KINDS:
        return Measured(Role.TOTAL_LOSS, 0.8, lowest=lowest)
    moving = bool(further & (_ADVERSARIAL | _AGENT))
    return Measured(Role.PARTIAL_LOSS, 0.7, moving=moving)
