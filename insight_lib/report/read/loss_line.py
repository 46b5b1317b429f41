"""The charts of a run -> its loss as a small picture."""

from collections.abc import Sequence

from insight_lib.report.read.downsample import kept
from insight_lib.report.records.loss_line import LossLine
from insight_lib.report.records.run_page import Chart
from insight_lib.report.records.sparkline import sparkline

MAX_POINTS = 62


def loss_line(charts: Sequence[Chart]) -> LossLine | None:
    """Draw the foremost series of the foremost chart: the training loss where there is one.

    Args:
        charts: of a run, the most telling first.

    Returns:
        None where no chart shows how good the run is, or its series has no two numbers.
    """
    if not charts or not charts[0].is_result:
        return None
    chart = charts[0]
    series = chart.series[0]
    shown = kept(series.values, MAX_POINTS)
    picture = sparkline(
        {
            "series_name": f"{series.name}: {chart.title}",
            "series_steps": series.steps[shown].tolist(),
            "series_values": series.values[shown].tolist(),
        }
    )
    if picture is None:
        return None
    return LossLine(float(series.values[0]), float(series.values[-1]), picture)
