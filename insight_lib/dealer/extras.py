"""A clear word where an optional dependency is not installed."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from insight_lib.errors import MissingExtraError

DISTRIBUTION = "insight-lib"
CLONE = Path(__file__).parents[2]

# As pyproject.toml has it, by the names under which they are imported.
_SQL = ("deltalake", "duckdb", "pyarrow")
_EVENTS = ("numpy", "pyarrow", "numba")
_TRACE = ("tensorflow", "keras", "pyarrow")
MODULES = {
    "diagnose": _EVENTS,
    "trace": _TRACE,
    "zoo": (*_TRACE, "sklearn"),
    "sql": _SQL,
    "spark": (*_EVENTS, *_SQL, "pyspark", "delta"),
    "risk": (*_EVENTS, *_SQL, "sklearn"),
    "report": (*_EVENTS, *_SQL, "jinja2", "plotly"),
}
_PARTS_OF_ALL = ("zoo", "spark", "risk", "report")


@contextmanager
def needs_extra(*extras: str) -> Iterator[None]:
    """Import inside of this what the optional ``extras`` bring together.

    Raises:
        MissingExtraError: a module that is not part of DeepInsight is not installed; the message
            names those of the extras of which something is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        absent = (error.name or "").partition(".")[0]
        if absent == "insight_lib":
            raise
        raise MissingExtraError(
            f"{absent} is not installed; run `{install_command(*_incomplete(extras))}`"
        ) from error


def install_command(*extras: str) -> str:
    """Return the command that adds extras to this installation.

    pip takes the extras of a distribution that is installed from its metadata, so the command needs
    no index that knows DeepInsight; a clone that is not installed is named by its path.
    """
    chosen = "all" if set(_PARTS_OF_ALL) <= set(extras) else ",".join(extras)
    return f"pip install '{_installable()}[{chosen}]'"


def _incomplete(extras: tuple[str, ...]) -> tuple[str, ...]:
    """Return the extras that lack a module; all where only a part of a module is missing."""
    lacking = (one for one in extras if any(find_spec(name) is None for name in MODULES[one]))
    return tuple(lacking) or extras


def _installable() -> str:
    try:
        metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return str(CLONE) if (CLONE / "pyproject.toml").is_file() else "/path/to/clone"
    return DISTRIBUTION
