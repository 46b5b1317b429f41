"""The rule settings that a lake remembers, and how often they changed."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from insight_lib.dissection.rule_settings import Changes, catalogue, checked
from insight_lib.dissection.rules.rule import Rule
from insight_lib.lake.remembered import remember, remembered
from insight_lib.lake.tables import Lake

SETTINGS_FILE = "_rules.json"


@dataclass(frozen=True)
class Settings:
    """What the rules are set to; ``number`` counts the changes, 0 is the catalogue as it is."""

    number: int = 0
    changes: Changes = field(default_factory=dict)

    @property
    def rules(self) -> tuple[Rule[Any], ...]:
        """The rules that are wanted, with their thresholds."""
        return catalogue(self.changes)


def remembered_settings(lake: Lake) -> Settings:
    """Return what the rules were last set to in a lake.

    Raises:
        InputError: It names a rule or field that there is no more.
        LakeError: The file that says so is damaged.
    """
    kept = remembered(_path(lake))
    return Settings(kept.number, checked(dict(kept.changes or {}), _path(lake)))


def remember_settings(lake: Lake, changes: Changes | None) -> None:
    """Store new settings in the lake; None keeps the stored ones.

    Call it as the lake's only writer.

    Raises:
        LakeError: The file that holds the last ones is damaged.
    """
    if changes is not None:
        remember(_path(lake), changes, unchanged={})


def _path(lake: Lake) -> Path:
    return lake.root / SETTINGS_FILE
