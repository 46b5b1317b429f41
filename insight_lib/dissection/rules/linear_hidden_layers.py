"""Dense layers one after the other without an activation function between them.

**Looks for** a dense layer without an activation whose output goes into another dense layer alone,
with no more than Flatten, Dropout or batch normalisation between them.

**Why it matters** Two linear layers are one: the lower one adds weights and nothing that the upper
one could not do, and a network of such layers can separate classes by a straight line only. It is a
warning where the run did not learn, or went less than half of the way from guessing to no error; a
narrow linear layer may be intended, so otherwise a note.

**What to do** Give the lower layer ``activation="relu"`` (or tanh, gelu, ...); only the last layer
of a regression, or before a loss with ``from_logits=True``, goes without.
"""

from collections.abc import Iterator

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.findings.remedy import FaultType, remedy
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.run import recorded_layers
from insight_lib.dissection.run.learning import falls_short, has_learnt
from insight_lib.dissection.run.view import RunView


def check(view: RunView, _limits: NoThresholds) -> Iterator[Finding]:
    """Yield one finding on the lowest of the layers."""
    pairs = recorded_layers.linear_pairs(view)
    if not pairs:
        return
    lower, upper = pairs[0]
    more = len(pairs) - 1
    others = f"; so are {more} more pair{'s' * (more > 1)} of layers" if more else ""
    is_poor = falls_short(view) or not has_learnt(view)
    yield Finding(
        layer=lower,
        severity="warning" if is_poor else "info",
        title=(
            f"Dense layer {lower} has no activation before dense layer {upper}: these 2 layers are "
            f"one linear layer{others}"
        ),
        evidence={"feeds": [name for _, name in pairs]},
        layers=tuple(name for name, _ in pairs),
        advice=f"Give layer {lower} an activation, such as relu.",
        remedy=remedy("activation", "relu", old=recorded_layers.LINEAR, layer=lower),
    )


RULE = Rule(
    name="linear_hidden_layers",
    title="Linear hidden layers",
    needs=("the topology, recorded or told by a Keras model",),
    severity="warning",
    fault_type=FaultType.ACTIVATION,
    documentation=__doc__,
    thresholds=NoThresholds(),
    example=(
        "Dense layer a has no activation before dense layer b: these 2 layers are one linear layer"
    ),
    check=check,
)
