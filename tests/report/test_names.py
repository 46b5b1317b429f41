"""Page names are safe and distinct."""

import re

from hypothesis import given
from hypothesis import strategies as st

from insight_lib.report.names import page_name

AWKWARD = [
    "a/b",
    "a-b",
    "A/B",
    "../../etc/passwd",
    "..",
    ".",
    "",
    "%2e%2e",
    "a\0b",
    "x" * 5000,
    "名",
]


def test_runs_with_equal_readable_names_have_separate_pages():
    names = [page_name(run_id) for run_id in AWKWARD]
    assert len({name.lower() for name in names}) == len(AWKWARD)


@given(st.text() | st.sampled_from(AWKWARD) | st.text(st.sampled_from("./%\\:\0 a\ud800")))
def test_a_page_name_is_a_plain_file_name(run_id):
    name = page_name(run_id)
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*-[0-9a-f]{12}\.html", name)
    assert len(name) <= 78
