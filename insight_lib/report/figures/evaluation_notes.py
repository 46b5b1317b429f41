"""What the figures of an evaluation leave unsaid, in words."""

from collections.abc import Sequence

from insight_lib.report.figures.evaluation import of_kind, side_of
from insight_lib.report.records.run_page import Curve, Drift, Evaluation, RunPage, Steadiness
from insight_lib.report.text import counted, number

SHIFTED_FROM = 0.25
"""A population stability index from which a score distribution has shifted; see ``drift``."""


def auc_notes(steadiness: Sequence[Steadiness]) -> list[str]:
    """Return how steady the AUC of each split is, and whether its moves exceed chance."""
    return [_steadiness(each) for each in steadiness if each.stddev is not None]


def curve_notes(kind: str, page: RunPage) -> list[str]:
    """Return the metric that a kind of curve shows, and what of it cannot be seen."""
    curves = of_kind(kind, page.curves)
    notes = [note for each in _shown(curves, page.evaluations) for note in _metric(kind, each)]
    if kind == "score":
        notes += [_drift(each) for each in page.drift if each.psi is not None]
    notes += [
        f"{curve.split}{side_of(curve)}: one point, because its scores are all equal or in one bin."
        for curve in curves
        if len(curve.x) == 1
    ]
    error = max((curve.thinning_error for curve in curves), default=0.0)
    if error:
        most = max(len(curve.x) for curve in curves)
        notes.append(f"Thinned to {most} points; the full curve is at most {error:.2g} off.")
    return notes


def _shown(curves: Sequence[Curve], evaluations: Sequence[Evaluation]) -> list[Evaluation]:
    """Return the evaluations over all examples of what the curves are of."""
    places = {(curve.split, curve.step) for curve in curves}
    return [each for each in evaluations if not each.part and (each.split, each.step) in places]


def _metric(kind: str, each: Evaluation) -> list[str]:
    auc = each.auc
    if kind == "roc" and auc.auc is not None:
        return [
            f"{each.split}: AUC {auc.auc:.4f}{_certified(auc.lower, auc.upper)}{_interval(each)}."
        ]
    if kind == "pr" and each.average_precision is not None:
        bounds = _certified(each.average_precision_lower, each.average_precision_upper)
        return [f"{each.split}: average precision {each.average_precision:.4f}{bounds}."]
    if kind == "calibration" and each.calibration_error is not None:
        return [f"{each.split}: expected calibration error {number(each.calibration_error)}."]
    if kind == "score" and each.ks is not None:
        return [f"{each.split}: the two classes are {each.ks:.4f} apart (Kolmogorov-Smirnov)."]
    return []


def _certified(lower: float | None, upper: float | None) -> str:
    if lower is None or upper is None:
        return ""
    return f", certified within {lower:.6f} and {upper:.6f}"


def _interval(each: Evaluation) -> str:
    lower, upper = each.auc.ci_lower, each.auc.ci_upper
    if lower is None or upper is None:
        return ", without an interval"
    return f", 95 % interval {lower:.4f} to {upper:.4f}"


def _steadiness(each: Steadiness) -> str:
    said = (
        f"{each.split}: standard deviation {number(each.stddev)} over {counted(each.steps, 'step')}"
    )
    if each.drop_step is None:
        said += ", never falling"
    else:
        said += f", largest drop {number(each.largest_drop)} at step {number(each.drop_step)}"
        said += f" (z {each.drop_z:.1f})" if each.drop_z is not None else ""
    if each.moves_beyond_error is None:
        return f"{said}."
    if not each.moves_beyond_error:
        return f"{said}. Chance explains every move from step to step."
    moves = counted(each.moves_beyond_error, "move")
    return f"{said}. Chance does not explain {moves} from step to step."


def _drift(each: Drift) -> str:
    reference = f"step {number(each.reference_step)}"
    if not each.same_run:
        reference += f" of run {each.reference_run_id}"
    shifted = " and has shifted" if (each.psi or 0.0) > SHIFTED_FROM else ""
    return (
        f"{each.split}: against {reference}, the distribution is {number(each.ks)} apart "
        f"(Kolmogorov-Smirnov), its stability index is {number(each.psi)}{shifted}."
    )
