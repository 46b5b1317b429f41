"""SQL over the lake: its tables and named views in DuckDB, without a JVM, and in Spark."""

from insight_lib.lake.sql.run_query import query

__all__ = ["query"]
