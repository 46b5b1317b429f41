"""Every error that a user can fix; the command line prints its message and exits with 2.

A message names what is wrong and where (file, offset, field) and ends with the remedy. Anything
that is not an ``InsightError`` is a bug and keeps its traceback.
"""


class InsightError(Exception):
    """Base of all named errors."""


class InputError(InsightError):
    """What was given cannot be used: a log root that is absent or empty, a wrong argument."""


class EventFileError(InsightError):
    """A file that should hold events cannot be opened or holds none."""


class PredictionFileError(InsightError):
    """A prediction file as a whole cannot be read: damaged, a column missing, a wrong type."""


class UnusableRowsError(PredictionFileError):
    """A prediction file can be read, but metrics of its rows would mislead."""


class ConfigError(InsightError):
    """A configuration, recorded or given, does not fit its model; the message names each field."""


class ContractError(InsightError):
    """Rows or a table differ from the table's contract; the message lists every difference."""


class LakeError(InsightError):
    """The lake cannot be used: it is absent, no lake at all, or written by a newer version."""


class LakeBusyError(LakeError):
    """Another pipeline is writing to the lake."""


class StorageError(InsightError):
    """The file system takes nothing more: it is full, read-only, closed to us, or it fails."""


class MissingExtraError(InsightError):
    """An optional dependency is not installed; the message names the extra that brings it."""


class SetupError(InsightError):
    """The machine lacks something set-up needs: Java, network, disk space."""
