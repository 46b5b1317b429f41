"""Why a message could not be delivered."""

import os

from insight_lib.errors import InsightError


class DeliveryError(InsightError):
    """A receiver was not reached or refused the message."""

    def __init__(self, message: str, *, may_try_again: bool) -> None:
        super().__init__(message)
        self.may_try_again = may_try_again


def secret(variable: str | None) -> str:
    """Return what a variable of the environment holds.

    Raises:
        DeliveryError: It is not set, or none is named.
    """
    found = os.environ.get(variable) if variable else None
    if not found:
        named = f"variable {variable} is not set in the environment; set it"
        raise DeliveryError(named, may_try_again=False)
    return found
