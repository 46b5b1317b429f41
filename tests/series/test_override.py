"""What the configuration says of series."""

import pytest

from insight_lib.series.names.naming import role_of_name
from insight_lib.series.override import Override, overridden
from insight_lib.series.role import Direction, Phase, Role, Unit

KEY = ("eval", "metrics/mAP")


def one(*overrides, key=KEY):
    return overridden({key: role_of_name(*key)}, overrides)[key]


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("*/mAP", True),
        ("metrics/mAP", True),
        ("eval/metrics/*", True),
        ("mAP", False),
        ("*/map", False),
        ("train/*", False),
    ],
)
def test_a_pattern_matches_the_tag_or_the_stream_and_the_tag(pattern, matches):
    assert Override(pattern).matches(KEY) is matches


def test_what_is_configured_is_sure_and_says_so():
    about = one(Override("*/mAP", role=Role.ACCURACY))
    assert (about.role, about.sure, about.why) == (Role.ACCURACY, 1.0, "configuration")


def test_a_configured_role_brings_its_direction_and_keeps_the_phase():
    about = one(Override("*/mAP", role=Role.ERROR_RATE))
    assert (about.direction, about.phase) == (Direction.LOWER, Phase.VALIDATION)


def test_a_configured_direction_stands_over_that_of_the_role():
    about = one(Override("*", role=Role.SCORE, direction=Direction.LOWER))
    assert about.direction is Direction.LOWER


def test_a_later_override_refines_an_earlier_one():
    about = one(Override("*", role=Role.ACCURACY), Override("*/mAP", phase=Phase.TEST))
    assert (about.role, about.phase) == (Role.ACCURACY, Phase.TEST)


def test_configured_per_cent_are_fractions_once_they_are_scaled():
    about = one(Override("*/mAP", role=Role.ACCURACY, unit=Unit.PER_CENT))
    assert (about.unit, about.scale) == (Unit.FRACTION, 0.01)


def test_a_loss_configured_as_a_value_loss_follows_a_moving_target():
    key = (".", "loss")
    assert one(Override("loss", role=Role.VALUE_LOSS), key=key).moving
    assert not one(Override("other", role=Role.VALUE_LOSS), key=key).moving
