"""Delivering a message, again where it may help."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from insight_lib.alerts.delivery.digest import Digest
from insight_lib.alerts.delivery.errors import DeliveryError
from insight_lib.alerts.delivery.receiver import Receiver

WAITS_S = (1.0, 4.0, 16.0)
"""Between one attempt and the next; a server that is started again is back within them."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How it went.

    Attributes:
        attempts: how often it was tried.
        is_sent: whether the receiver took it.
        problem: what is to be said of it; None where nothing is.
    """

    attempts: int
    is_sent: bool
    problem: str | None


def deliver(
    receiver: Receiver, digest: Digest, sleep: Callable[[float], None] = time.sleep
) -> Delivery:
    """Send a message; after a failure that may pass, try again a few times."""
    waits_s = iter(WAITS_S)
    attempts = 0
    while True:
        attempts += 1
        try:
            return Delivery(attempts, True, receiver.send(digest))
        except DeliveryError as error:
            wait_s = next(waits_s, None)
            if wait_s is None or not error.may_try_again:
                return Delivery(attempts, False, str(error))
        sleep(wait_s)
