"""Which runs count as one group: no model is tested on a group it was trained on."""

from collections.abc import Iterable, Mapping


def group_of_runs(run_ids: Iterable[str], programs: Mapping[str, str]) -> dict[str, str]:
    """Return the program of each run; where it is unknown or empty, the run's experiment.

    Runs of one program resemble each other whatever becomes of them, so a model that has seen the
    program would be tested on half-known runs. A program and an experiment of the same name are
    two groups.
    """
    groups = {}
    for run_id in run_ids:
        program = programs.get(run_id)
        groups[run_id] = f"program {program}" if program else f"experiment {experiment_of(run_id)}"
    return groups


def experiment_of(run_id: str) -> str:
    """Return the first directory above a run, below its log root; else the log root.

    >>> experiment_of("logs/resnet/lr-0.1")
    'resnet'
    >>> experiment_of("logs/lr-0.1")
    'logs'
    """
    parts = run_id.split("/")
    return parts[1] if len(parts) > 2 else parts[0]
