"""Small files next to the tables, each whole at any moment: as it was before, or as it is now."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from insight_lib.write_errors import refusal


def store_json(path: Path, content: Mapping[str, Any]) -> None:
    """Replace the object in a file durably.

    Raises:
        StorageError: The file system refuses the write; the file keeps its former object.
    """
    partial = path.with_suffix(".partial")
    try:
        with partial.open("w", encoding="utf-8") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise refusal(error, path) or error from error
