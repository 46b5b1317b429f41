"""Sending to a webhook: JSON for programs, or what Slack and Teams show."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from insight_lib.alerts.delivery.digest import Digest
from insight_lib.alerts.delivery.errors import DeliveryError, secret
from insight_lib.alerts.delivery.plain_text import headline, text_of
from insight_lib.report.text import clean

TIMEOUT_S = 20.0
SCHEMES = ("https", "http")
_AGAIN = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)


@dataclass(frozen=True)
class Webhook:
    """A receiver that takes a POST.

    Attributes:
        url: where to; None where a variable holds it, since a chat's URL is its password.
        url_env: variable of the environment that holds it.
        format: one of ``FORMATS``.
    """

    url: str | None
    url_env: str | None
    format: str

    def send(self, digest: Digest) -> str | None:
        """Post one message; header ``Idempotency-Key`` is the digest's id.

        Returns:
            None: there is nothing to be said of it.

        Raises:
            DeliveryError: The server cannot be reached or refuses; it says whether to try again,
                and names the host alone.
        """
        url = secret(self.url_env) if self.url is None else self.url
        host = urlsplit(url).hostname
        if host is None or urlsplit(url).scheme not in SCHEMES:
            raise DeliveryError(
                f"variable {self.url_env} holds no URL; set it to one of https",
                may_try_again=False,
            )
        try:
            # Settings and the lines above leave no other scheme.
            with urlopen(self._request(url, digest), timeout=TIMEOUT_S):  # noqa: S310
                return None
        except HTTPError as error:
            may = error.code >= HTTPStatus.INTERNAL_SERVER_ERROR or error.code in _AGAIN
            error.close()
            raise DeliveryError(f"{host} answers {error.code}", may_try_again=may) from error
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise DeliveryError(f"{host}: {reason}", may_try_again=True) from error

    def _request(self, url: str, digest: Digest) -> Request:
        body = json.dumps(FORMATS[self.format](digest)).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "DeepInsight",
            "Idempotency-Key": digest.digest_id,
        }
        return Request(url, body, headers, method="POST")  # noqa: S310  (likewise)


def _as_json(digest: Digest) -> dict[str, Any]:
    return {
        "digest_id": digest.digest_id,
        "night": digest.noted_at.isoformat(),
        "text": headline(digest),
        "report": digest.link,
        "alerts": [
            {name: clean(value) for name, value in asdict(alert).items()}
            | {"page": digest.page_of(alert)}
            for alert in digest.alerts
        ],
    }


def _for_slack(digest: Digest) -> dict[str, Any]:
    # These three are all that Slack's text gives a meaning to outside of mark-up.
    text = text_of(digest).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": text, "mrkdwn": False}


def _for_teams(digest: Digest) -> dict[str, Any]:
    block = {"type": "TextBlock", "wrap": True}
    lines = text_of(digest).splitlines()
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {**block, "text": _no_mark_up(lines[0]), "weight": "bolder"},
            *({**block, "text": _no_mark_up(line)} for line in lines[1:] if line),
        ],
    }
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [content]}


def _no_mark_up(line: str) -> str:
    # A text block reads Markdown; a backslash takes the meaning of what follows.
    return "".join(f"\\{letter}" if letter in "\\`*_[]()#" else letter for letter in line)


FORMATS: Final[Mapping[str, Callable[[Digest], dict[str, Any]]]] = {
    "json": _as_json,
    "slack": _for_slack,
    "teams": _for_teams,
}
"""What a receiver may ask for."""
