"""A clear word where an optional dependency is not installed."""

from collections.abc import Iterator
from contextlib import contextmanager

from insight_lib.errors import MissingExtraError


@contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """Import inside of this what the optional ``extra`` brings.

    Raises:
        MissingExtraError: a module that is not part of DeepInsight is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "insight_lib":
            raise
        raise MissingExtraError(
            f"{error.name} is not installed; pip install 'deepinsight[{extra}]'"
        ) from error
