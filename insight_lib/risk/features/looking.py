"""Look at a run as it was at a step: the run so far, and what the rules say of just that."""

from insight_lib.dissection.dissect import unlinked_findings
from insight_lib.dissection.rules import RULES
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.features.feature import Seen
from insight_lib.risk.features.findings import LEFT_OUT
from insight_lib.risk.landmarks import until

_ASKED = tuple(rule for rule in RULES if rule.name not in LEFT_OUT)


def seen_at(run: RunView, step: int) -> Seen:
    """Return all that was known of a run at a step.

    The findings are those of the catalogue as it ships, whatever its rules are set to elsewhere: a
    model has learnt what these mean, and of a user's thresholds it knows nothing.
    """
    known = until(run, step)
    return Seen(known, tuple(unlinked_findings(known, _ASKED)))
