"""Reading data files of a table."""

import pyarrow as pa

from insight_lib.lake.parquet import write_data_file
from insight_lib.lake.scan import read_rows


def test_columns_that_are_read_as_dictionaries_have_the_same_rows(lake, scalars):
    uri, coded = lake.table_uri("scalars"), ("run_id", "tag")
    files = [
        write_data_file(uri, "scalars", f"batch-{n}", scalars({"run_id": run}, {"tag": "accuracy"}))
        for n, run in enumerate(("logs/a", "logs/b"))
    ]
    paths = [file.path for file in files]
    plain, found = (
        read_rows(uri, "scalars", paths, ("run_id", "step", "tag"), coded=names)
        for names in ((), coded)
    )
    assert found.to_pylist() == plain.to_pylist()
    assert [name for name in found.schema.names if _is_coded(found[name])] == list(coded)
    assert read_rows(uri, "scalars", (), ("tag",), coded=coded).schema.names == ["tag"]


def _is_coded(column):
    return pa.types.is_dictionary(column.type)
