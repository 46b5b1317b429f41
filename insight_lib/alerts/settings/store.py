"""What a lake remembers that the configuration says of alerts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from insight_lib.alerts.settings.section import AlertSettings, alert_settings
from insight_lib.lake.remembered import remember, remembered
from insight_lib.lake.tables import Lake

SETTINGS_FILE = "_alerts.json"


def remembered_alerts(lake: Lake) -> AlertSettings:
    """Return whom a lake tells of what; nobody of anything where no configuration said so.

    Raises:
        ConfigError: What is remembered names something that there is no more.
        LakeError: The file that says so is damaged.
    """
    kept = remembered(_path(lake))
    return alert_settings(kept.changes or {}, _path(lake), [])


def remember_alerts(lake: Lake, stated: Mapping[str, Any] | None) -> None:
    """Store in the lake what the configuration says of alerts; None keeps what is stored.

    Passwords are not in it: the configuration names the variables that hold them. Call it as the
    lake's only writer.

    Raises:
        LakeError: The file that holds the last is damaged.
    """
    if stated is not None:
        remember(_path(lake), stated, unchanged={})


def _path(lake: Lake) -> Path:
    return lake.root / SETTINGS_FILE
