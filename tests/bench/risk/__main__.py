"""``python -m tests.bench.risk``: measure foresight on unseen families, and print the tables.

With ``--write`` they are written into ``docs/risk.md``.
"""

import sys

from insight_lib.errors import InputError
from insight_lib.risk.landmarks import SHARES
from tests.bench.risk.contenders import OURS
from tests.bench.risk.entries import (
    CALIBRATION_COLUMNS,
    SAVING_COLUMNS,
    calibration_rows,
    saving_rows,
)
from tests.bench.risk.event_time import leads
from tests.bench.risk.figures import figures, rows_at
from tests.bench.risk.kept_scores import committed_scores, committed_study
from tests.bench.risk.kinds import (
    KIND_COLUMNS,
    QUALITY_COLUMNS,
    committed_kinds,
    kind_rows,
    quality_rows,
)
from tests.bench.risk.learning_curve import SHARE, learning_curve
from tests.bench.risk.left_out import COLUMNS as COLUMNS_LEFT_OUT
from tests.bench.risk.left_out import faults_left_out, kinds_left_out
from tests.bench.risk.pages import (
    PAGE,
    PREFACE,
    markdown,
    study_table,
    what_is_compared,
    with_table,
)
from tests.bench.risk.public_auc import COLUMNS, public_rows

WRITE = "--write"


def main(arguments: list[str]) -> int:
    """Print what the study found; return 0, or 2 where the input does not serve."""
    if set(arguments) - {WRITE}:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        found = _tables()
        if WRITE in arguments:
            page = PAGE.read_text(encoding="utf-8")
            PAGE.write_text(with_table(page, found), encoding="utf-8")
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print(found)
    return 0


def _tables() -> str:
    """Return all that the study found, as Markdown."""
    study, scores = committed_study(), committed_scores()
    rows = {share: rows_at(study, share) for share in SHARES}
    return "\n\n".join(
        [
            PREFACE,
            study_table(figures(study, scores), rows),
            what_is_compared(),
            markdown(
                "Calibration of ours on families that it has not seen:",
                CALIBRATION_COLUMNS,
                calibration_rows(),
            ),
            markdown("Compute saved, of all runs:", SAVING_COLUMNS, saving_rows()),
            markdown(
                "How long before its failure a run is flagged, as a share of the run:",
                ("kind", "failed", "flagged before", "median lead", "least", "most"),
                [one.row for one in leads(study, scores[OURS])],
            ),
            kind_tables(),
            left_out_tables(),
            markdown(
                f"AUC at {SHARE:.0%} by the programs that plain boosted trees learn from:",
                ("programs", "AUC", "least", "greatest"),
                [one.row for one in learning_curve(study)],
            ),
            markdown(
                "Public runs of others at 50% of their length, a sixth of their repositories left "
                "out at a time:",
                COLUMNS,
                public_rows(),
            ),
        ]
    )


def kind_tables() -> str:
    """Return how well the kind of a failure is foreseen, as Markdown."""
    found = committed_kinds()
    return "\n\n".join(
        [
            markdown(
                "The kind of failure, of runs that will fail and have not yet, told by runs of "
                "other families:",
                QUALITY_COLUMNS,
                quality_rows(found),
            ),
            markdown("The same by kind:", KIND_COLUMNS, kind_rows(found)),
        ]
    )


def left_out_tables() -> str:
    """Return how novel what was never seen is told to be, as Markdown."""
    table = committed_study().table
    parts = {"kind of failure": kinds_left_out(table), "fault": faults_left_out(table)}
    return "\n\n".join(
        markdown(
            f"Novelty of failed runs against healthy ones of the same families, where each {name} "
            "in turn, and the run's family, was left out of what novelty has seen:",
            COLUMNS_LEFT_OUT,
            rows,
        )
        for name, rows in parts.items()
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
