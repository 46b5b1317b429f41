"""Create a table of the lake, and check whether a folder is one."""

from pathlib import Path

from deltalake import DeltaTable, Schema
from deltalake.exceptions import DeltaError

from insight_lib.errors import LakeError
from insight_lib.lake.contract import contract, table_names
from insight_lib.lake.parquet import SKIPPING_PROPERTY, skipping_columns
from insight_lib.lake.versions import SCHEMA_VERSION_PROPERTY
from insight_lib.write_errors import refusal

LOG = "_delta_log"


def is_table(folder: Path) -> bool:
    """Return whether a folder is that of a table, begun or not."""
    return folder.name in table_names() and (folder / LOG).is_dir()


def is_begun(folder: Path) -> bool:
    """Return whether a table exists; one whose first commit failed has an empty log and no rows."""
    log = folder / LOG
    return log.is_dir() and any(any(place.glob("*.[jp]*")) for place in (log, folder))


def create_table(folder: Path) -> None:
    """Create the empty table that a folder is named for, unless it is there.

    Raises:
        StorageError: The file system takes nothing more.
        LakeError: The folder cannot be written.
    """
    agreed = contract(folder.name)
    try:
        DeltaTable.create(
            folder,
            schema=Schema.from_arrow(agreed.schema),
            mode="ignore",
            name=folder.name,
            description=agreed.doc,
            configuration={
                SCHEMA_VERSION_PROPERTY: str(agreed.version),
                SKIPPING_PROPERTY: skipping_columns(folder.name),
            },
            raise_if_key_not_exists=False,
        )
    except (DeltaError, OSError) as error:
        raise refusal(error, folder) or LakeError(
            f"table {folder.name} cannot be created in {folder.parent} ({error}); make the folder "
            "writable"
        ) from error
