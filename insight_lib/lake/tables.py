"""The lake: one folder, a Delta table for each contract, opened, read and committed here.

Commits go through delta-rs: a few milliseconds each, no JVM. Each carries an application
transaction (application, version), so that what was committed before a crash is known after it.
The tables stay readable for everyone: reader version 1, no deletion vectors, no column mapping.
"""

import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import CommitProperties, DeltaTable, Schema
from deltalake.exceptions import CommitFailedError, DeltaError
from deltalake.transaction import AddAction, RemoveAction, Transaction

from insight_lib.errors import LakeError
from insight_lib.lake.contract import contract, table_names
from insight_lib.lake.new_table import create_table, is_begun, is_table
from insight_lib.lake.parquet import DataFile, file_prefix, write_data_file
from insight_lib.lake.scan import LiveFile, live_files, read_rows
from insight_lib.lake.versions import (
    add_columns,
    mark_current,
    version_differences,
    version_of,
)
from insight_lib.lake.writing import writing_to

__all__ = ["NO_VERSION", "Lake", "open_lake"]

NO_VERSION = -1
# Rows that a replacement keeps are held up to here before they are written: few files, but never
# a table in the driver's memory.
MOST_ROWS_HELD = 1_000_000


class Lake:
    """The tables of one folder. Open one with `open_lake`; instances hold only the path."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def table_uri(self, name: str) -> str:
        """Return the URI of a table, for workers that read or write its files."""
        return (self.root / name).as_uri()

    def has(self, name: str) -> bool:
        """Return whether the table is there; one that an earlier version did not make is not."""
        return is_begun(self.root / name)

    def delta(self, name: str) -> DeltaTable:
        """Return the current version of a table that is there."""
        return DeltaTable(self.root / name)

    def committed(self, name: str, application: str) -> int:
        """Return the last version that the application committed to the table, -1 if none."""
        version = self.delta(name).transaction_version(application) if self.has(name) else None
        return NO_VERSION if version is None else int(version)

    def watermark(self, names: Iterable[str]) -> int:
        """Return a number that grows whenever one of the tables gets a new version."""
        return sum(int(self.delta(name).version()) for name in names if self.has(name))

    def is_outdated(self, name: str) -> bool:
        """Return whether rows of the table may lack what the contract's version added."""
        return self.has(name) and version_of(self.delta(name)) < contract(name).version

    def mark_current(self, name: str) -> None:
        """Note that all rows of a table are as the contract's version says.

        It is given the columns of that version, which it lacks where nothing was committed to it.
        """
        with writing_to(self.root / name):
            add_columns(self.delta(name), name)
            mark_current(self.delta(name), name)

    def files(self, name: str, run_ids: Iterable[str] | None = None) -> list[LiveFile]:
        """Return the table's files that may hold rows of the runs, or all; none without a table."""
        return live_files(self.delta(name), "run_id", run_ids) if self.has(name) else []

    def read(
        self,
        name: str,
        columns: Sequence[str] | None = None,
        run_ids: Sequence[str] | None = None,
        where: ds.Expression | None = None,
    ) -> pa.Table:
        """Return rows of a table, of some runs or all, with the contract's exact types."""
        if run_ids is not None:
            chosen = ds.field("run_id").isin(list(run_ids))
            where = chosen if where is None else chosen & where
        paths = [file.path for file in self.files(name, run_ids)]
        return read_rows(self.table_uri(name), name, paths, columns, where)

    def append(self, name: str, files: Sequence[DataFile], application: str, version: int) -> None:
        """Add files to a table in one commit, unless this version was committed before."""
        if files and self.committed(name, application) < version:
            self._commit(name, files, [], application, version)

    def replace(
        self,
        name: str,
        column: str,
        values: Iterable[str],
        new: pa.Table | Sequence[DataFile],
        application: str,
        version: int,
    ) -> None:
        """Replace all rows whose ``column`` is one of ``values`` by new rows, atomically.

        Only files that hold such a row are written again. Nothing happens where this version was
        committed before.

        Raises:
            ContractError: The new rows break the table's contract.
        """
        wanted = set(values)

        def doomed(rows: pa.Table) -> pa.Array:
            return pc.is_in(rows[column], pa.array(wanted, pa.string()))

        among = {column: sorted(wanted)}
        self.replace_where(name, among, doomed, new, application, version)

    def replace_where(
        self,
        name: str,
        among: Mapping[str, Sequence[Any]],
        doomed: Callable[[pa.Table], pa.Array],
        new: pa.Table | Sequence[DataFile],
        application: str,
        version: int,
    ) -> None:
        """Replace all rows for which ``doomed`` is true by new rows; otherwise like `replace`.

        Args:
            name: The table.
            among: Values, rising, of columns of ``scan.PRUNED_BY``: files without one of them in
                each of the columns are not read, as they hold no such row.
            doomed: Some rows of the table to a mask.
            new: What comes.
            application: Under which the commit is recorded.
            version: The application's.
        """
        if self.committed(name, application) >= version:
            return
        files = list(self._as_files(name, new, version))
        removed: list[str] = []
        survivors = contract(name).empty()
        for file in self.files(name):
            if not file.may_hold(among):
                continue
            rows = read_rows(self.table_uri(name), name, [file.path])
            kept = rows.filter(pc.invert(doomed(rows)))
            if kept.num_rows < rows.num_rows:
                removed.append(file.path)
                survivors = pa.concat_tables([survivors, kept])
            if survivors.num_rows > MOST_ROWS_HELD:
                files += self._as_files(name, survivors, version)
                survivors = contract(name).empty()
        files += self._as_files(name, survivors, version)
        self._commit(name, files, removed, application, version)

    def swap_files(
        self, name: str, planned: DeltaTable, files: Sequence[DataFile], removed: Sequence[str]
    ) -> None:
        """Replace files by others with the same rows, in one commit.

        Args:
            name: The table.
            planned: The version of it in which the others were chosen.
            files: What comes.
            removed: Paths of what goes.

        Raises:
            LakeError: Another writer removed one of the files meanwhile; nothing was changed.
        """
        try:
            self._write(planned, name, files, removed, CommitProperties(), data_change=False)
        except CommitFailedError as error:
            raise LakeError(
                f"table {name} was changed by another program while its files were rewritten; "
                "run `insight maintain` again, nothing was changed"
            ) from error

    def _as_files(
        self, name: str, rows: pa.Table | Sequence[DataFile], version: int
    ) -> Sequence[DataFile]:
        if not isinstance(rows, pa.Table):
            return rows
        if rows.num_rows == 0:
            return []
        return [write_data_file(self.table_uri(name), name, file_prefix(version), rows)]

    def _commit(
        self,
        name: str,
        files: Sequence[DataFile],
        removed: Sequence[str],
        application: str,
        version: int,
    ) -> None:
        if not self.has(name):
            create_table(self.root / name)
        transaction = CommitProperties(app_transactions=[Transaction(application, version)])
        self._write(self.delta(name), name, files, removed, transaction, data_change=True)

    def _write(
        self,
        table: DeltaTable,
        name: str,
        files: Sequence[DataFile],
        removed: Sequence[str],
        properties: CommitProperties,
        *,
        data_change: bool,
    ) -> None:
        with writing_to(self.root / name):
            add_columns(table, name)
        now_ms = int(time.time() * 1000)
        actions: list[AddAction | RemoveAction] = [
            AddAction(f.path, f.size_bytes, {}, f.modified_ms, data_change, f.statistics)
            for f in files
        ]
        actions += [RemoveAction(path, data_change, now_ms) for path in removed]
        with writing_to(self.root / name):
            table.create_write_transaction(
                actions,
                mode="append",
                schema=Schema.from_arrow(contract(name).schema),
                commit_properties=properties,
            )


def open_lake(
    root: str | os.PathLike[str], *, create: bool = False, only: Collection[str] | None = None
) -> Lake:
    """Open a lake; with ``create`` an absent or empty folder becomes one.

    A lake of an earlier version may lack tables: they read as empty, and the first commit to one
    makes it.

    Args:
        root: Its folder.
        create: Whether to make what is missing.
        only: Tables that will be used: the others are not looked into. None is all.

    Raises:
        LakeError: The folder is absent or is no lake, or a table was written by a newer version
            or differs from its contract; all differences are listed.

    Example:
        >>> from insight_lib import open_lake
        >>> lake = open_lake("lake", create=True)
        >>> lake.read("findings", ["run_id", "rule", "layer"]).num_rows
        0
    """
    root = Path(root).expanduser().resolve()
    lake = Lake(root)
    try:
        present = [name for name in table_names() if lake.has(name)]
        problems = [
            problem
            for name in present
            if only is None or name in only
            for problem in version_differences(lake.delta(name), name)
        ]
    except (DeltaError, OSError) as error:
        raise LakeError(
            f"the lake {root} cannot be read ({error}); make its folders readable, or restore them"
        ) from error
    missing = [name for name in table_names() if name not in present]
    if not present:
        _check_may_create(root, create)
    if problems:
        raise LakeError(f"the lake {root} cannot be used: {'; '.join(problems)}")
    if create:
        for name in missing:
            create_table(root / name)
    return lake


def _check_may_create(root: Path, create: bool) -> None:
    if not create:
        raise LakeError(
            f"there is no lake at {root}; create one with `insight nightly --lake {root} LOG_ROOT`"
        )
    if root.exists() and not root.is_dir():
        raise LakeError(f"{root} is a file; name a folder for the lake")
    strangers = [path.name for path in root.glob("[!_]*") if not is_table(path)]
    if strangers:
        raise LakeError(
            f"{root} is neither a lake nor empty (it holds {strangers[0]}); name an empty folder"
        )
