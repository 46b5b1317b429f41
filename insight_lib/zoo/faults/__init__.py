"""The faults that are injected, listed by hand."""

from insight_lib.zoo.faults import (
    dead_relu,
    frozen_embedding,
    learning_rate_too_high,
    learning_rate_too_low,
    overfitting,
    shuffled_labels,
    unscaled_inputs,
    vanishing_gradient,
)
from insight_lib.zoo.faults.fault import Fault

HEALTHY = "healthy"
FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        learning_rate_too_high.FAULT,
        learning_rate_too_low.FAULT,
        vanishing_gradient.FAULT,
        dead_relu.FAULT,
        frozen_embedding.FAULT,
        unscaled_inputs.FAULT,
        shuffled_labels.FAULT,
        overfitting.FAULT,
    )
}

__all__ = ["FAULTS", "HEALTHY", "Fault"]
