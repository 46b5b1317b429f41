"""What a lake remembers that the configuration says of series, and how often that changed."""

from dataclasses import dataclass
from pathlib import Path

from insight_lib.errors import LakeError
from insight_lib.lake.remembered import remember, remembered
from insight_lib.lake.tables import Lake
from insight_lib.series.override import Override
from insight_lib.series.settings import checked, stated_of

SETTINGS_FILE = "_series.json"


@dataclass(frozen=True)
class SeriesSettings:
    """What the configuration says of series; ``number`` counts the changes."""

    number: int = 0
    overrides: tuple[Override, ...] = ()


def remembered_series(lake: Lake) -> SeriesSettings:
    """Return what the configuration last said of series in a lake.

    Raises:
        ConfigError: It names a role or a field that there is no more.
        LakeError: The file that says so is damaged.
    """
    path = _path(lake)
    kept = remembered(path)
    try:
        stated = dict(kept.changes or ())
    except (ValueError, TypeError) as error:
        raise LakeError(f"{path} is damaged ({error}); restore the file from a copy") from error
    return SeriesSettings(kept.number, checked(stated, path))


def remember_series(lake: Lake, overrides: tuple[Override, ...] | None) -> None:
    """Store in the lake what the configuration says of series; None keeps what is stored.

    Call it as the lake's only writer.

    Raises:
        LakeError: The file that holds the last is damaged.
    """
    if overrides is not None:
        # Pairs, since the order counts: JSON as it is read back.
        stated = [list(pair) for pair in stated_of(overrides)]
        remember(_path(lake), stated, unchanged=[])


def _path(lake: Lake) -> Path:
    return lake.root / SETTINGS_FILE
