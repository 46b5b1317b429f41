"""The view of a run that was traced into a folder."""

from insight_lib.dissection.layers.layer_statistics import layer_statistics
from insight_lib.dissection.reading import find_event_files, read_files
from insight_lib.dissection.run.view import run_views
from insight_lib.events.parted_rows import parted_rows


def view_of(folder):
    """Return the view of the one run in a folder, with the configuration recorded there."""
    files = find_event_files(folder).files
    found = read_files(files)
    configs = {files[0].run_id: (folder / "insight_config.json").read_text(encoding="utf-8")}
    scalars = parted_rows(found.scalars).current
    return next(run_views(scalars, layer_statistics(found.measured).rows, configs))
