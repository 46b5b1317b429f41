"""No run is called too fast and too slow."""

import pytest

from insight_lib.dissection.findings.contradictions import without_contradictions
from insight_lib.dissection.findings.finding import Finding


def named(found):
    findings = [
        Finding(rule=rule, severity=severity, title="", evidence={}, advice="")
        for rule, severity in found
    ]
    return [finding.rule for finding in without_contradictions(findings)]


@pytest.mark.parametrize(
    ("found", "left"),
    [
        (["learning_rate_too_high warning", "learning_rate_too_low info"], "high"),
        (["learning_rate_too_high warning", "learning_rate_too_low warning"], "high"),
        (["learning_rate_too_high info", "learning_rate_too_low warning"], "low"),
    ],
)
def test_the_graver_of_two_sides_stays(found, left):
    assert named(one.split() for one in found) == [f"learning_rate_too_{left}"]


def test_one_side_alone_stays_whole_and_so_does_what_is_about_other_things():
    small = [("learning_rate_too_low", "warning"), ("small_updates", "warning")]
    assert named([*small, ("plateau", "info")]) == [
        "learning_rate_too_low",
        "small_updates",
        "plateau",
    ]
    thrown = [("large_updates", "warning"), ("plateau", "info")]
    assert named([small[1], *thrown]) == ["large_updates", "plateau"]
