"""The stage of the backtest: hold every score that was given against what became of its run."""

import pyarrow as pa

from insight_lib.lake.contract import contract
from insight_lib.lake.tables import Lake
from insight_lib.risk.backtest.given_score import given_scores
from insight_lib.risk.backtest.turned_out import backtest_rows
from insight_lib.risk.stages.truth import TABLES, known_truth

APPLICATION = "backtest"
WATCHED = ("risk_scores", *TABLES)
_READ = (
    "run_id",
    "model_version",
    "cutoff_step",
    "probability",
    "kind",
    "share",
    "abstained",
    "flagged",
    "seen_at",
    "scored_at",
)


def refresh_backtest(lake: Lake) -> int | None:
    """Write the table again if scores or truth changed; return its rows, None where none did."""
    now = lake.watermark(WATCHED)
    if lake.committed("risk_backtest", APPLICATION) >= now:
        return None
    given = given_scores(lake.read("risk_scores", _READ).to_pylist(), known_truth(lake))
    rows = pa.Table.from_pylist(backtest_rows(given), schema=contract("risk_backtest").schema)
    earlier = lake.read("risk_backtest", ["night"])["night"].to_pylist()
    nights = {*earlier, *rows["night"].to_pylist()}
    lake.replace("risk_backtest", "night", nights, rows, APPLICATION, now)
    return int(rows.num_rows)
