"""Compute the ROC AUC of two arrays between certified bounds.

Run it with the extra ``diagnose`` installed::

    python examples/certified_auc.py
"""

import numpy as np

from insight_lib import certified_roc_auc


def main() -> None:
    """Print the AUC of 200,000 scored examples, exact to a ten-thousandth at least."""
    chance = np.random.default_rng(1)
    y_true = chance.random(200_000) < 0.03
    y_score = chance.normal(loc=1.0 * y_true)
    found = certified_roc_auc(y_true, y_score)
    print(f"AUC {found.auc:.4f}, certainly between {found.lower:.6f} and {found.upper:.6f}")
    if found.ci is not None:
        print(f"95 % confidence interval {found.ci[0]:.4f} to {found.ci[1]:.4f}")

    # One class only: there is no AUC, and the reason is given instead of a number.
    nothing = certified_roc_auc(y_true[y_true], y_score[y_true])
    print(f"AUC {nothing.auc}: {nothing.undefined_reason}")


if __name__ == "__main__":
    main()
