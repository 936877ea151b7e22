"""A real SMTP server in the process, with TLS and a sign-in, that can be told to misbehave."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "hub", "a password for tests"


class MailServer:
    """What the server took, and how it answers. `at_data` may be a reply, or `"hang up"`: it takes the message and goes."""

    def __init__(self, folder: Path) -> None:
        self.certificate, key = _certificate(folder)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate, key)
        self.taken: list[EmailMessage] = []
        self.at_recipient: dict[str, str] = {}
        self.at_data = ""
        self.connections = 0
        self.port = 0

    def line(self) -> SMTP:
        """The server's end of a connection."""
        return SMTP(
            self,
            hostname="mail.trust.example",
            tls_context=self._context,
            require_starttls=True,
            auth_required=True,
            authenticator=_known,
        )

    def settings(self) -> dict[str, Any]:
        """What a service needs to send through it."""
        return {
            "smtp_url": f"smtp://127.0.0.1:{self.port}",
            "smtp_user": USER,
            "smtp_password": PASSWORD,
            "smtp_ca_file": self.certificate,
            "smtp_timeout": timedelta(seconds=3),
            "mail_from": "hub@trust.example",
        }

    async def handle_EHLO(  # noqa: N802 - the library's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += session.ssl is not None
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if refusal := self.at_recipient.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.at_data and self.at_data != "hang up":
            return self.at_data
        message = message_from_bytes(envelope.content or b"", policy=default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        if self.at_data == "hang up":
            server.transport.abort()
        return "250 taken"


def _known(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object) -> AuthResult:
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right)


@asynccontextmanager
async def mail_server(folder: Path) -> AsyncIterator[MailServer]:
    """A server that listens on a port of its own."""
    made = MailServer(folder)
    listening = await asyncio.get_running_loop().create_server(made.line, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        listening.close()
        await listening.wait_closed()


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "mail.pem", folder / "mail.key"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file
