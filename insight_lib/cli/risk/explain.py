"""``insight risk explain``: why a run has its risk."""

import argparse

from insight_lib.cli.output import print_json, print_table
from insight_lib.cli.risk.scores import Row, how, says, seen, standing_scores
from insight_lib.errors import InputError
from insight_lib.lake.known_runs import check_known
from insight_lib.lake.tables import Lake, open_lake
from insight_lib.screen import print_text


def run_explain(arguments: argparse.Namespace) -> int:
    """Print the risk of a run at each step that it was looked at, and what moved the last.

    Raises:
        InputError: the lake knows no such run, or it is not scored.
    """
    lake = open_lake(arguments.lake)
    check_known(lake, [arguments.run_id])
    scores = standing_scores(lake, arguments.run_id)
    if not scores:
        raise InputError(
            f"{arguments.run_id} is not scored: it wrote no step that could be looked at, or no "
            "night has looked at it yet; run `insight nightly`"
        )
    if arguments.json:
        print_json(
            {"run_id": arguments.run_id, "scores": scores, "outcome": _outcome(lake, scores)}
        )
        return 0
    rows = [
        (seen(row), f"{row['probability']:.3f}", row["novelty"], says(row), how(row))
        for row in scores
    ]
    titles = ("seen", "probability", "novelty", "", "how")
    print_table(f"Risk of {arguments.run_id}", titles, rows)
    _print_reasons(scores[-1])
    outcome = _outcome(lake, scores)
    if outcome is not None:
        print_text(f"what became of it: {outcome}", indent=2)
    return 0


def _print_reasons(row: Row) -> None:
    if row["abstained"]:
        print_text(
            "the run is unlike those that the model has learnt from, so it abstains: the "
            "probability is not to be relied on"
        )
    reasons = [
        ("raises" if each["effect"] > 0 else "lowers", each["sentence"], each["effect"])
        for each in row["reasons"]
    ]
    if reasons:
        print_table(f"What moves it at {seen(row)}", ("risk", "because", "log-odds"), reasons)
    else:
        print_text("nothing of the run stands out against healthy ones")


def _outcome(lake: Lake, scores: list[Row]) -> str | None:
    """Return what is known of the run's end; None where no outcome is computed."""
    columns = ["run_id", "outcome", "kind", "failed_at", "why"]
    rows = lake.read("run_outcomes", columns, [scores[0]["run_id"]]).to_pylist()
    if not rows:
        return None
    [row] = rows
    since = "" if row["failed_at"] is None else f" since step {row['failed_at']:,}"
    return f"{row['outcome']}{since}: {row['why']}"
