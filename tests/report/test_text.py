"""Text of others becomes harmless, numbers become readable."""

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from insight_lib.report.text import (
    clean,
    counted,
    moment,
    number,
    parse_json,
    percent,
    shorten,
    steps,
    value_text,
)


@given(st.text(st.characters()))
def test_cleaned_text_holds_no_control_and_encodes_as_utf8(text):
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert not [c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n\r"]


def test_nul_and_reading_direction_become_visible():
    assert clean("a\0b") == "a␀b"
    assert clean("gpj\u202eexe") == "gpj⟨U+202E⟩exe"


@given(st.text(), st.integers(4, 40))
def test_shortened_text_fits_and_keeps_both_ends(text, limit):
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short == text or (short[0] == text[0] and short[-1] == text[-1] and "…" in short)


def test_numbers_that_matter_are_named():
    values = [None, float("nan"), float("inf"), -float("inf"), 1234567, 0.00012345]
    assert [number(value) for value in values] == ["–", "NaN", "∞", "−∞", "1,234,567", "0.0001234"]
    assert percent(float("nan")) == "–"
    assert percent(0.12345) == "12.3 %"


def test_one_is_singular_and_all_else_plural():
    told = [counted(count, "tag") for count in (0, 1, 2, 1000)]
    assert told == ["0 tags", "1 tag", "2 tags", "1,000 tags"]


def test_times_are_shown_in_utc(generated_at):
    assert moment(generated_at) == "2026-01-02 03:04 UTC"
    assert moment(generated_at.replace(tzinfo=None)) == "2026-01-02 03:04 UTC"
    assert moment(None) == "–"


def test_steps_are_written_in_words():
    cases = [(None, None), (3, 3), (3, None), (None, 9), (3, 9)]
    told = ["", "step 3", "step 3", "until step 9", "steps 3 to 9"]
    assert [steps(first, last) for first, last in cases] == told


def test_text_that_is_no_json_stays_text():
    assert parse_json("{not json") == "{not json"
    assert parse_json(None) is None
    assert parse_json("[1, NaN]") is not None


def test_json_nested_a_hundred_thousand_deep_is_no_crash():
    for depth in (500, 900, 5000, 100_000):
        for text in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
            assert len(value_text(parse_json(text))) <= 300


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=50))
def test_any_json_value_fits_in_a_line(value):
    assert len(value_text(json.loads(json.dumps(value)), 80)) <= 80
