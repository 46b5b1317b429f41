"""Rows of the tables' contracts, as the report's tests have them."""

from tests.report.conftest import rows_of

__all__ = ["rows_of"]
