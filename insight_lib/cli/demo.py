"""``insight demo``: two nights of the whole platform on small real trainings.

The first night ingests and diagnoses what a zoo of trainings wrote, and says how likely each is to
fail by the model that ships. Then people say which runs failed (the zoo knows what it injected),
and the second night, which brings no new files, learns from that.
"""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from insight_lib.cli.output import print_table, shown
from insight_lib.cli.risk.scores import by_falling_risk, standing_scores
from insight_lib.cli.risk.show import print_model, print_risks
from insight_lib.cli.verdicts import print_verdict_counts
from insight_lib.cli.zoo import train_zoo
from insight_lib.dissection.findings.history import open_rows
from insight_lib.errors import InputError
from insight_lib.lake.lock import only_writer
from insight_lib.lake.session import SparkWorkers
from insight_lib.lake.tables import Lake, open_lake
from insight_lib.pipeline.inputs import Inputs
from insight_lib.pipeline.nightly import nightly
from insight_lib.report.stage import INDEX
from insight_lib.risk.run_labels import RunLabel, label_runs
from insight_lib.screen import print_text

DEFAULT_LAKE = Path("deepinsight-demo/lake")
UNFINISHED_ZOO = ".demo-zoo-unfinished"
# Measured with 20 runs: 35 MB; 80 s in all, of which two nights and the report 25 s.
DISK = "40 MB"
RUNS = 20
SEED = 7


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--lake",
        type=Path,
        default=DEFAULT_LAKE,
        metavar="DIR",
        help="folder of the lake, created if missing; zoo and report are written next to it "
        "(default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Train, run the two nights, and print what was found next to what was injected."""
    place = arguments.lake.expanduser().resolve().parent
    zoo = place / "zoo"
    print_text(f"the demo takes {_time(zoo)} on two cores, and {DISK} of disk in {shown(place)}")
    truth = _trained(zoo)
    lake = open_lake(arguments.lake, create=True)
    workers = SparkWorkers()
    inputs = Inputs((zoo / "runs",))
    with only_writer(lake.root):
        print("\nThe first night")
        nightly(lake, workers, inputs, place / "report")
        print("\nBefore anybody has labelled a run, by the model that ships:")
        print_risks(lake)
        _label(lake, truth)
        print(f"\n{len(truth)} runs are labelled. The second night has no new files:")
        nightly(lake, workers, inputs, place / "report")
    print()
    _print_outcome(lake, truth)
    print_verdict_counts(lake.read("runs", ["verdict"])["verdict"].to_pylist())
    print_model(lake)
    print(f"report: {shown(place / 'report' / INDEX)}")
    return 0


def _time(zoo: Path) -> str:
    return "less than a minute" if zoo.exists() else "1 to 2 minutes"


def _trained(zoo: Path) -> list[dict[str, Any]]:
    """Return what the zoo injected; it is trained once, and stands only when it is complete."""
    truth_file = zoo / "truth.json"
    if truth_file.exists():
        print(f"the zoo at {shown(zoo)} is already trained")
    elif zoo.exists():
        raise InputError(f"{zoo} is not a zoo of the demo; choose another folder with --lake")
    else:
        print(f"training {RUNS} small models, some with a fault, into {shown(zoo)}")
        unfinished = zoo.with_name(UNFINISHED_ZOO)
        shutil.rmtree(unfinished, ignore_errors=True)
        train_zoo(unfinished, RUNS, SEED)
        unfinished.rename(zoo)
    runs: list[dict[str, Any]] = json.loads(truth_file.read_text(encoding="utf-8"))["runs"]
    return runs


def _label(lake: Lake, truth: list[dict[str, Any]]) -> None:
    """Label as the people who own the runs would, once they know."""
    labels = [
        RunLabel(_run_id(run), "healthy" if run["fault"] == "healthy" else "failed", run["fault"])
        for run in truth
    ]
    label_runs(lake, labels)


def _run_id(run: dict[str, Any]) -> str:
    return f"runs/{run['run']}"


def _print_outcome(lake: Lake, truth: list[dict[str, Any]]) -> None:
    # Notes are of healthy runs too: few examples, classes out of balance.
    standing = open_rows(lake.read("findings")).to_pylist()
    findings = [f for f in standing if f["severity"] != "info"]
    scores = by_falling_risk(standing_scores(lake))
    risks = {row["run_id"]: round(row["probability"], 3) for row in scores}
    rows = []
    for run in truth:
        mine = [f for f in findings if f["run_id"] == _run_id(run)]
        named = [_named(f) for f in mine if f["caused_by"] is None]
        follows = [_named(f) for f in mine if f["caused_by"] is not None]
        rows.append(
            (
                _run_id(run),
                run["program"],
                run["fault"],
                "\n".join(named) or "-",
                "\n".join(follows) or "-",
                risks.get(_run_id(run)),
            )
        )
    columns = ("run", "program", "injected", "found", "which led to", "risk")
    print_table("What was injected, and what was found", columns, rows)


def _named(finding: dict[str, Any]) -> str:
    where = f" in {finding['layer']}" if finding["layer"] else ""
    return f"{finding['severity']}: {finding['rule']}{where}"
