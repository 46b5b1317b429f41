"""The study's table as Markdown, and the document that shows it."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from insight_lib.errors import InputError
from tests.bench.risk.contenders import CONTENDERS, OURS
from tests.bench.risk.figures import Figures, Rows
from tests.bench.risk.rivals import BLENDED, BLENDED_WHAT, RIVALS

PAGE = Path("docs/risk.md")
BEGIN = "<!-- figures of the risk -->"
END = "<!-- end of figures of the risk -->"
PREFACE = """\
These figures are written by `python -m tests.bench.risk --write`. Each family of programs is
scored by what has learnt from the others. *AUC* is over all runs, whatever their family, its
interval by resampling programs; *in a family* is the mean of the AUC within each; *finite only*
leaves out runs that fail by a value that is not finite; *recall* is where 5 % of all healthy runs
are flagged, and *worst family* the share of false alarms that falls on one family there. *Ours
ahead by* is the mean difference of the AUC within families, and in how many of them it is
positive; *p* is of the Wilcoxon signed-rank test over families, corrected after Holm for all
comparisons at 10 and 25 %."""
_HEAD = (
    "foreseen by", "AUC", "95 %", "in a family", "finite only", "recall at 5 %",
    "worst family", "ours ahead by", "p (Holm)",
)  # fmt: skip


def study_table(found: Mapping[float, Mapping[str, Figures]], rows: Mapping[float, Rows]) -> str:
    """Return one table a share: a line a contender, ours first."""
    return "\n\n".join(_at(share, found[share], rows[share]) for share in sorted(found))


def what_is_compared() -> str:
    """Return a list of the contenders: what each looks at."""
    known = {one.name: one.what for one in (*CONTENDERS, *RIVALS)} | {BLENDED: BLENDED_WHAT}
    return "\n".join(f"* **{name}**: {what}." for name, what in known.items())


def markdown(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table with its title as a line before it; None is a dash."""
    head = f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
    lines = [f"| {' | '.join('–' if x is None else str(x) for x in row)} |" for row in rows]
    return "\n".join([f"{title}\n\n{head}", *lines])


def _at(share: float, found: Mapping[str, Figures], rows: Rows) -> str:
    title = (
        f"At {share:.0%} of the run: {rows.runs:,} runs that have not failed yet, {rows.failed:,} "
        f"of which will, {rows.non_finite:,} of these by a value that is not finite. "
        f"{rows.already_failed:,} others have failed by then: they are detected, not foreseen."
    )
    return markdown(title, _HEAD, [_cells(name, one) for name, one in found.items()])


def _cells(name: str, one: Figures) -> tuple[str, ...]:
    low, high = one.auc_interval
    ahead, p_value = "", ""
    if one.compared is not None:
        compared = one.compared
        ahead = f"{compared.difference:+.3f}, {compared.wins} of {compared.families}"
        p_value = _p(compared.adjusted)
    shown = f"**{name}**" if name == OURS else name
    return (
        shown, _number(one.auc), f"{_number(low)} to {_number(high)}", _number(one.auc_in_family),
        _number(one.auc_finite), _number(one.recall, 2), _number(one.worst_family, 2), ahead,
        p_value,
    )  # fmt: skip


def _number(value: float, digits: int = 3) -> str:
    return "–" if np.isnan(value) else f"{value:.{digits}f}"


def _p(value: float) -> str:
    if np.isnan(value):
        return "–"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def with_table(page: str, table: str) -> str:
    """Return a page with the table between its markers.

    Raises:
        InputError: the page lacks a marker.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise InputError(f"{PAGE} lacks the line {(BEGIN if not begin else END)!r}; add it")
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"
