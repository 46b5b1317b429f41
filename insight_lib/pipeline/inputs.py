"""What a command is to bring in: log roots and predictions elsewhere, checked before all else."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from insight_lib.alerts.settings.section import Stated, read_alerts
from insight_lib.alerts.settings.store import remember_alerts
from insight_lib.dissection.rule_settings import Changes, read_changes
from insight_lib.dissection.rule_settings_store import remember_settings
from insight_lib.errors import InputError
from insight_lib.files.listing import is_event_file, list_files
from insight_lib.files.location import Root
from insight_lib.files.log_root import check_roots
from insight_lib.lake.tables import Lake
from insight_lib.predictions.config import read_columns
from insight_lib.predictions.discover import Place, is_prediction_file
from insight_lib.predictions.formats.column_mapping import Columns
from insight_lib.predictions.formats.file_names import SUFFIXES
from insight_lib.predictions.passed_over import PassedOver, remarks_on
from insight_lib.predictions.pattern import Pattern, pattern_of
from insight_lib.series.override import Override
from insight_lib.series.settings import read_overrides
from insight_lib.series.settings_store import remember_series


@dataclass(frozen=True)
class Inputs:
    """Where to look for files, and what the settings file says of columns, rules, series, alerts.

    Each of these four is null where the lake is to say what it remembers.
    """

    roots: tuple[Root, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    columns: Columns | None = None
    rules: Changes | None = None
    series: tuple[Override, ...] | None = None
    alerts: Stated | None = None

    @property
    def are_named(self) -> bool:
        """Whether there is a place to look at."""
        return bool(self.roots or self.patterns)


def usable_inputs(arguments: argparse.Namespace) -> Inputs:
    """Check what was given before a lake is made or touched; a place without files is said.

    Raises:
        InputError: A root does not exist or cannot be reached, two share a name, one lies inside
            another, a pattern is none, or no place holds anything to ingest.
        ConfigError: The configuration does not fit.
    """
    config = arguments.config
    said = (None, None, None, None) if config is None else _read_settings(config)
    patterns = tuple(pattern_of(given) for given in arguments.predictions)
    inputs = Inputs(check_roots(arguments.log_roots), patterns, *said)
    empty = [*_empty_roots(inputs.roots), *_empty_patterns(patterns)]
    if empty and len(empty) == len(inputs.roots) + len(patterns):
        raise InputError(
            f"{'; '.join(empty)}; name a folder that contains runs, or where files are"
        )
    for remark in empty:
        print(f"  {remark}", file=sys.stderr)
    return inputs


def named_inputs(arguments: argparse.Namespace) -> Inputs:
    """Check what was given, for a command that needs a place to look at; as `usable_inputs`.

    Raises:
        InputError: Nothing was named, or it cannot be used.
        ConfigError: The configuration does not fit.
    """
    inputs = usable_inputs(arguments)
    if not inputs.are_named:
        raise InputError("there is nothing to read; name a LOG_ROOT or --predictions GLOB")
    return inputs


def remember_inputs(lake: Lake, inputs: Inputs) -> None:
    """Store in the lake what the settings file says of rules, series and alerts, for later nights.

    Call it as the lake's only writer; columns are stored with the files that they are for.
    """
    remember_settings(lake, inputs.rules)
    remember_series(lake, inputs.series)
    remember_alerts(lake, inputs.alerts)


def _read_settings(
    config: Path,
) -> tuple[Columns | None, Changes | None, tuple[Override, ...] | None, Stated | None]:
    rooms = read_columns(config), read_changes(config), read_overrides(config)
    return *rooms, read_alerts(config)


def _empty_roots(roots: Sequence[Root]) -> Iterator[str]:
    for root in roots:
        passed_over = PassedOver()
        if not list_files(root, passed_over.noting(_is_of_run)).files:
            nothing = (
                f"nothing to ingest below {root}: no file there has tfevents in its name and no "
                "run has a file in predictions/ that ends in .parquet, .csv, .jsonl or .tfrecord"
            )
            yield "; ".join([nothing, *remarks_on(root, passed_over, Columns())])


def _empty_patterns(patterns: Sequence[Pattern]) -> Iterator[str]:
    for pattern in patterns:
        if not Place(pattern, Columns()).listing().files:
            yield (
                f"no file matches --predictions {pattern.text} and ends in {', '.join(SUFFIXES)}"
            )


def _is_of_run(below: str) -> bool:
    return is_event_file(below) or is_prediction_file(below)
