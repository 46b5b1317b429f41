"""Sending by e-mail, over SMTP."""

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

from insight_lib.alerts.delivery.digest import Digest
from insight_lib.alerts.delivery.errors import DeliveryError, secret
from insight_lib.alerts.delivery.html import html_of
from insight_lib.alerts.delivery.plain_text import headline, text_of

PORTS: Final[Mapping[str, int]] = {"starttls": 587, "tls": 465, "none": 25}
"""Of each kind of security the port that mail is submitted on (RFC 8314, RFC 6409, RFC 5321)."""
TIMEOUT_S = 20.0
_PERMANENT = 500
"""Reply codes from here on say that trying again is of no use (RFC 5321, section 4.2.1)."""


@dataclass(frozen=True)
class Email:
    """A receiver of mail.

    Attributes:
        host: of the SMTP server.
        port: of it; None for that of its security.
        security: starttls, tls or none.
        sender: address.
        recipients: addresses.
        user: to log in with; None where the server wants none.
        password_env: variable of the environment that holds the password.
    """

    host: str
    port: int | None
    security: str
    sender: str
    recipients: Sequence[str]
    user: str | None
    password_env: str | None

    def send(self, digest: Digest) -> str | None:
        """Send one message; its Message-ID is the digest's, so that one sent twice is known.

        Returns:
            What is to be said of it where some recipients were refused; None otherwise.

        Raises:
            DeliveryError: The server cannot be reached or refuses; it says whether to try again.
        """
        message = self.message(digest)
        try:
            with self._connected() as server:
                if self.user is not None:
                    server.login(self.user, secret(self.password_env))
                refused = server.send_message(message)
        except smtplib.SMTPResponseException as error:
            reply = _text(error.smtp_error)
            raise DeliveryError(
                f"{self._place} answers {error.smtp_code} {reply}",
                may_try_again=error.smtp_code < _PERMANENT,
            ) from error
        except smtplib.SMTPRecipientsRefused as error:
            codes = {address: code for address, (code, _) in error.recipients.items()}
            raise DeliveryError(
                f"{self._place} refuses {', '.join(codes)}",
                may_try_again=min(codes.values(), default=_PERMANENT) < _PERMANENT,
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(f"{self._place}: {error}", may_try_again=True) from error
        if not refused:
            return None
        return f"{self._place} refuses {', '.join(refused)}; the others have it: fix the address"

    def message(self, digest: Digest) -> EmailMessage:
        """Return the message: plain text, and HTML without scripts or anything from elsewhere."""
        message = EmailMessage()
        message["Subject"] = headline(digest)
        message["From"] = self.sender
        message["To"] = ", ".join(self.recipients)
        message["Date"] = digest.noted_at
        message["Message-ID"] = f"<{digest.digest_id}@deepinsight.invalid>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text_of(digest))
        message.add_alternative(html_of(digest), subtype="html")
        return message

    @property
    def _place(self) -> str:
        return f"mail server {self.host}:{self._port}"

    @property
    def _port(self) -> int:
        return PORTS[self.security] if self.port is None else self.port

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self._port, timeout=TIMEOUT_S, context=context)
        server = smtplib.SMTP(self.host, self._port, timeout=TIMEOUT_S)
        if self.security == "starttls":
            server.starttls(context=context)
        return server


def _text(reply: bytes | str) -> str:
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
