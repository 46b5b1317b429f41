"""A run as the rules see it: its scalar series and layer tensors as numpy arrays.

``run_views`` turns the ``scalars`` and ``layer_stats`` of any number of runs into one ``RunView`` a
run; each table is sorted once and then cut, so that a series costs a few slices.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import pyarrow as pa

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.columnar.grouping import group_spans, keys_of
from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.run.recorded.graph_order import in_graph_order
from insight_lib.dissection.run.samples import Samples, run_samples
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.events.current_rows import places_of
from insight_lib.series.by_run import series_by_run
from insight_lib.series.recognition import RECOGNISED, RoleSource
from insight_lib.series.role import Phase, Role, SeriesRole
from insight_lib.series.series import Key, Series
from insight_lib.tracer.stats_format import QUANTILES

QUANTILE_NAMES = tuple(f"q{round(q * 100):02d}" for q in QUANTILES)
_STATISTICS = (
    "count",
    "mean",
    "std",
    "min",
    "max",
    "l1",
    "l2",
    "zero_fraction",
    "nan_fraction",
    "inf_fraction",
    "dead_fraction",
    "saturated_fraction",
    "update_ratio",
    "positive_fraction",
    "sign_change_rate",
    "change_since_start",
    "touched_fraction",
    "untouched_fraction",
    "constant_fraction",
    "gradient_ratio_to_top",
    "gradient_ratio_to_above",
    "spectral_norm",
    "effective_rank",
    "smoothness",
)
STATISTICS = _STATISTICS + QUANTILE_NAMES


@dataclass(frozen=True)
class NamedSeries:
    """A scalar series with the stream and tag that it was found under, and what it is.

    ``series`` is in the unit of ``about``: per cent that were written are fractions here.
    """

    stream: str
    tag: str
    series: Series
    about: SeriesRole

    @property
    def name(self) -> str:
        """``train/epoch_loss``; the tag alone for the run's own stream."""
        return self.tag if self.stream == "." else f"{self.stream}/{self.tag}"


@dataclass(frozen=True, eq=False)
class RunView:
    """What is known of one run; the only thing a rule may look at. A view equals only itself.

    Attributes:
        run_id: the run.
        scalars: (stream, tag) to its series.
        layers: (layer, tensor, kind) to its series.
        config: the recorded configuration; None where there is none that can be read as an object.
        samples: split to what its steps were evaluated on.
        wall_times: (stream, tag) to when each point of its series was written, (n,) in seconds
            since 1970; NaN where the clock was lost.
        superseded: (stream, tag) to the steps, (k,) rising, of points that a restart wrote again.
        stepless: (stream, tag) to the one step that all points of its series carry, of those whose
            writer never passed a step.
        role_source: says what the scalar series are.
        interleaved: (stream, tag) to the number of files that it was written to in turn.
        wrapped: (stream, tag) to the last step before its counter started again for want of bits.
        earlier: what was trained in the run's folder before, the first training first; their
            scalars only, since no more is kept.
        found: what the rules found in an earlier training.
        answers: what was worked out of this view; see ``once.once_a_view``.
    """

    run_id: str
    scalars: Mapping[Key, Series]
    layers: Mapping[tuple[str, str, str], TensorSeries]
    config: Mapping[str, Any] | None
    samples: Mapping[str, Samples]
    wall_times: Mapping[Key, Floats] = field(default_factory=dict)
    superseded: Mapping[Key, Integers] = field(default_factory=dict)
    stepless: Mapping[Key, int] = field(default_factory=dict)
    role_source: RoleSource = RECOGNISED
    interleaved: Mapping[Key, int] = field(default_factory=dict)
    wrapped: Mapping[Key, int] = field(default_factory=dict)
    earlier: tuple["RunView", ...] = ()
    found: tuple[Finding, ...] = ()
    answers: dict[object, Any] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of_nothing(cls, run_id: str) -> Self:
        """Return the view of a run that wrote nothing that a rule may look at."""
        return cls(run_id, {}, {}, None, {})

    @cached_property
    def roles(self) -> Mapping[Key, SeriesRole]:
        """What each scalar series is."""
        return self.role_source.roles(self.run_id, self.scalars)

    def with_role(
        self, *roles: Role, phases: Collection[Phase] = tuple(Phase)
    ) -> list[NamedSeries]:
        """Return the scalar series of some roles, the surest first, then by stream and tag.

        Args:
            roles: any of these.
            phases: of any of these phases; a series of no known phase is always returned.
        """
        asked = (roles, phases if isinstance(phases, frozenset) else frozenset(phases))
        if asked not in self.answers:
            self.answers[asked] = tuple(self._with_role(*asked))
        return list(self.answers[asked])

    def _with_role(
        self, roles: Collection[Role], phases: Collection[Phase]
    ) -> Iterator[NamedSeries]:
        for one in self._named:
            if one.about.role in roles and (one.about.phase is None or one.about.phase in phases):
                yield one

    @cached_property
    def _named(self) -> tuple[NamedSeries, ...]:
        """Every scalar series, the surest first."""
        found = (
            NamedSeries(stream, tag, _in_unit(self.scalars[stream, tag], about), about)
            for (stream, tag), about in self.roles.items()
        )
        return tuple(sorted(found, key=lambda one: -one.about.sure))

    def of_kind(self, kind: str) -> list[TensorSeries]:
        """Return the tensors of a kind from the input to the output; unknown depths come last."""
        return list(self._by_kind.get(kind, []))

    @cached_property
    def first_step(self) -> int | None:
        """The first step that is known of the run; None where none is."""
        return min((int(steps[0]) for steps in self._all_steps()), default=None)

    @cached_property
    def last_step(self) -> int | None:
        """The last step that is known of the run; None where none is."""
        return max((int(steps[-1]) for steps in self._all_steps()), default=None)

    def _all_steps(self) -> Iterator[Integers]:
        known = [one.steps for one in self.scalars.values()]
        known += [one.steps for one in self.layers.values()]
        return (steps for steps in known if steps.size)

    @cached_property
    def _by_kind(self) -> dict[str, list[TensorSeries]]:
        found: dict[str, list[TensorSeries]] = {}
        ordered = sorted(
            self.layers.values(), key=lambda s: (s.depth is None, s.depth or 0, s.layer, s.tensor)
        )
        for series in ordered:
            found.setdefault(series.kind, []).append(series)
        return found


def run_views(
    scalars: pa.Table,
    layer_stats: pa.Table,
    configs: Mapping[str, str],
    sample_counts: pa.Table | None = None,
    superseded: pa.Table | None = None,
    role_source: RoleSource = RECOGNISED,
    topologies: Mapping[str, str] | None = None,
) -> Iterator[RunView]:
    """Yield a view of every run that has a row in one of the tables, by rising ``run_id``.

    Args:
        scalars: columns of the ``scalars`` table (run_id, stream, tag, step, wall_time, value are
            read), current points only, in any order; those of one step in the order of writing.
        layer_stats: columns of the ``layer_stats`` table, in any order.
        configs: run_id to its configuration, JSON.
        sample_counts: rows of the table, in any order; None where nothing was evaluated.
        superseded: rows of ``scalars`` that are not current, in any order; None where not known.
        role_source: says what the scalar series are.
        topologies: run_id to its layers in the order of the graph, JSON, of runs that tell of them.
    """
    series = series_by_run(scalars)
    again = {} if superseded is None else series_by_run(superseded)
    tensors = _tensor_series(layer_stats)
    samples = {} if sample_counts is None else run_samples(sample_counts)
    for run_id in sorted(series.keys() | tensors.keys() | samples.keys()):
        own = series.get(run_id, {})
        yield RunView(
            run_id,
            {key: Series(places_of(one.steps), one.values) for key, (one, _) in own.items()},
            in_graph_order(tensors.get(run_id, {}), (topologies or {}).get(run_id)),
            _parse_config(configs.get(run_id)),
            samples.get(run_id, {}),
            {key: times for key, (_, times) in own.items()},
            {key: one.steps for key, (one, _) in again.get(run_id, {}).items()},
            {key: int(one.steps[0]) for key, (one, _) in own.items() if _is_stepless(one)},
            role_source,
        )


def _in_unit(series: Series, about: SeriesRole) -> Series:
    return series if about.scale == 1 else replace(series, values=series.values * about.scale)


def _is_stepless(current: Series) -> bool:
    # The current points of any other series rise in step.
    return current.steps.size > 1 and current.steps[0] == current.steps[-1]


def _tensor_series(table: pa.Table) -> dict[str, dict[tuple[str, str, str], TensorSeries]]:
    names = ("run_id", "layer", "tensor", "kind")
    order, spans = group_spans(table, names, "step")
    steps = table["step"].to_numpy()[order]
    columns = {name: values[order] for name, values in _statistic_columns(table).items()}
    described = _described(table, order, spans)
    runs: dict[str, dict[tuple[str, str, str], TensorSeries]] = {}
    for key, about, span in zip(keys_of(table, names, order, spans), described, spans, strict=True):
        run_id, layer, tensor, kind = key
        cut = {name: values[span] for name, values in columns.items()}
        series = TensorSeries(layer, tensor, kind, steps=steps[span], statistics=cut, **about)
        runs.setdefault(run_id, {})[layer, tensor, kind] = series
    return runs


def _statistic_columns(table: pa.Table) -> dict[str, Floats]:
    columns = {name: _as_float(table[name]) for name in _STATISTICS}
    quantiles = _as_float(table["quantiles"].combine_chunks().flatten())
    by_rank = quantiles.reshape(table.num_rows, len(QUANTILE_NAMES))
    return columns | {name: by_rank[:, place] for place, name in enumerate(QUANTILE_NAMES)}


def _described(table: pa.Table, order: Integers, spans: Sequence[slice]) -> list[dict[str, Any]]:
    first = order[[span.start for span in spans]] if spans else order[:0]
    names = ["depth", "layer_type", "activation", "shape", "trainable", "source"]
    rows = table.select(names).take(pa.array(first)).to_pylist()
    return [row | {"shape": _sizes(row["shape"])} for row in rows]


def _as_float(column: pa.ChunkedArray | pa.Array) -> Floats:
    floats = column.cast(pa.float64())
    return np.asarray(floats.fill_null(np.nan).to_numpy(zero_copy_only=False), dtype=np.float64)


def _parse_config(text: str | None) -> Mapping[str, Any] | None:
    if text is None:
        return None
    try:
        config = json.loads(text)
    except ValueError:
        return None
    return config if isinstance(config, dict) else None


def _sizes(shape: list[int | None] | None) -> tuple[int | None, ...] | None:
    return None if shape is None else tuple(shape)
