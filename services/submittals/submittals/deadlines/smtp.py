"""Hands one e-mail after the other to an SMTP server, over one connection for as long as it holds.

The standard library's client in a thread: a few hundred e-mails before a cut-off need no more, and it is one dependency less. It
is driven step by step, because only so it is known whether the server may have the message when something breaks.
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

Verdict = Literal["sent", "again", "refused", "unknown"]
_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


@dataclass(frozen=True, slots=True)
class SmtpPlace:
    """The server: `smtp` goes over to TLS and refuses to go on without, `smtps` begins with it, `smtp+plain` has none.

    The password is read from its file at each connection, so that a changed one is taken without a restart.
    """

    url: str
    sender: str
    user: str | None = None
    password: str | None = None
    password_file: Path | None = None
    ca_file: Path | None = None
    timeout: float = 20.0


@dataclass(frozen=True, slots=True)
class Post:
    """An e-mail to send. `message_id` stays the same however often it is tried."""

    to: str
    subject: str
    body: str
    message_id: str
    unsubscribe: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of it. `about_server`: the server is in trouble, and no other e-mail would fare better now."""

    verdict: Verdict
    code: str
    about_server: bool = False


class SmtpServer:
    """One connection to the server, made when it is needed. One e-mail at a time."""

    def __init__(self, place: SmtpPlace) -> None:
        self._place = place
        self._line: smtplib.SMTP | None = None

    async def send(self, post: Post) -> Answer:
        """Send it. Never raises for what the server or the network does."""
        return await asyncio.to_thread(self._send, post)

    async def close(self) -> None:
        """Say goodbye, if there is anyone to say it to."""
        await asyncio.to_thread(self._hang_up)

    def _send(self, post: Post) -> Answer:
        for is_last in (False, True):
            is_fresh = self._line is None
            answer = self._try(post)
            # A server may close a line that was idle: that is no trouble, and nothing was handed over.
            if is_fresh or is_last or answer.code != "disconnected" or answer.verdict != "again":
                break
        if answer.about_server or answer.verdict == "unknown":
            self._hang_up()
        return answer

    def _try(self, post: Post) -> Answer:
        try:
            line = self._line or self._connect()
            self._line = line
            code, _ = line.mail(self._place.sender)
            if code != 250:
                return self._refused(code, "sender", about_server=True)
            code, _ = line.rcpt(post.to)
            if code not in {250, 251}:
                return self._refused(code, "recipient")
        except smtplib.SMTPAuthenticationError:
            return Answer("again", "not_let_in", about_server=True)
        except ssl.SSLError:
            return Answer("again", "tls_failed", about_server=True)
        except smtplib.SMTPServerDisconnected:
            self._line = None
            return Answer("again", "disconnected", about_server=True)
        except smtplib.SMTPNotSupportedError:
            return Answer("again", "tls_or_sign_in_not_offered", about_server=True)
        except _NoPassword:
            return Answer("again", "password_file_unreadable", about_server=True)
        except (OSError, smtplib.SMTPException, ValueError):
            return Answer("again", "unreachable", about_server=True)
        return self._hand_over(line, message_of(post, self._place.sender))

    def _hand_over(self, line: smtplib.SMTP, message: bytes) -> Answer:
        try:
            code, _ = line.data(message)
        except smtplib.SMTPDataError as refusal:  # before a byte of it was sent
            return self._refused(refusal.smtp_code, "message")
        except (OSError, smtplib.SMTPException):
            return Answer("unknown", "no_receipt", about_server=True)
        return Answer("sent", "sent") if code == 250 else self._refused(code, "message")

    def _refused(self, code: int, what: str, *, about_server: bool = False) -> Answer:
        if self._line is not None:
            try:
                self._line.rset()
            except (OSError, smtplib.SMTPException):
                self._hang_up()
        verdict: Verdict = "refused" if 500 <= code < 600 and not about_server else "again"
        return Answer(verdict, f"{what}_refused_{code}", about_server or code == 421)

    def _connect(self) -> smtplib.SMTP:
        place = self._place
        parts = urlsplit(place.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        trust = ssl.create_default_context(cafile=place.ca_file)
        line: smtplib.SMTP
        if parts.scheme == "smtps":
            line = smtplib.SMTP_SSL(host, port, timeout=place.timeout, context=trust)
        else:
            line = smtplib.SMTP(host, port, timeout=place.timeout)
        try:
            if parts.scheme == "smtp":
                line.starttls(context=trust)  # raises when the server offers none
            line.ehlo_or_helo_if_needed()
            if place.user is not None:
                _sign_in(line, place.user, _password(place))
        except BaseException:
            line.close()
            raise
        return line

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        try:
            line.quit()
        except (OSError, smtplib.SMTPException):
            line.close()


def _sign_in(line: smtplib.SMTP, user: str, password: str) -> None:
    try:
        line.login(user, password)
    except smtplib.SMTPServerDisconnected:
        # As some servers say no.
        raise smtplib.SMTPAuthenticationError(535, b"") from None


class _NoPassword(Exception):
    """The file that holds the password cannot be read."""


def _password(place: SmtpPlace) -> str:
    if place.password_file is None:
        return place.password or ""
    try:
        return place.password_file.read_text(encoding="utf-8").strip("\r\n ")
    except (OSError, ValueError):
        raise _NoPassword from None


def message_of(post: Post, sender: str) -> bytes:
    """The message as it is sent: plain text, with the one-click headers of RFC 8058."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, post.to, post.subject
    message["Date"] = format_datetime(post.at)
    message["Message-ID"] = post.message_id
    message["List-Unsubscribe"] = f"<{post.unsubscribe}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # So that nobody's out-of-office answers us.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(post.body, cte="quoted-printable")
    return message.as_bytes(policy=SMTP)
