"""``insight compare``: is one run better than another, or is it chance?"""

import argparse
from dataclasses import asdict

from insight_lib.cli.options import add_json, add_lake
from insight_lib.cli.output import print_json, print_table
from insight_lib.evaluation.comparing.compare_runs import RunComparison, compare_runs
from insight_lib.lake.tables import open_lake
from insight_lib.screen import print_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_lake(parser)
    parser.add_argument("run_a", metavar="A", help="a run, as `insight runs` names it")
    parser.add_argument("run_b", metavar="B", help="the run to compare it with")
    parser.add_argument(
        "--step", type=int, metavar="N", help="step of both runs (default: the last common one)"
    )
    parser.add_argument(
        "--split",
        metavar="NAME",
        help="split of both runs (default: validation where both have it)",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the AUCs on the common examples and the paired DeLong test of their difference."""
    lake = open_lake(arguments.lake)
    found = compare_runs(lake, arguments.run_a, arguments.run_b, arguments.step, arguments.split)
    if arguments.json:
        values = asdict(found)
        test = values.pop("test")
        print_json(values | test)
    else:
        _print(found)
    return 0


def _print(found: RunComparison) -> None:
    test = found.test
    print_text(
        f"{found.examples:,} common examples ({found.positives:,} of label 1) at step {found.step} "
        f"of split {found.split}"
    )
    rows = [
        ("A", found.run_a, _said(test.auc_a), found.only_a),
        ("B", found.run_b, _said(test.auc_b), found.only_b),
    ]
    print_table("", ("", "run", "AUC", "examples left out"), rows)
    print_text(_verdict(found))


def _verdict(found: RunComparison) -> str:
    test = found.test
    if test.difference is None:
        return f"no AUC: {test.undefined_reason}"
    said = f"A - B: {test.difference:+.6f}"
    if test.ci_lower is not None and test.ci_upper is not None:
        said += f", 95 % interval {test.ci_lower:+.6f} to {test.ci_upper:+.6f}"
    if test.z is None:
        return f"{said}; {test.undefined_reason}"
    return f"{said}, standard error {test.stderr:.2g}, z {test.z:.3f}, p {test.p:.3g} (DeLong)"


def _said(auc: float | None) -> str | None:
    return None if auc is None else f"{auc:.6f}"
