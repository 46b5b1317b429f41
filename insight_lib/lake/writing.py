"""Name what a file system refuses while delta-rs or pyarrow writes to a table."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deltalake.exceptions import DeltaError

from insight_lib.write_errors import refusal


@contextmanager
def writing_to(table: Path) -> Iterator[None]:
    """Name the table's folder in what goes wrong while it is written.

    Raises:
        StorageError: The file system takes nothing more, or not from this user.
        DeltaError, OSError: Anything else.
    """
    try:
        yield
    except (DeltaError, OSError) as error:
        raise refusal(error, table) or error from error
