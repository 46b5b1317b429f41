"""``insight diagnose``: name what is wrong with the runs of one directory."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from insight_lib.cli.findings_table import print_findings
from insight_lib.cli.log_dir import check_records, tell_closed, tell_damaged
from insight_lib.cli.options import RULES_HELP, SERIES_HELP, add_fail_on, add_json, reaches
from insight_lib.cli.output import print_json
from insight_lib.cli.verdicts import print_verdicts
from insight_lib.dissection.diagnose import Diagnosis, diagnose
from insight_lib.dissection.rule_settings import catalogue, read_changes
from insight_lib.dissection.verdict import Verdict, verdict_counts
from insight_lib.events.format.compile import compiling_told
from insight_lib.screen import print_text
from insight_lib.series.settings import read_overrides


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "log_dir", type=Path, metavar="LOG_DIR", help="directory of a run, or a folder of runs"
    )
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help=f"TOML file whose {RULES_HELP}, and whose {SERIES_HELP}",
    )
    add_json(parser)
    add_fail_on(parser, Verdict.FAILING.value)


def run(arguments: argparse.Namespace) -> int:
    """Print the findings, causes first, the verdict on each run, and how much was read.

    Raises:
        InputError: none of the files holds a record, so nothing can be said about the runs, or a
            rule's thresholds do not fit.
        ConfigError: what is said of series does not fit.
    """
    config = arguments.config
    changes, overrides = (read_changes(config), read_overrides(config)) if config else ({}, ())
    with compiling_told(lambda line: print(line, file=sys.stderr, flush=True)):
        diagnosis = diagnose(arguments.log_dir, catalogue(changes or {}), overrides or ())
    tell_closed(diagnosis.closed)
    for problem in diagnosis.config_problems:
        print(f"  {problem}", file=sys.stderr)
    check_records(arguments.log_dir, diagnosis.files, diagnosis.records)
    tell_damaged(diagnosis.damaged, "--json lists them")
    if arguments.json:
        print_json(asdict(diagnosis) | {"log_dir": str(diagnosis.log_dir)})
    else:
        if diagnosis.findings:
            print_findings(diagnosis.findings)
        print_verdicts(diagnosis.verdicts)
        print_text(_read(diagnosis))
    severities = {finding.severity for finding in diagnosis.findings}
    verdicts = {one.verdict for one in diagnosis.verdicts}
    return 1 if reaches(severities, verdicts, arguments.fail_on) else 0


def _read(diagnosis: Diagnosis) -> str:
    judged = verdict_counts(one.verdict for one in diagnosis.verdicts)
    said = (
        f"findings: {len(diagnosis.findings)}, runs: {len(diagnosis.runs)} ({judged}), "
        f"event files: {diagnosis.files}, records: {diagnosis.records:,}"
    )
    if diagnosis.damaged:
        said += f", spans without an intact record: {len(diagnosis.damaged)}"
    if diagnosis.rejected:
        reasons = (f"{count}: {why}" for why, count in diagnosis.rejected_for.items())
        said += f", layer summaries rejected: {diagnosis.rejected} ({'; '.join(reasons)})"
    return said
