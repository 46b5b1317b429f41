"""Whether a training should be stopped, apart from who stops it."""

from dataclasses import dataclass

from insight_lib.dissection.findings.finding import percent
from insight_lib.dissection.verdict import Verdict
from insight_lib.errors import InputError
from insight_lib.risk.watching.sight import Sight

NEVER = "never"
_RISK = "risk="
_VERDICTS = (Verdict.FAILING, Verdict.ATTENTION)


@dataclass(frozen=True)
class Limit:
    """From when on a training is given up; None of a limit that is not set.

    Attributes:
        verdict: that is bad enough; worse ones are too.
        risk: that is high enough, in (0, 1].
    """

    verdict: Verdict | None = None
    risk: float | None = None


@dataclass(frozen=True)
class Advice:
    """Whether to stop, and why; ``why`` is empty where there is no reason to."""

    stop: bool
    why: str = ""


def limit_of(text: str) -> Limit:
    """Return the limit that a command line names: ``failing``, ``risk=0.95``, ``never``.

    Raises:
        InputError: it names none.

    >>> limit_of("risk=0.95")
    Limit(verdict=None, risk=0.95)
    """
    if text == NEVER:
        return Limit()
    if text in _VERDICTS:
        return Limit(verdict=Verdict(text))
    if text.startswith(_RISK):
        return Limit(risk=checked_risk(text.removeprefix(_RISK)))
    raise InputError(
        f"{text!r} is no limit; give failing, attention, never or a risk such as risk=0.95"
    )


def checked_risk(value: object) -> float:
    """Return a risk from which on a training is given up.

    Raises:
        InputError: it is no number above 0 and at most 1.
    """
    try:
        risk = float(str(value))
    except ValueError:
        risk = float("nan")
    if not 0 < risk <= 1:
        raise InputError(f"risk is {value!r}; give a number above 0 and at most 1, such as 0.95")
    return risk


def advise(sight: Sight, limit: Limit) -> Advice:
    """Return whether a run has reached a limit.

    A risk of which the model says that it does not know the like never stops a training.
    """
    if limit.verdict is not None and _severity(sight.verdict) <= _severity(limit.verdict):
        found = "; ".join(one.title for one in sight.gravest[:1])
        return Advice(True, f"{sight.run_id} is {sight.verdict}: {found}")
    if limit.risk is None or sight.probability is None or sight.abstains:
        return Advice(False)
    if sight.probability < limit.risk:
        return Advice(False)
    why = sight.reasons[0].sentence if sight.reasons else "no single reason stands out"
    said = f"the risk of {sight.run_id} is {percent(sight.probability)}, the limit"
    return Advice(True, f"{said} {percent(limit.risk)}: {why}")


def _severity(verdict: Verdict) -> int:
    return list(Verdict).index(verdict)
