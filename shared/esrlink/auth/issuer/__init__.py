"""The try-out's own OpenID Connect issuer: sample people and sample clients, no passwords. Refused outside the try-out."""

from esrlink.auth.issuer.app import create_issuer
from esrlink.auth.issuer.samples import CLIENT_SECRET, CLIENTS, PEOPLE, SampleClient, SamplePerson

__all__ = ["CLIENTS", "CLIENT_SECRET", "PEOPLE", "SampleClient", "SamplePerson", "create_issuer"]
