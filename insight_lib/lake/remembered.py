"""What a section of the settings file says, as a lake remembers it in a file next to its tables.

A stage that works by such settings bears the number of their changes: with a new number no run has
been worked on yet, so that the stage works on all of them again.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from insight_lib.errors import LakeError
from insight_lib.lake.atomic_json import store_json


@dataclass(frozen=True)
class Remembered:
    """What a section said last; ``number`` counts the changes, 0 where it never said anything."""

    number: int = 0
    changes: Any = None


def remembered(path: Path) -> Remembered:
    """Return what a file of the lake keeps.

    Raises:
        LakeError: The file is damaged.
    """
    if not path.exists():
        return Remembered()
    try:
        return Remembered(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise LakeError(f"{path} is damaged ({error}); restore the file from a copy") from error


def remember(path: Path, changes: Any, unchanged: Any) -> None:  # noqa: ANN401  (any JSON)
    """Keep what a section says now, durably, unless the file keeps just that.

    Call it as the lake's only writer.

    Args:
        path: The file.
        changes: What the section says.
        unchanged: What it says where it says nothing.

    Raises:
        LakeError: The file is damaged.
        StorageError: The file system refuses the write.
    """
    kept = remembered(path)
    if changes != (unchanged if kept.changes is None else kept.changes):
        store_json(path, {"number": kept.number + 1, "changes": changes})
