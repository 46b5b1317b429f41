"""Names of metrics, one line each: words that stand in a name, and what it measures.

The lines of a table are tried in order; one matches where all of its words stand in the name and
nothing else does but qualifiers and its own further words.
"""

from collections.abc import Collection
from dataclasses import dataclass

from insight_lib.series.names.vocabulary import QUALIFIERS
from insight_lib.series.role import Role, Unit


@dataclass(frozen=True)
class NameLine:
    """One line of a table: words that stand in a name, what else may, and what it measures."""

    words: frozenset[str]
    role: Role
    further: frozenset[str] | None
    sure: float = 0.9
    unit: Unit | None = None

    def rest(self, name: Collection[str]) -> frozenset[str] | None:
        """Return what else stands in a name, without qualifiers; None where it does not match."""
        if not self.words.issubset(name):
            return None
        rest = frozenset(name) - self.words - QUALIFIERS
        return None if self.further is not None and not rest <= self.further else rest


def _line(
    words: str,
    role: Role,
    further: str | None = "",
    *,
    sure: float = 0.9,
    unit: Unit | None = None,
) -> NameLine:
    allowed = None if further is None else frozenset(further.split())
    return NameLine(frozenset(words.split()), role, allowed, sure, unit)


_ANY = None
_AGENT = "policy agent value critic generator discriminator q dqn"
BEFORE_SPOILERS = (
    _line("explained variance", Role.EXPLAINED_VARIANCE, _ANY),
    _line("explained var", Role.EXPLAINED_VARIANCE, _ANY),
    _line("diversity", Role.DIVERSITY, "sample generated intra class"),
    _line("clip fraction", Role.CLIP_FRACTION, _ANY),
    _line("clipped fraction", Role.CLIP_FRACTION, _ANY),
    _line("clip ratio", Role.CLIP_FRACTION, "policy ppo"),
    _line("loss scale", Role.LOSS_SCALE, "amp dynamic scaler"),
    _line("grad scale", Role.LOSS_SCALE, "amp"),
    _line("grad scaler", Role.LOSS_SCALE, "scale amp"),
    _line("loss scaler", Role.LOSS_SCALE, "scale amp"),
    _line("amp scale", Role.LOSS_SCALE),
    _line("entropy coef", Role.TEMPERATURE, "alpha"),
    _line("entropy coeff", Role.TEMPERATURE, "alpha"),
    _line("entropy coefficient", Role.TEMPERATURE, "alpha"),
    _line("exploration fraction", Role.EXPLORATION_RATE),
    _line("exploration", Role.EXPLORATION_RATE),
    _line("step goal", Role.EPISODE_LENGTH, "num to", sure=0.6),
)
LINES = (
    _line("lr", Role.LEARNING_RATE, _ANY),
    _line("learning rate", Role.LEARNING_RATE, _ANY),
    _line("grad norm", Role.GRADIENT_NORM, f"total l2 l1 pre before clip unclipped {_AGENT}"),
    _line("weight norm", Role.WEIGHT_NORM, "l2"),
    _line("perplexity", Role.PERPLEXITY, "word token lm subword"),
    _line("approx kl", Role.KL, "policy divergence"),
    _line("approximate kl", Role.KL, "policy divergence"),
    _line("kl", Role.KL, "policy divergence div ppo"),
    _line("exploration rate", Role.EXPLORATION_RATE),
    _line("exploration epsilon", Role.EXPLORATION_RATE),
    _line("epsilon", Role.EXPLORATION_RATE, "greedy strategy exploration agent"),
    _line("eps greedy", Role.EXPLORATION_RATE),
    _line("eps", Role.EXPLORATION_RATE, "policy agent", sure=0.7),
    _line("temperature", Role.TEMPERATURE, "softmax entropy sampling gumbel tau sac"),
    _line("entropy", Role.POLICY_ENTROPY, "policy action agent dist distribution bits nats"),
    _line("episode length", Role.EPISODE_LENGTH, "agent"),
    _line("episode step", Role.EPISODE_LENGTH, "agent"),
    _line("episode duration", Role.EPISODE_LENGTH),
    _line("length", Role.EPISODE_LENGTH, "agent", sure=0.6),
    _line("error rate", Role.ERROR_RATE, _ANY),
    _line("top error", Role.ERROR_RATE),
    _line("classification error", Role.ERROR_RATE),
    _line("misclassification", Role.ERROR_RATE, "rate error"),
    _line("td error", Role.OTHER, _ANY),
    _line("exp rate", Role.ACCURACY),
    _line("average precision", Role.SCORE, _ANY),
    _line("calibration error", Role.SCORE, "expected"),
    _line("log likelihood", Role.SCORE, "joint data marginal"),
    _line("inception score", Role.SCORE),
    _line("success rate", Role.RETURN, sure=0.7, unit=Unit.FRACTION),
    _line("success", Role.RETURN, "goal", sure=0.7, unit=Unit.FRACTION),
    _line("win rate", Role.RETURN, "vs", sure=0.7, unit=Unit.FRACTION),
    _line("fitness", Role.RETURN, "population generation agent", sure=0.7),
    _line("top", Role.ACCURACY, "k"),
)
