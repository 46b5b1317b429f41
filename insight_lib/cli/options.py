"""Arguments that several commands share."""

import argparse
from collections.abc import Mapping, Set
from pathlib import Path

from insight_lib.dissection.findings.severity import SEVERITIES, Severity
from insight_lib.dissection.verdict import Verdict

NEVER, NOT_JUDGED = "never", "not-judged"
# A run has the verdict where it has a finding so severe.
_SEVERITY_OF: Mapping[str, Severity] = {"failing": "error", "attention": "warning"}
PREDICTIONS_HELP = """\
Prediction files are recognised by their suffix: .parquet, .csv, .jsonl and .ndjson (the last three
also with .gz), and .tfrecord or .tfrecords of tf.train.Example. In GLOB, {run} matches the run's
full name, or its directory below the log root (one or more parts of the path), {split} matches part
of a name and {step} matches digits; split and step from the path override the file's columns. *, ?,
[...] and ** work as usual. A file that matches in two ways is refused. A nightly without arguments
reads the files of a GLOB again, as it does those below a LOG_ROOT.
"""
RULES_HELP = "sections [rules.NAME] set rule thresholds, such as ratio = 1e-4, or enabled = false"
SERIES_HELP = 'section [series] says what series are, such as "*/mAP" = {role = "accuracy"}'


def add_lake(
    parser: argparse.ArgumentParser, *, required: bool = True, default: object = None
) -> None:
    """Add ``--lake DIR``."""
    parser.add_argument(
        "--lake",
        type=Path,
        required=required,
        default=default,
        metavar="DIR",
        help="folder of the lake",
    )


def add_log_roots(parser: argparse.ArgumentParser, count: str) -> None:
    """Add positional log roots; ``count`` as argparse's nargs."""
    parser.add_argument(
        "log_roots",
        type=str,
        nargs=count,
        metavar="LOG_ROOT",
        help="folder that contains runs, or its URI, such as s3://bucket/prefix",
    )


def add_predictions(parser: argparse.ArgumentParser) -> None:
    """Add ``--predictions GLOB`` and ``--config FILE``, and say how files are found and read."""
    parser.add_argument(
        "--predictions",
        action="append",
        default=[],
        metavar="GLOB",
        help="pattern of prediction files outside the runs' predictions/ folders, with the run in "
        "the path, such as '/data/scores/{run}/{split}-{step}.parquet'; may be repeated",
    )
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="TOML file for the prediction files named in this command, for the rules and for the "
        "series. Section [predictions.columns] maps label, score, weight, example_id, group_id, "
        'step and split to columns of the files, such as label = "clicked", and lists the slices, '
        'such as slices = ["country"] (default: columns of these names, and every other text '
        "column as a slice). "
        'Section [predictions] sets scores = "logit" or "probability" (default: detected from the '
        f"values), {RULES_HELP}, and {SERIES_HELP}. The lake stores all settings.",
    )
    parser.epilog = PREDICTIONS_HELP


def add_fail_on(parser: argparse.ArgumentParser, default: str) -> None:
    """Add ``--fail-on VERDICT``, which is also given as a severity."""
    parser.add_argument(
        "--fail-on",
        choices=(*_SEVERITY_OF, NOT_JUDGED, *reversed(SEVERITIES), NEVER),
        default=default,
        help="exit with 1 if the verdict on a run is at least this bad: failing (also: error), "
        "attention (also: warning), not-judged (any but healthy); info: if there is any finding "
        "(default: %(default)s)",
    )


def add_run_and_rule(parser: argparse.ArgumentParser) -> None:
    """Add what is muted: a rule on a run."""
    parser.add_argument("run_id", metavar="RUN", help="the run, as `insight runs` names it")
    parser.add_argument("rule", metavar="RULE", help="the rule, as `insight findings` names it")


def add_json(parser: argparse._ActionsContainer) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def reaches(severities: Set[str], verdicts: Set[str | None], fail_on: str) -> bool:
    """Return whether what was found is at least as bad as ``fail_on``.

    Args:
        severities: of the findings.
        verdicts: on the runs; None is that on a run which is still to be judged.
        fail_on: one of the choices of ``add_fail_on``.
    """
    if fail_on == NEVER:
        return False
    if fail_on == NOT_JUDGED:
        return not verdicts <= {Verdict.HEALTHY}
    least = SEVERITIES.index(_SEVERITY_OF.get(fail_on, fail_on))
    return not severities.isdisjoint(SEVERITIES[least:])
