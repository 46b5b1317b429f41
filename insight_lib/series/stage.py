"""The stage that decides what each scalar series is."""

from functools import partial

from insight_lib.events.current_rows import CODED, CURRENT_COLUMNS, current_rows
from insight_lib.lake.batch_log import LEDGERS
from insight_lib.lake.run_stage import Input, RunStage, Tables, run_stage
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers
from insight_lib.series.override import Override
from insight_lib.series.recognition import Known, Recognised
from insight_lib.series.series_table import ROLE_COLUMNS, roles_by_run, series_table
from insight_lib.series.settings_store import SeriesSettings, remembered_series
from insight_lib.series.stated_metrics import IS_STATING, STATING_COLUMNS, stated_by_run

APPLICATION = "series"
SERIES = Input("series", ROLE_COLUMNS)
"""What a stage reads that asks what series are."""


def compute_series(tables: Tables, overrides: tuple[Override, ...]) -> Tables:
    """Decide what each series of some whole runs is."""
    source = Recognised(overrides, stated_by_run(tables["artifacts"]))
    return {"series": series_table(current_rows(tables["scalars"]), source)}


def classification(settings: SeriesSettings) -> RunStage:
    """Return the stage, by what the configuration says of series."""
    return RunStage(
        f"{APPLICATION}-{settings.number}",
        inputs=(
            Input("scalars", CURRENT_COLUMNS, coded=CODED),
            Input("artifacts", STATING_COLUMNS, where=IS_STATING),
        ),
        outputs=("series",),
        compute=partial(compute_series, overrides=settings.overrides),
        ledgers=(LEDGERS["events"],),
    )


def refresh_series(lake: Lake, workers: Workers) -> list[str]:
    """Update the table and return the runs whose series were looked at again.

    These are the runs with new events; all of them after the configuration changed.
    """
    return run_stage(lake, workers, classification(remembered_series(lake)))


def known_roles(tables: Tables, settings: SeriesSettings) -> Known:
    """Return what table ``series`` says, for a stage that has ``SERIES`` among its inputs."""
    return Known(roles_by_run(tables["series"]), Recognised(settings.overrides))
