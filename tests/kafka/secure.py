"""A listener with TLS and SASL (SCRAM and OAUTHBEARER) for a test broker, with certificates made for the test."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "esr-link", "a password for tests only"
_PREFIX = "listener.name.secure."
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
_OAUTH = "org.apache.kafka.common.security.oauthbearer"


@dataclass(frozen=True, slots=True)
class Secure:
    """Where the listener is, and whom it believes: `issuer` is a base address with `/jwks` below it."""

    port: int
    folder: Path
    issuer: str
    audience: str

    @property
    def ca_file(self) -> Path:
        """The certificate to trust."""
        return self.folder / "broker.crt"

    @property
    def java(self) -> Sequence[str]:
        """Kafka fetches keys from no address that it was not told of at its start."""
        return [f"-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls={self.issuer}/jwks"]

    @property
    def users(self) -> Sequence[str]:
        """What the storage tool is given."""
        mechanisms = ("SCRAM-SHA-512", "SCRAM-SHA-256")
        return [word for m in mechanisms for word in ("--add-scram", f"{m}=[name={USER},password={PASSWORD}]")]

    def settings(self, port: int, controller: int) -> Sequence[str]:
        """The lines of the broker's settings; later lines win over earlier ones."""
        plain, secure = f"PLAINTEXT://127.0.0.1:{port}", f"SECURE://127.0.0.1:{self.port}"
        return [
            f"listeners={plain},{secure},CONTROLLER://127.0.0.1:{controller}",
            f"advertised.listeners={plain},{secure}",
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL",
            "inter.broker.listener.name=PLAINTEXT",
            f"{_PREFIX}ssl.keystore.type=PEM",
            f"{_PREFIX}ssl.keystore.location={self._certificate()}",
            f"{_PREFIX}sasl.enabled.mechanisms=SCRAM-SHA-512,SCRAM-SHA-256,OAUTHBEARER",
            f"{_PREFIX}scram-sha-512.sasl.jaas.config={_SCRAM}",
            f"{_PREFIX}scram-sha-256.sasl.jaas.config={_SCRAM}",
            f"{_PREFIX}oauthbearer.sasl.jaas.config={_OAUTH}.OAuthBearerLoginModule required;",
            f"{_PREFIX}oauthbearer.sasl.server.callback.handler.class={_OAUTH}.OAuthBearerValidatorCallbackHandler",
            f"{_PREFIX}oauthbearer.sasl.oauthbearer.jwks.endpoint.url={self.issuer}/jwks",
            f"{_PREFIX}oauthbearer.sasl.oauthbearer.expected.issuer={self.issuer}",
            f"{_PREFIX}oauthbearer.sasl.oauthbearer.expected.audience={self.audience}",
        ]

    def _certificate(self) -> Path:
        """A certificate that signs itself; the key and it in one file, as Kafka reads them."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker for tests")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
            )
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        ).public_bytes(serialization.Encoding.PEM)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ca_file.write_bytes(certificate)
        both = self.folder / "broker.pem"
        both.write_bytes(private + certificate)
        return both
