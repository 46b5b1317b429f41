"""Which records of a series count where a training was restarted or repeated steps."""

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats, Integers

# A restart, or an evaluation that is done again, writes a point or two of a step to each file.
STEPLESS_POINTS_A_FILE = 3


def current_mask(steps: Integers) -> Booleans:
    """Mark the records of one run, stream and tag that no later record supersedes.

    A record at step s supersedes what the same tag wrote at steps >= s before it, so a record is
    current if its step is less than every later one.

    This is what TensorBoard shows by default, through its data server, which keeps each series'
    steps strictly increasing and drops the tail that a lower or equal step preempts
    (tensorboard/data/server/reservoir.rs), restarted: one that watches files as they grow shows
    what it read last. Like it, the files of a directory follow each other by name, whatever their
    times. It gives up on a file at the first damaged record and at the first event whose wall time
    is NaN; here only the damaged record is lost, and the event with its lost clock counts as any
    other. It also counts every kind of value a tag holds in one series, here each table counts
    alone.

    TensorBoard's older Python loader, ``EventAccumulator``, differs:

    * in files of version 2 and later (``brain.Event:2``) it drops records only at an explicit
      ``SessionLog.START`` event, then those of *all* tags at steps >= the event's, even if nothing
      takes their place, and otherwise keeps whatever was written, also the same step twice;
    * in files without a version it drops by tag as here, but only where the step is less than the
      greatest of any tag so far, so that a step written twice in a row stays twice.

    Args:
        steps: steps in the order of writing, shape (n,); files of one directory in the order of
            their names.

    Returns:
        Shape (n,), True where the record is current; the last always is.
    """
    mask = np.ones(len(steps), np.bool_)
    if len(steps) > 1:
        least_from = np.minimum.accumulate(steps[::-1])[::-1]
        mask[:-1] = steps[:-1] < least_from[1:]
    return mask


def is_stepless(steps: Integers, files: int) -> bool:
    """Return whether a series carries one step throughout, as of a trainer that never passes it.

    Then no record supersedes another: all of them count, in the order of writing. TensorBoard shows
    the last one.

    Args:
        steps: as of `current_mask`.
        files: how many files hold the series.
    """
    return len(steps) >= STEPLESS_POINTS_A_FILE * files and bool((steps == steps[:1]).all())


def is_interleaved(steps: Integers, files: int, wall_times: Floats) -> bool:
    """Return whether the steps of a series rise by the clock, though not in the order of its files.

    Two workers in turn write so, each to a file of its own, and files whose names do not follow
    their times: no step was written twice, and no record supersedes another.

    Args:
        steps: as of `current_mask`.
        files: how many files hold the series.
        wall_times: when each was written, shape (n,), in seconds.
    """
    if files < 2 or not np.isfinite(wall_times).all():
        return False
    by_clock = steps[np.argsort(wall_times, kind="stable")]
    return bool((by_clock[1:] > by_clock[:-1]).all())


def goes_back(steps: Integers) -> bool:
    """Return whether a record follows one of a greater step, as after a restart.

    A step written twice in a row, as some trainers do when they evaluate, does not go back.

    Args:
        steps: as of `current_mask`.
    """
    return bool((steps[1:] < steps[:-1]).any())
