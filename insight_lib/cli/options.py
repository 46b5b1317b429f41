"""Arguments that several commands share."""

import argparse
from pathlib import Path

SEVERITIES = ("info", "warning", "error")
NEVER = "never"
PREDICTIONS_HELP = """\
Prediction files are told by their names: .parquet, and also with .gz .csv, .jsonl or .ndjson, and
.tfrecord or .tfrecords of tf.train.Example. In GLOB, {run} is the run: its whole name, or its
directory below its log root, one or several parts of the path; {split} is a part of a name and
{step} digits, and both go before the file's own columns; *, ?, [...] and ** are as ever. A file
that fits in two ways is refused. Files of a GLOB are found again by a nightly without arguments,
as those below a LOG_ROOT are.
"""
RULES_HELP = (
    "whose sections [rules.NAME] set thresholds of rules, such as ratio = 1e-4, or enabled = false"
)


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
        help="folder that holds runs, or its URI, such as s3://bucket/prefix",
    )


def add_predictions(parser: argparse.ArgumentParser) -> None:
    """Add ``--predictions GLOB`` and ``--config FILE``, and say how files are found and read."""
    parser.add_argument(
        "--predictions",
        action="append",
        default=[],
        metavar="GLOB",
        help="prediction files outside the runs' own predictions/ folders, with the run in the "
        "path, such as '/data/scores/{run}/{split}-{step}.parquet'; may be repeated",
    )
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="TOML whose section [predictions.columns] says what the prediction files named in "
        "this command call label, score, weight, example_id, group_id, step and split, each as "
        'label = "clicked", and as slices = ["country"] which columns are slices (default: these '
        'names, and every other column of text), section [predictions] whether scores = "logit" '
        f'or "probability" (default: as they look), and {RULES_HELP}; the lake remembers all',
    )
    parser.epilog = PREDICTIONS_HELP


def add_fail_on(parser: argparse.ArgumentParser, default: str) -> None:
    """Add ``--fail-on SEVERITY``."""
    parser.add_argument(
        "--fail-on",
        choices=(*SEVERITIES, NEVER),
        default=default,
        help="exit with 1 if a finding is at least this severe (default: %(default)s)",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def reaches(severities: list[str], fail_on: str) -> bool:
    """Tell whether one of the severities is at or above ``fail_on``."""
    if fail_on == NEVER:
        return False
    return any(SEVERITIES.index(s) >= SEVERITIES.index(fail_on) for s in severities)
