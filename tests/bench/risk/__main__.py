"""``python -m tests.bench.risk``: measure foresight on unseen families, and print the tables.

With ``--write`` the table of the study in ``docs/risk.md`` is written again.
"""

import sys

from insight_lib.cli.output import print_table
from insight_lib.errors import InputError
from insight_lib.risk.landmarks import SHARES
from tests.bench.risk.contenders import OURS
from tests.bench.risk.entries import (
    risk_auc_at_10,
    risk_auc_at_25,
    risk_calibration,
    risk_compute_saved,
    risk_recall_at_5pct_fpr,
)
from tests.bench.risk.event_time import leads
from tests.bench.risk.figures import figures, rows_at
from tests.bench.risk.kept_scores import committed_scores, committed_study
from tests.bench.risk.learning_curve import SHARE, learning_curve
from tests.bench.risk.pages import PAGE, study_table, with_table

WRITE = "--write"


def main(arguments: list[str]) -> int:
    """Print what the study found; return 0, or 2 where the input does not serve."""
    if set(arguments) - {WRITE}:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        table = _table()
        if WRITE in arguments:
            page = PAGE.read_text(encoding="utf-8")
            PAGE.write_text(with_table(page, table), encoding="utf-8")
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print(table)
    _print_more()
    return 0


def _table() -> str:
    study = committed_study()
    return study_table(
        figures(study, committed_scores()), {share: rows_at(study, share) for share in SHARES}
    )


def _print_more() -> None:
    entries = [
        entry()
        for entry in (
            risk_auc_at_10,
            risk_auc_at_25,
            risk_recall_at_5pct_fpr,
            risk_calibration,
            risk_compute_saved,
        )
    ]
    study = committed_study()
    print_table(
        "How much of the run lies between the first flag and the failure",
        ("kind", "failed", "flagged before", "median lead", "least", "most"),
        [one.row for one in leads(study, committed_scores()[OURS])],
    )
    points = learning_curve(study)
    print_table(
        f"AUC at {SHARE:.0%} by programs learnt from, boosted trees",
        ("programs", "AUC", "least", "greatest"),
        [(p.programs, *(round(x, 3) for x in (p.auc, p.least, p.greatest))) for p in points],
    )
    columns = ("entry", "value", "unit", "goal", "holds")
    rows = [(one.name, one.value, one.unit, one.goal, one.holds) for one in entries]
    print_table("Entries", columns, rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
