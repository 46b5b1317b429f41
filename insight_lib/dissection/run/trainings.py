"""The views of runs whose folders hold several trainings: of the last, with the earlier ones."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pyarrow as pa

from insight_lib.dissection.run.view import RunView, run_views
from insight_lib.events.parted_rows import Name, Parted
from insight_lib.series.recognition import RECOGNISED, RoleSource
from insight_lib.series.series import Key


def training_views(
    parted: Parted,
    layer_stats: pa.Table,
    configs: Mapping[str, str],
    sample_counts: pa.Table | None = None,
    role_source: RoleSource = RECOGNISED,
    topologies: Mapping[str, str] | None = None,
) -> Iterator[RunView]:
    """Yield a view of the last training of every run, by rising ``run_id``; see `run_views`.

    Layers, configuration and samples are those of the last training; an earlier one is known by its
    scalars alone.
    """
    earlier: dict[str, list[RunView]] = defaultdict(list)
    for training in reversed(parted.earlier):
        for view in _views(training, layer_stats.slice(0, 0), {}, role_source=role_source):
            earlier[view.run_id].append(view)
    for view in _views(parted, layer_stats, configs, sample_counts, role_source, topologies):
        before = earlier.get(view.run_id)
        yield replace(view, earlier=tuple(before)) if before else view


def _views(
    parted: Parted,
    layer_stats: pa.Table,
    configs: Mapping[str, str],
    sample_counts: pa.Table | None = None,
    role_source: RoleSource = RECOGNISED,
    topologies: Mapping[str, str] | None = None,
) -> Iterator[RunView]:
    interleaved, wrapped = _by_run(parted.interleaved), _by_run(parted.wrapped)
    rows = (parted.current, layer_stats, configs, sample_counts, parted.again)
    for view in run_views(*rows, role_source=role_source, topologies=topologies):
        in_turn, counted_on = interleaved.get(view.run_id, {}), wrapped.get(view.run_id, {})
        is_plain = not in_turn and not counted_on
        yield view if is_plain else replace(view, interleaved=in_turn, wrapped=counted_on)


def _by_run(found: Mapping[Name, int]) -> dict[str, dict[Key, int]]:
    by_run: dict[str, dict[Key, int]] = defaultdict(dict)
    for (run_id, stream, tag), number in found.items():
        by_run[run_id][stream, tag] = number
    return by_run
