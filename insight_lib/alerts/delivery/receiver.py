"""The kinds of receivers that the configuration may name, and the fields of each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from insight_lib.alerts.delivery.digest import Digest
from insight_lib.alerts.delivery.email import PORTS, Email
from insight_lib.alerts.delivery.webhook import FORMATS, SCHEMES, Webhook
from insight_lib.alerts.fields import Field, Fields, one_of, text, texts

_MOST_PORT = 65535
Given = Mapping[str, Any]


class Receiver(Protocol):
    """Somebody who is told."""

    def send(self, digest: Digest) -> str | None:
        """Send a message; return what is to be said of it, if anything.

        Raises:
            DeliveryError: It could not be delivered.
        """


@dataclass(frozen=True)
class ReceiverKind:
    """A kind of receivers.

    Attributes:
        make: takes the fields by their names.
        fields: those that it reads.
        problems: yields what does not fit together, given the section's name and its fields.
    """

    make: Callable[..., Receiver]
    fields: Fields
    problems: Callable[[str, Given], Iterator[str]]


def _is_port(value: object) -> bool:
    return isinstance(value, int) and 0 < value <= _MOST_PORT


def is_url(value: object) -> bool:
    """Return whether a value is a URL of https or http with a host."""
    if not isinstance(value, str):
        return False
    return urlsplit(value).scheme in SCHEMES and bool(urlsplit(value).hostname)


def _email_problems(where: str, given: Given) -> Iterator[str]:
    if ("user" in given) != ("password_env" in given):
        yield f"{where} should have both user and password_env, or neither"


def _webhook_problems(where: str, given: Given) -> Iterator[str]:
    if ("url" in given) == ("url_env" in given):
        yield f"{where} should have one of url and url_env"


_VARIABLE = "the name of an environment variable that holds"
RECEIVERS: Mapping[str, ReceiverKind] = {
    "email": ReceiverKind(
        Email,
        {
            "host": text("the name of an SMTP server", is_required=True),
            "port": Field("a port, 1 to 65535", _is_port),
            "security": one_of(tuple(PORTS), "starttls"),
            "sender": text("an address", is_required=True),
            "recipients": texts("a list of addresses", is_required=True),
            "user": text("the name to log in with"),
            "password_env": text(f"{_VARIABLE} the password"),
        },
        _email_problems,
    ),
    "webhook": ReceiverKind(
        Webhook,
        {
            "url": Field("a URL of https or http", is_url),
            "url_env": text(f"{_VARIABLE} the URL"),
            "format": one_of(tuple(FORMATS), "json"),
        },
        _webhook_problems,
    ),
}
