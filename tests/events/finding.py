"""The event files below a folder, as paths."""

from pathlib import Path

from insight_lib.files.listing import is_event_file, list_files


def find_event_files(root):
    return [Path(found.place) for found in list_files(root, is_event_file).files]
