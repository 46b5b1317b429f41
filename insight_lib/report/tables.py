"""What the report asks of a lake: Arrow tables by name, and nothing of how they are kept."""

from collections.abc import Sequence
from typing import Protocol

import pyarrow as pa


class Tables(Protocol):
    """A lake, seen as tables of the contracts in ``schemas/``."""

    def read(
        self,
        name: str,
        columns: Sequence[str] | None = None,
        run_ids: Sequence[str] | None = None,
    ) -> pa.Table:
        """Return rows of one table.

        Args:
            name: the table, such as ``scalars``.
            columns: the columns wanted; None is all of them.
            run_ids: only rows of these runs; None is every row. Only for tables with ``run_id``.

        Returns:
            The rows in any order; an empty table of the right schema where there are none.
        """
        ...
