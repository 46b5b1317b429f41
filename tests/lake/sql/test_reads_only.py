"""No statement writes, or reads what is not of the lake."""

import tempfile

import pytest

from insight_lib.errors import InputError
from insight_lib.lake.sql import query
from insight_lib.lake.sql.connection import SETTINGS
from insight_lib.lake.sql.run_query import rows_of

HIDDEN = "what no statement may read"


@pytest.fixture(scope="module")
def outside(nothing):
    """A folder next to the lake with a file in each format that DuckDB reads."""
    folder = nothing.root.parent / "outside"
    folder.mkdir()
    for name in ("a.csv", "a.json", "a.txt", "a.db"):
        (folder / name).write_text(HIDDEN)
    return folder


@pytest.fixture(autouse=True)
def nothing_changes(nothing, outside):
    def contents():
        paths = [*nothing.root.rglob("*"), *outside.rglob("*"), nothing.root.parent]
        return {path: path.stat().st_mtime_ns for path in paths}

    before = contents()
    yield
    assert contents() == before


@pytest.mark.parametrize(
    "statement",
    [
        "FROM read_csv('{at}/a.csv')",
        "FROM '{at}/a.csv'",
        "FROM read_json('{at}/a.json')",
        "FROM read_text('{at}/a.txt')",
        "FROM read_blob('{at}/a.txt')",
        "FROM read_parquet('{at}/*.parquet')",
        "FROM parquet_metadata('{at}/a.parquet')",
        "FROM sniff_csv('{at}/a.csv')",
        "FROM glob('{at}/*')",
        "FROM read_duckdb('{at}/a.db', table_name := 't')",
        "FROM read_text('{lake}/../outside/a.txt')",
        "SELECT (SELECT content FROM read_text('{at}/a.txt')) FROM runs",
        "FROM query('FROM read_text(''{at}/a.txt'')')",
        "FROM read_text('http://127.0.0.1:9/a.txt')",
    ],
)
def test_no_file_outside_of_the_lake_is_read(nothing, outside, statement):
    with pytest.raises(InputError) as refused:
        query(nothing, statement.format(at=outside, lake=nothing.root))
    assert HIDDEN not in str(refused.value)


@pytest.mark.parametrize("name", ["nothing", "HIDDEN", "os", "runs_of_mine"])
def test_no_variable_of_the_program_is_a_table(nothing, name):
    runs_of_mine = {"a": [1]}  # noqa: F841  what DuckDB must not find
    with pytest.raises(InputError, match=f"no table or view {name}"):
        query(nothing, f"FROM {name}")


@pytest.mark.parametrize(
    "statement",
    [
        "COPY (SELECT 1) TO '{lake}/runs/a.csv'",
        "WITH a AS (COPY (SELECT 1) TO '{lake}/runs/a.csv') FROM a",
        "WITH a AS (INSERT INTO runs SELECT * FROM runs RETURNING 1) FROM a",
        "SELECT * FROM (COPY (SELECT 1) TO '{lake}/a.csv')",
        "ATTACH '{lake}/a.db'",
        "ATTACH '{at}/b.db'",
        "EXPORT DATABASE '{lake}/all'",
        "INSERT INTO runs (run_id) VALUES ('a')",
        "DELETE FROM runs",
        "UPDATE runs SET run_id = 'a'",
        "DROP VIEW runs",
        "CREATE TABLE mine AS SELECT 1",
        "SET threads = 1",
        "SET enable_external_access = true",
        "PRAGMA enable_profiling",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CALL enable_logging(storage := 'file', storage_path := '{lake}/logs')",
        "FROM enable_logging(storage = 'file', storage_config = {{'path': '{lake}/logs'}})",
        "FROM enable_profiling(save_location = '{lake}/profile.json')",
        "FROM copy_database('memory', '{lake}/a.db')",
        "FROM import_database('{at}')",
        "SELECT 1; DROP VIEW runs",
    ],
)
def test_nothing_is_written_or_set(nothing, outside, statement):
    with pytest.raises(InputError):
        query(nothing, statement.format(at=outside, lake=nothing.root))


def test_a_parameter_cannot_change_the_statement(nothing):
    asked = "SELECT $a AS a"
    text = "'; DROP VIEW runs; --"
    assert query(nothing, asked, {"a": text}).to_pylist() == [{"a": text}]


@pytest.mark.slow
def test_what_does_not_fit_into_memory_goes_where_temporary_files_go_and_away(
    nothing, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setitem(SETTINGS, "memory_limit", "60MB")
    sizes = set()
    large = "SELECT range, md5(range::VARCHAR) AS text FROM range(1000000) ORDER BY text"
    with rows_of(nothing, large) as rows:
        for _ in rows:
            sizes |= {path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()}
    assert sum(sizes) > 1_000_000
    assert not any(tmp_path.iterdir())
