"""Views of the runs of a directory: its event files as they lie there, without a lake."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from insight_lib.dealer.reading import CONFIG_FILE
from insight_lib.dissection.layers.layer_statistics import layer_statistics
from insight_lib.dissection.reading import (
    DamagedSpan,
    LogFolder,
    find_event_files,
    groups_of_runs,
    read_files,
    role_source,
)
from insight_lib.dissection.run.trainings import training_views
from insight_lib.dissection.run.view import RunView
from insight_lib.events.ingest.placement import PlacedFile
from insight_lib.events.parted_rows import parted_rows
from insight_lib.events.runs.logged_training import logged_configs, logged_topologies
from insight_lib.events.runs.run_artifacts import artifacts_by_run
from insight_lib.events.runs.run_state import FINISHED
from insight_lib.series.override import Override


@dataclass(frozen=True)
class LoggedRuns:
    """Some whole runs, and what became of the bytes of their files.

    Attributes:
        run_ids: all of them, sorted; those that wrote nothing to look at have no view.
        views: one a run, by rising run_id; can be gone through once.
        records: complete records, with those whose payload is damaged.
        damaged: spans of bytes that hold no intact record.
        rejected_for: how many summaries of tensors could not be understood, for each reason.
        finished: the runs that said that they came to their end.
    """

    run_ids: tuple[str, ...]
    views: Iterator[RunView]
    records: int
    damaged: tuple[DamagedSpan, ...]
    rejected_for: Counter[str]
    finished: frozenset[str]


def read_views(
    log_dir: str | os.PathLike[str], overrides: Sequence[Override] = ()
) -> Iterator[RunView]:
    """Yield the view of each run below a directory, by rising run_id, a few in memory at once.

    Raises:
        InputError: it is not a folder, or no event file is found in it.
        EventFileError: an event file cannot be read.
    """
    folder = find_event_files(log_dir)
    configs = recorded_configs(folder)
    for files in groups_of_runs(folder.files):
        yield from read_runs(files, configs, overrides).views


def read_runs(
    files: Sequence[PlacedFile], configs: Mapping[str, Path], overrides: Sequence[Override]
) -> LoggedRuns:
    """Read the files of some whole runs.

    Args:
        files: all files of the runs.
        configs: run to the file of its recorded configuration.
        overrides: what the configuration says of series.

    Raises:
        EventFileError: an event file cannot be read.
    """
    found = read_files(files)
    statistics = layer_statistics(found.measured)
    told = artifacts_by_run(found.told)
    run_ids = tuple(sorted({file.run_id for file in files}))
    texts = {run_id: _text_of(configs[run_id]) for run_id in run_ids if run_id in configs}
    recorded = {run_id: text for run_id, text in texts.items() if text is not None}
    views = training_views(
        parted_rows(found.scalars),
        statistics.rows,
        logged_configs(told) | recorded,
        role_source=role_source(found, overrides),
        topologies=logged_topologies(told),
    )
    reasons = Counter(statistics.rejected["reason"].to_pylist())
    finished = frozenset(run_id for run_id, facts in told.items() if facts.state == FINISHED)
    return LoggedRuns(run_ids, views, found.records, found.damaged, reasons, finished)


def recorded_configs(folder: LogFolder) -> dict[str, Path]:
    """Return the file of each run's recorded configuration, where there is one."""
    return {p.run_id: file for p in folder.files if (file := _config_file(p)).is_file()}


def _config_file(file: PlacedFile) -> Path:
    """Return where a configuration is recorded: in the run's own directory."""
    depth = 0 if file.stream == "." else len(Path(file.stream).parts)
    return file.path.parents[depth] / CONFIG_FILE


def _text_of(file: Path) -> str | None:
    """Return the recorded text; None if it cannot be read, of which ``diagnose`` tells."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
