"""Days on the command line, and moments as people read them."""

import argparse
from datetime import UTC, date, datetime, time


def day(text: str) -> date:
    """Return the day that an argument names.

    Raises:
        ArgumentTypeError: It is no day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no day such as 2026-08-31") from error


def begin_of(one: date) -> datetime:
    """Return the first moment of a day, UTC."""
    return datetime.combine(one, time(), UTC)


def day_of(at: datetime | None) -> str:
    """Return the day of a moment, UTC; ``earlier`` where it was not kept yet."""
    return "earlier" if at is None else f"{at.astimezone(UTC):%Y-%m-%d}"


def minute_of(at: datetime) -> str:
    """Return a moment to the minute, UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
