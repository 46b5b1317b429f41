"""The Spark data source ``tfevents``."""

import json
from collections.abc import Iterator, Sequence

from insight_lib.dealer.extras import needs_extra
from insight_lib.errors import InputError

with needs_extra("spark"):
    import pyarrow as pa
    from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.types import StructType

    from insight_lib.lake.workers import spread
    from insight_lib.sources.paths import EventFile, event_files
    from insight_lib.sources.rows import ROWS, file_rows

PARTITION_BYTES = 16 << 20
"""About as much as a task reads: seconds of work at most, and many tasks for a few GB."""

OPEN_BYTES = 64 << 10
"""What opening a file costs, in bytes that could be read instead."""


class TfEvents(DataSource):
    """Event files of TensorBoard as rows.

    The path is a file, a folder, a pattern or a URI; ``load`` takes several. The columns are those
    of `ROWS`; each file is read by one task, as far as it went when the query was planned.
    """

    @classmethod
    def name(cls) -> str:
        """Return the name for ``format`` and ``USING``."""
        return "tfevents"

    def schema(self) -> StructType:
        """Return the columns."""
        return from_arrow_schema(ROWS)

    def reader(self, schema: StructType) -> "TfEventsReader":
        """Return the reader of the paths.

        Raises:
            InputError: No path is given, or columns are asked for that there are not.
        """
        if schema.names != ROWS.names:
            raise InputError(
                f"tfevents gives the columns {', '.join(ROWS.names)}; leave out .schema(...) and "
                "select those that are wanted"
            )
        return TfEventsReader(self._paths())

    def _paths(self) -> list[str]:
        if "paths" in self.options:
            return list(json.loads(self.options["paths"]))
        if "path" in self.options:
            return [self.options["path"]]
        raise InputError("tfevents needs a path: load('logs'), or OPTIONS (path 'logs') in SQL")


class FilesPartition(InputPartition):
    """The files of one task."""

    def __init__(self, files: list[EventFile]) -> None:
        super().__init__(files)


class TfEventsReader(DataSourceReader):
    """Plans the reading of some paths, and reads."""

    def __init__(self, paths: list[str]) -> None:
        self.paths = paths

    def partitions(self) -> Sequence[InputPartition]:
        """Group the files into tasks of about `PARTITION_BYTES`.

        Raises:
            InputError: A path leads to no event file.
        """
        files = event_files(self.paths)
        groups = spread(files, lambda file: file.size + OPEN_BYTES, len(files), PARTITION_BYTES)
        return [FilesPartition(group) for group in groups]

    def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
        """Read the files of a task.

        Raises:
            EventFileError: A file is gone since the query was planned, or closed.
        """
        for file in partition.value:
            yield from file_rows(file)
