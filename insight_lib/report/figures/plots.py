"""The plots of a run's page: figures with their titles, their heights and what they leave out."""

from dataclasses import dataclass

from markupsafe import Markup

from insight_lib.report.figures.charts import chart_figure, chart_notes
from insight_lib.report.figures.embed import embedded
from insight_lib.report.figures.evaluation import CURVES, auc_figure, curve_figure
from insight_lib.report.figures.evaluation_notes import auc_notes, curve_notes
from insight_lib.report.figures.layers import TITLES, grid_figure, grid_notes
from insight_lib.report.figures.shared import Figure
from insight_lib.report.records.run_page import RunPage

AUC_TITLE = "AUC over steps, with its 95 % interval"
CHART_PIXELS = 280
SHOWN_CHARTS = 6
"""Charts in sight at first; the others are drawn when they are unfolded."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot with its title in HTML; ``figure`` is None where there is nothing to draw."""

    title: str
    figure: Markup | None
    notes: tuple[str, ...] = ()
    height: int = CHART_PIXELS


@dataclass(frozen=True, slots=True)
class RunPlots:
    """All plots of a run by the section they stand in."""

    charts: tuple[Plot, ...]
    folded: tuple[Plot, ...]
    grids: tuple[Plot, ...]
    auc: Plot | None
    curves: tuple[Plot, ...]


def run_plots(page: RunPage) -> RunPlots:
    """Return the plots of a page; what the run did not write yields no plot."""
    charts = tuple(
        _plot(chart.title, chart_figure(chart), chart_notes(chart)) for chart in page.charts
    )
    auc = auc_figure(page.auc)
    return RunPlots(
        charts=charts[:SHOWN_CHARTS],
        folded=charts[SHOWN_CHARTS:],
        grids=tuple(
            _plot(TITLES[grid.measure], grid_figure(grid), grid_notes(grid)) for grid in page.grids
        ),
        auc=None if auc is None else _plot(AUC_TITLE, auc, auc_notes(page.steadiness)),
        curves=_curves(page),
    )


def _curves(page: RunPage) -> tuple[Plot, ...]:
    figures = ((kind, curve_figure(kind, page.curves)) for kind in CURVES)
    return tuple(
        _plot(CURVES[kind][0], figure, curve_notes(kind, page))
        for kind, figure in figures
        if figure is not None
    )


def _plot(title: str, figure: Figure | None, notes: list[str] | None = None) -> Plot:
    if figure is None:
        return Plot(title, None, tuple(notes or ()))
    height = figure["layout"].get("height", CHART_PIXELS)
    return Plot(title, embedded(figure), tuple(notes or ()), height)
