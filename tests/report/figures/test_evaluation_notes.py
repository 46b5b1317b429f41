"""What is said beneath the figures of an evaluation."""

import pytest

from insight_lib.lake.contract import contract
from insight_lib.report.figures.evaluation_notes import auc_notes, curve_notes
from insight_lib.report.read.index_page import read_night
from insight_lib.report.read.run_page import read_pages
from insight_lib.report.render import run_html

RUN = {"run_id": "zoo/a"}
EVALUATION = {
    "step": 9,
    "auc": 0.8125,
    "auc_lower": 0.812499,
    "auc_upper": 0.812501,
    "auc_ci_lower": 0.79,
    "auc_ci_upper": 0.83,
    "average_precision": 0.25,
    "average_precision_lower": 0.2499,
    "average_precision_upper": 0.2501,
    "ks": 0.5,
    "calibration_error": 0.01,
}
KINDS = ("roc", "pr", "calibration", "score_positive", "score_negative")
CURVES = [
    {"step": 9, "curve": kind, "point": at, "x": at / 2, "y": at / 2}
    for kind in KINDS
    for at in range(3)
]
STEADY = {"metric": "auc", "steps": 4, "stddev": 0.0123, "mean": 0.8, "largest_drop": 0.03}
DRIFT = {"step": 9, "reference_step": 8, "reference_run_id": "zoo/a", "psi": 0.03, "ks": 0.1}


@pytest.fixture
def page_of(lake, generated_at):
    """Makes the page of a run of these rows, and its HTML."""

    def page_of(**tables):
        tables = {"evaluations": [EVALUATION], "curves": CURVES} | tables
        rows = lake(runs=[RUN], **tables)
        night = read_night(rows, generated_at)
        (page,) = read_pages(rows, night.runs)
        return page, run_html(page, night)

    return page_of


def test_beneath_a_curve_stands_its_metric_with_bounds_and_interval(page_of):
    page, html = page_of()
    said = {kind: curve_notes(kind, page) for kind in ("roc", "pr", "calibration", "score")}
    assert said == {
        "roc": [
            "validation: AUC 0.8125, certified within 0.812499 and 0.812501, "
            "95 % interval 0.7900 to 0.8300."
        ],
        "pr": ["validation: average precision 0.2500, certified within 0.249900 and 0.250100."],
        "calibration": ["validation: expected calibration error 0.01."],
        "score": ["validation: the two classes are 0.5000 apart (Kolmogorov-Smirnov)."],
    }
    assert all(note in html for notes in said.values() for note in notes)


def test_an_undefined_interval_is_noted(page_of):
    page, _ = page_of(evaluations=[EVALUATION | {"auc_ci_lower": None, "auc_ci_upper": None}])
    assert curve_notes("roc", page)[0].endswith("0.812501, without an interval.")


def test_thinning_is_noted_with_its_error(page_of):
    page, _ = page_of(curves=[row | {"thinning_error": 0.00321} for row in CURVES])
    assert curve_notes("roc", page)[-1] == (
        "Thinned to 3 points; the full curve is at most 0.0032 off."
    )


def test_a_curve_of_one_point_is_noted(page_of):
    page, _ = page_of(curves=CURVES[:1])
    assert curve_notes("roc", page)[-1] == (
        "validation: one point, because its scores are all equal or in one bin."
    )


@pytest.mark.parametrize(
    ("differs", "said"),
    [
        (
            {"drop_step": 300, "drop_z": -4.2, "moves_beyond_error": 2},
            "largest drop 0.03 at step 300 (z -4.2). "
            "Chance does not explain 2 moves from step to step.",
        ),
        (
            {"drop_step": 300, "drop_z": -0.5, "moves_beyond_error": 0},
            "(z -0.5). Chance explains every move from step to step.",
        ),
        ({"largest_drop": 0.0}, "0.0123 over 4 steps, never falling."),
    ],
)
def test_volatility_is_noted_below_the_auc(page_of, differs, said):
    other_rows = [{"metric": "gauc", "stddev": 9.0}, STEADY | {"slice": "a=b", "stddev": 9.0}]
    page, html = page_of(volatility=[STEADY | differs, *other_rows])
    (note,) = auc_notes(page.steadiness)
    assert note.startswith("validation: standard deviation 0.0123 over 4 steps")
    assert note.endswith(said)
    assert note in html


def test_the_volatility_of_a_single_step_is_not_noted(page_of):
    page, _ = page_of(volatility=[{"metric": "auc", "steps": 1}])
    assert auc_notes(page.steadiness) == []


def test_drift_of_the_last_step_is_noted_below_the_scores(page_of):
    old = DRIFT | {"step": 8, "reference_step": 7, "psi": 9.0}
    other = DRIFT | {"reference_run_id": "zoo/z", "reference_step": 5, "psi": 0.3}
    page, _ = page_of(score_drift=[other, DRIFT, old])
    assert curve_notes("score", page)[1:] == [
        "validation: against step 8, the distribution is 0.1 apart (Kolmogorov-Smirnov), "
        "its stability index is 0.03.",
        "validation: against step 5 of run zoo/z, the distribution is 0.1 apart "
        "(Kolmogorov-Smirnov), its stability index is 0.3 and has shifted.",
    ]


def test_the_auc_within_groups_is_shown_with_its_coverage(page_of):
    whole = {"step": 9, "gauc": 0.61234, "groups": 41, "coverage": 0.875}
    earlier = whole | {"step": 8, "gauc": 0.1}
    _, html = page_of(group_aucs=[earlier, whole])
    assert "AUC within groups" in html
    assert "<b>0.612</b>" in html
    assert "41 groups,<br>87.5 % of the weight" in html


def test_what_is_undefined_says_why(page_of):
    reason = "auc, average_precision, ks, best_f1: one class only: no positives"
    nothing = {"step": 9, "undefined_reason": reason}
    groups = {"step": 9, "undefined_reason": "no group holds both classes"}
    _, html = page_of(evaluations=[nothing], curves=[], group_aucs=[groups])
    assert f"The AUC is undefined at every step; at the last: {reason}." in html
    assert "No AUC within groups: no group holds both classes." in html
    assert html.count(reason) == 2


def test_the_best_threshold_and_the_fixed_one_are_in_the_table(page_of):
    found = {"best_f1": 0.4321, "best_f1_threshold": 0.0625, "precision": 0.111, "recall": 0.222}
    _, html = page_of(evaluations=[EVALUATION | found])
    assert "0.4321" in html
    assert "from 0.0625 on" in html
    assert "0.111" in html
    assert "0.222" in html


def test_each_metric_that_has_a_title_in_the_schema_heads_a_column_of_the_page(page_of):
    titled = {c.title: c.name for c in contract("evaluations").columns if c.title}
    page, html = page_of(evaluations=[EVALUATION | {"log_loss": 0.4375}])
    assert titled["Log loss"] == "log_loss"
    assert [measure.title for measure in page.evaluations[0].measures] == list(titled)
    assert all(f'<th class="num">{title}</th>' in html for title in titled)
    assert '<td class="num" data-value="0.4375">0.4375</td>' in html
