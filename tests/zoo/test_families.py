"""Every program is of one family, and there are enough of them to leave one out."""

from insight_lib.zoo.families import FAMILIES, FAMILY_OF
from insight_lib.zoo.loops import LOOPS
from insight_lib.zoo.programs import PROGRAMS


def test_every_program_is_of_one_family():
    named = [program for programs in FAMILIES.values() for program in programs]
    assert sorted(named) == sorted((*PROGRAMS, *LOOPS))
    assert len(FAMILY_OF) == len(named)


def test_there_are_at_least_eight_families():
    assert len(FAMILIES) >= 8
