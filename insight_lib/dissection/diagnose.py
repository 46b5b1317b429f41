"""Diagnose one directory: the catalogue on event files as they lie there, without a lake."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from insight_lib.dealer.reading import load
from insight_lib.dissection.dissect import dissect_and_judge
from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.judge import RunVerdict
from insight_lib.dissection.logged_runs import read_runs, recorded_configs
from insight_lib.dissection.reading import DamagedSpan, find_event_files, groups_of_runs
from insight_lib.dissection.rules import RULES
from insight_lib.dissection.rules.rule import Rule
from insight_lib.errors import ConfigError
from insight_lib.events.ingest.placement import PlacedFile
from insight_lib.series.override import Override

__all__ = ["Diagnosis", "diagnose"]


@dataclass(frozen=True)
class Diagnosis:
    """What was found in a directory.

    Attributes:
        log_dir: the directory, absolute.
        runs: the runs in it, sorted.
        findings: of all runs; those of a run are together, causes first.
        verdicts: on each of the runs, in their order.
        files: event files read.
        records: complete records in them, with those whose payload is damaged.
        damaged: spans of bytes that hold no intact record; the rest of their files is read.
        rejected: summaries of layer tensors that could not be understood.
        rejected_for: how many of them for each reason, most first.
        closed: folders below it that may not be entered; what they hold is not diagnosed.
        config_problems: recorded configurations that do not fit, file, field and remedy; what can
            be read of them is used.
    """

    log_dir: Path
    runs: tuple[str, ...]
    findings: tuple[Finding, ...]
    verdicts: tuple[RunVerdict, ...]
    files: int
    records: int
    damaged: tuple[DamagedSpan, ...]
    rejected: int
    rejected_for: Mapping[str, int]
    closed: tuple[str, ...]
    config_problems: tuple[str, ...]


def diagnose(
    log_dir: str | os.PathLike[str],
    rules: Sequence[Rule[Any]] = RULES,
    overrides: Sequence[Override] = (),
) -> Diagnosis:
    """Apply the rules to the run, or the runs, below a directory.

    Args:
        log_dir: the directory of one run, or a folder of runs.
        rules: the catalogue, or what ``configuration`` made of it.
        overrides: what the configuration says of series.

    Raises:
        InputError: it is not a folder, or no event file is found in it.
        EventFileError: an event file cannot be read.

    Example:
        >>> from insight_lib import diagnose
        >>> for finding in diagnose("logs/run-8").findings[:1]:
        ...     print(finding.severity, finding.rule, finding.layer)
        error output_loss_mismatch output
    """
    folder = find_event_files(log_dir)
    configs = recorded_configs(folder)
    parts = [_diagnosed(some, rules, overrides, configs) for some in groups_of_runs(folder.files)]
    rejected_for = sum((part.rejected_for for part in parts), Counter[str]())
    places = {file.file_id: place for place, file in enumerate(folder.files)}
    damaged = [span for part in parts for span in part.damaged]
    return Diagnosis(
        log_dir=folder.root,
        runs=tuple(sorted({file.run_id for file in folder.files})),
        findings=tuple(finding for part in parts for finding in part.findings),
        verdicts=tuple(verdict for part in parts for verdict in part.verdicts),
        files=len(folder.files),
        records=sum(part.records for part in parts),
        damaged=tuple(sorted(damaged, key=lambda span: places[span.file_id])),
        rejected=rejected_for.total(),
        rejected_for=dict(rejected_for.most_common()),
        closed=folder.closed,
        config_problems=tuple(p for file in configs.values() if (p := _problem(file)) is not None),
    )


@dataclass(frozen=True)
class _Part:
    """What was found in some whole runs; what was read of them is gone."""

    findings: list[Finding]
    verdicts: list[RunVerdict]
    records: int
    damaged: tuple[DamagedSpan, ...]
    rejected_for: Counter[str]


def _diagnosed(
    files: Sequence[PlacedFile],
    rules: Sequence[Rule[Any]],
    overrides: Sequence[Override],
    config_files: Mapping[str, Path],
) -> _Part:
    runs = read_runs(files, config_files, overrides)
    findings, verdicts = dissect_and_judge(runs.views, runs.run_ids, rules)
    return _Part(findings, verdicts, runs.records, runs.damaged, runs.rejected_for)


def _problem(file: Path) -> str | None:
    try:
        load(file)
    except ConfigError as error:
        return str(error)
    return None
