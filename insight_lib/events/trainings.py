"""Trainings that wrote into one folder, one after the other: where each begins.

A training begins where a later file starts again at nearly the first step: less than one logging
interval after it. A restart from a checkpoint goes back to a later step and is none. The stream
with the longest series says where; of its series the one that has most points both before and after
a place must start again there, since an evaluation may start again where a resumed training goes
on. Within one file, steps that start again may as well be those of each epoch's batches: there the
values must start again too, and no series may go on rising meanwhile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.events.superseded import is_interleaved

_LEAST_POINTS = 3
"""Points of a training that begins within a file, and of what comes before it."""
_NOISES = 3
"""Mean differences of two neighbours by which a training must have moved what starts again."""


@dataclass(frozen=True)
class Written:
    """One series as it was written, in the order of writing; all of shape (n,).

    Attributes:
        place: of each point among all of its run, by file and offset; rising.
        file: number of each point's file.
        steps: of each point.
        values: of each point.
        wall_times: when each was written; NaN where the clock was lost.
    """

    place: Integers
    file: Integers
    steps: Integers
    values: Floats
    wall_times: Floats


@dataclass
class _Restart:
    """A place at which series start again, and which of the stream's series do."""

    place: int
    file: int
    members: set[int]


def training_numbers(streams: Sequence[Sequence[Written]]) -> list[list[Integers]]:
    """Return the number of the training, from 0, of each point of a run.

    Args:
        streams: the series of each stream of the run.
    """
    main = max(range(len(streams)), key=lambda at: max(len(one.place) for one in streams[at]))
    begun = _beginnings(streams[main])
    if not begun:
        return [[np.zeros(len(one.place), np.int64) for one in series] for series in streams]
    times = np.array([_time_of(streams[main], place) for place in begun])
    return [
        _by_place(series, begun) if at == main else _like_main(series, begun, times)
        for at, series in enumerate(streams)
    ]


def _like_main(series: Sequence[Written], begun: Sequence[int], times: Floats) -> list[Integers]:
    """Return the numbers of a stream by its own beginnings, or by the clock where these differ."""
    own = _beginnings(series)
    if len(own) == len(begun):
        return _by_place(series, own)
    return [(one.wall_times[:, None] >= times).sum(axis=1).astype(np.int64) for one in series]


def _by_place(series: Sequence[Written], begun: Sequence[int]) -> list[Integers]:
    return [np.searchsorted(begun, one.place, side="right").astype(np.int64) for one in series]


def _time_of(series: Sequence[Written], place: int) -> float:
    found = (one.wall_times[one.place == place] for one in series)
    return next(float(times[0]) for times in found if times.size)


def _beginnings(series: Sequence[Written]) -> list[int]:
    """Return the places at which the trainings of a stream begin, but for the first."""
    restarts = list(_restarts(series))
    end_of_all = max(int(one.place[-1]) for one in series) + 1
    begun: list[int] = []
    for at, restart in enumerate(restarts):
        end = restarts[at + 1].place if at + 1 < len(restarts) else end_of_all
        since = begun[-1] if begun else 0
        if _is_beginning(series, restart, since, end):
            begun.append(restart.place)
    return begun


def _restarts(series: Sequence[Written]) -> Iterator[_Restart]:
    """Yield where series start again; those that do so in one file, once each, do so together."""
    found = sorted(
        (_place_of_restart(series, one, at), int(one.file[at]), number)
        for number, one in enumerate(series)
        for at in _starts_again(one)
    )
    last: _Restart | None = None
    for place, file, number in found:
        if last is not None and last.file == file and number not in last.members:
            last.members.add(number)
            continue
        if last is not None:
            yield last
        last = _Restart(place, file, {number})
    if last is not None:
        yield last


def _place_of_restart(series: Sequence[Written], one: Written, at: int) -> int:
    """Return the place of a point; where its series enters a file with it, that of the file."""
    file = one.file[at]
    if one.file[at - 1] == file:
        return int(one.place[at])
    return min(int(each.place[each.file == file][0]) for each in series if file in each.file)


def _starts_again(one: Written) -> Integers:
    """Return the points, but for the first, at which a series is at its first step again."""
    steps, file = one.steps, one.file
    is_in_turn = is_interleaved(steps, len(np.unique(file)), one.wall_times)
    # All equal: a first value that each session writes, or the steps of who never passes any.
    if is_in_turn or (steps == steps[0]).all():
        return np.zeros(0, np.int64)
    rises = np.diff(steps)
    interval = float(np.median(rises[rises > 0])) if (rises > 0).any() else 0.0
    is_near = (steps[1:] <= steps[0]) | (steps[1:] < steps[0] + interval)
    again = (rises < 0) | ((np.diff(file) != 0) & (rises == 0))
    return np.flatnonzero(is_near & again) + 1


def _is_beginning(series: Sequence[Written], restart: _Restart, since: int, end: int) -> bool:
    """Return whether a training begins where some series start again."""
    spanning: dict[int, int] = {}
    files_before: set[int] = set()
    for number, one in enumerate(series):
        low, at, high = np.searchsorted(one.place, [since, restart.place, end])
        if low < at < high:
            spanning[number] = int(at - low)
        files_before.update(one.file[low:at].tolist())
    is_new_file = restart.file not in files_before
    if not spanning:
        return is_new_file
    finest = max(spanning, key=lambda number: (spanning[number], number in restart.members))
    if finest not in restart.members:
        return False
    if is_new_file:
        return True
    goes_on = any(
        _rises(one, since, end) for at, one in enumerate(series) if at not in restart.members
    )
    return not goes_on and _values_start_again(series[finest], restart.place, since, end)


def _rises(one: Written, since: int, end: int) -> bool:
    low, high = np.searchsorted(one.place, [since, end])
    return bool(high - low > 1 and one.steps[high - 1] > one.steps[low])


def _values_start_again(one: Written, place: int, since: int, end: int) -> bool:
    """Return whether a series is nearer to how it began than to where it was, beyond its noise."""
    low, at, high = np.searchsorted(one.place, [since, place, end])
    if min(at - low, high - at) < _LEAST_POINTS:
        return False
    spans = slice(low, low + _LEAST_POINTS), slice(at - _LEAST_POINTS, at)
    first, last, again = (
        float(np.median(one.values[span])) for span in (*spans, slice(at, at + _LEAST_POINTS))
    )
    steps = np.abs(np.diff(one.values[low:at]))
    is_far = abs(first - last) > _NOISES * float(np.mean(steps))
    return np.isnan(last) > np.isnan(again) or (is_far and abs(again - first) < abs(again - last))
