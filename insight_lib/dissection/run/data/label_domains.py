"""Between which numbers the labels of a loss lie, and whether those of a run do."""

from insight_lib.dissection.run.data.labels import Labels, labels
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.view import RunView

Domain = tuple[float, float]
TOLERANCE = 0.01
"""Of the labels' width or size; outside by less is rounding."""
_DOMAINS: dict[str, Domain] = (
    dict.fromkeys(recorded_training.BINARY_LOSSES | recorded_training.ONE_HOT_LOSSES, (0.0, 1.0))
    | dict.fromkeys(("kl_divergence", "categorical_hinge"), (0.0, 1.0))
    | dict.fromkeys(("hinge", "squared_hinge"), (-1.0, 1.0))
    | dict.fromkeys(("poisson", "mean_squared_logarithmic_error"), (0.0, float("inf")))
)


def domain_of(loss: str) -> Domain | None:
    """Return the least and the greatest label that a loss takes; None of one that takes any."""
    return _DOMAINS.get(loss)


def are_outside(seen: Labels, reached: Domain, tolerance: float) -> bool:
    """Return whether labels lie outside of a range by more than a share of their width or size."""
    low, high = reached
    outside = max(low - seen.low, seen.high - high)
    return outside > tolerance * max(seen.high - seen.low, abs(seen.high), abs(seen.low))


def are_outside_of_loss(view: RunView) -> bool:
    """Return whether the recorded loss does not take the traced labels."""
    loss, seen = recorded_training.loss(view), labels(view)
    domain = None if loss is None else domain_of(loss.name)
    return seen is not None and domain is not None and are_outside(seen, domain, TOLERANCE)
