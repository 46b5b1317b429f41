"""Which way a run is expected to fail, in words."""

import pytest

from insight_lib.risk.expected_kind import SAID_FROM, ExpectedKind, kind_said, unless_diverged

AT_CHANCE = ExpectedKind("at_chance", 0.62)


@pytest.mark.parametrize(
    ("failed_at", "found"),
    [(None, AT_CHANCE), (11, AT_CHANCE), (10, ExpectedKind("diverged"))],
)
def test_of_a_run_that_has_diverged_by_then_it_is_that(failed_at, found):
    kind = None if failed_at is None else "diverged"
    assert unless_diverged(AT_CHANCE, kind, failed_at, step=10) == found


def test_a_run_that_may_still_learn_has_not_failed_yet():
    assert unless_diverged(AT_CHANCE, "never_learned", 3, step=10) == AT_CHANCE


@pytest.mark.parametrize(
    ("expected", "probability", "flagged", "said"),
    [
        (AT_CHANCE, SAID_FROM, False, "most likely at chance (62 %)"),
        (AT_CHANCE, SAID_FROM - 0.01, False, ""),
        (AT_CHANCE, SAID_FROM - 0.01, True, "most likely at chance (62 %)"),
        (ExpectedKind("other", 0.5), 0.9, False, "most likely a rarer kind (50 %)"),
        (ExpectedKind("non_finite"), 0.1, False, "failed already: non finite"),
        (ExpectedKind(), 0.9, True, ""),
    ],
)
def test_what_is_said_depends_on_how_likely_the_run_fails(expected, probability, flagged, said):
    assert kind_said(expected, probability, flagged=flagged) == said
