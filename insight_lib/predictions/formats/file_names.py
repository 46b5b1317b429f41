"""The formats of prediction files, told by the end of a file's name."""

import re

PARQUET = "Parquet"
CSV = "CSV"
JSON_LINES = "JSON lines"
TFRECORD = "TFRecord"

GZIP = ".gz"
SUFFIXES = {
    ".parquet": PARQUET,
    ".csv": CSV,
    ".csv.gz": CSV,
    ".jsonl": JSON_LINES,
    ".jsonl.gz": JSON_LINES,
    ".ndjson": JSON_LINES,
    ".ndjson.gz": JSON_LINES,
    ".tfrecord": TFRECORD,
    ".tfrecords": TFRECORD,
    ".tfrecord.gz": TFRECORD,
    ".tfrecords.gz": TFRECORD,
}
"""End of a file's name, in lower case, to its format."""
_GENERATION = re.compile(r"@[0-9]+$")


def format_of(name: str) -> str | None:
    """Return the format of a file by its name or path, None where it is no prediction file."""
    lower = name.lower()
    return next((kind for suffix, kind in SUFFIXES.items() if lower.endswith(suffix)), None)


def format_of_id(file_id: str) -> str | None:
    """Return the format of a file by its ledger name, None where it is no prediction file."""
    return format_of(_GENERATION.sub("", file_id))


def is_compressed(name: str) -> bool:
    """Return whether a file is to be unpacked, by its name."""
    return name.lower().endswith(GZIP)
