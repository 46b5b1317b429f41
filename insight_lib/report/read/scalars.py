"""The table ``scalars`` -> charts: one a tag, the streams of the run side by side in it."""

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from insight_lib.columnar.table_groups import floats, groups, integers
from insight_lib.events.current_rows import counted, places_of
from insight_lib.report.read.downsample import kept
from insight_lib.report.records.run_page import Chart, Series
from insight_lib.report.text import OWN_STREAM, stream_name
from insight_lib.series.importance import RESULTS, importance
from insight_lib.series.names.naming import role_of_name
from insight_lib.series.role import Role

COLUMNS = (
    *("run_id", "stream", "tag", "step", "wall_time", "value"),
    *("file_id", "record_offset", "value_index"),
)
ROLE_COLUMNS = ("run_id", "stream", "tag", "role")
WRITTEN_ORDER = ("file_id", "record_offset", "value_index")

MAX_POINTS = 1000
"""Points of a series: more than a screen has columns for."""
MIN_POINTS = 30
PAGE_POINTS = 24_000
"""Points of a page, some 16 bytes each: what keeps a page of many tags below a megabyte."""
MAX_CHARTS = 60
MAX_SERIES = 12
"""Series of a chart: more cannot be distinguished."""

_SPLIT_WORDS = frozenset({"train", "training", "val", "valid", "validation", "test", "eval"})
_OF_A_BATCH = ("input/", "label/")
_KERAS_VALIDATION = re.compile(r"^(epoch_)?val_(?=.)")

Group = tuple[str, pa.Table]


def charts(table: pa.Table, series: pa.Table) -> tuple[tuple[Chart, ...], int]:
    """Return the charts of a run, the loss first, and how many more there are than a page shows.

    Args:
        table: the run's rows of ``scalars``, superseded ones among them, in any order.
        series: its rows of ``series``; those that are missing are judged by their names.

    Returns:
        At most ``MAX_CHARTS`` charts, each series thinned so that the page stays small; and the
        number of charts left out.
    """
    roles = {(row["stream"], row["tag"]): row["role"] for row in series.to_pylist()}
    found: dict[str, list[Group]] = {}
    places: dict[str, int] = {}
    for (stream, tag), rows in groups(table, ["stream", "tag"], WRITTEN_ORDER):
        title, name = chart_of(stream, tag)
        found.setdefault(title, []).append((name, rows))
        role = roles.get((stream, tag)) or role_of_name(stream, tag).role
        places[title] = min(importance(role), places.get(title, len(Role)))
    titles = sorted(found, key=lambda title: _chart_rank(title, places[title]))
    shown = titles[:MAX_CHARTS]
    drawn = sum(min(len(found[title]), MAX_SERIES) for title in shown)
    limit = max(MIN_POINTS, min(MAX_POINTS, PAGE_POINTS // max(drawn, 1)))
    drawn_charts = tuple(
        _chart(title, found[title], limit, is_result=places[title] < len(RESULTS))
        for title in shown
    )
    return drawn_charts, len(titles) - len(shown)


def chart_of(stream: str, tag: str) -> tuple[str, str]:
    """Return which chart a tag belongs to, and its name there.

    The chart is the tag without what only tells the split: a first or last part such as
    ``Loss/train``, or Keras's ``val_``. The name is the stream, with that word where there is one.
    """
    word, title = _without_split(tag)
    if word is None:
        return title, stream_name(stream)
    return title, word if stream == OWN_STREAM else f"{stream} · {word}"


def _without_split(tag: str) -> tuple[str | None, str]:
    parts = tag.split("/")
    for place in (0, -1):
        if len(parts) > 1 and parts[place].lower() in _SPLIT_WORDS:
            word = parts.pop(place)
            return word, "/".join(parts)
    base = _KERAS_VALIDATION.sub(r"\1", tag)
    return (None, tag) if base == tag else ("validation", base)


def _chart_rank(title: str, place: int) -> tuple[bool, int, bool, str]:
    """Return the sort key of a chart: by importance, per-epoch values first, batches last."""
    return title.startswith(_OF_A_BATCH), place, not title.startswith("epoch_"), title


def _chart(title: str, members: Sequence[Group], limit: int, *, is_result: bool) -> Chart:
    ordered = sorted(members, key=lambda member: _series_rank(member[0]))
    series = tuple(_series(name, rows, limit) for name, rows in ordered[:MAX_SERIES])
    return Chart(title, series, is_result)


def _series_rank(name: str) -> tuple[bool, str]:
    """Return the sort key of a series; the training stream keeps the first colour."""
    return not name.startswith("train"), name


def _series(name: str, rows: pa.Table, limit: int) -> Series:
    logged = integers(rows, "step")
    all_steps, current = counted(logged, rows["file_id"], floats(rows, "wall_time"))
    steps, values = places_of(all_steps[current]), floats(rows, "value")[current]
    lost = ~np.isfinite(values)
    shown = kept(values, limit)
    return Series(
        name=name,
        steps=steps[shown],
        values=np.where(lost, np.nan, values)[shown],
        points=len(steps),
        superseded=len(logged) - len(current),
        not_finite=int(lost.sum()),
        first_not_finite=int(steps[lost][0]) if lost.any() else None,
        only_step=int(logged[0]) if len(steps) > 1 and (logged == logged[0]).all() else None,
    )
