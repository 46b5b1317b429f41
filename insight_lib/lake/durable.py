"""Small files beside the tables, each whole at any moment: as it was before, or as it is now."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def store_json(path: Path, content: Mapping[str, Any]) -> None:
    """Put an object in the place of what the file held, durably."""
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
