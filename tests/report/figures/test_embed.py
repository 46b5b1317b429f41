"""Data in a page is the same data, and cannot leave its element."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.report.figures.embed import embedded

TEXT = st.text() | st.sampled_from(["</script>", "<!--<script>", "&lt;", "\u2028\u2029", "]]>"])


@given(st.dictionaries(TEXT, st.lists(TEXT | st.floats(allow_nan=False, allow_infinity=False))))
def test_embedded_data_reads_back_equal_and_holds_no_markup(value):
    text = embedded(value)
    assert json.loads(str(text)) == value
    assert not set(text) & set("<>&\u2028\u2029")


def test_a_value_that_json_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="JSON compliant"):
        embedded([float("nan")])
