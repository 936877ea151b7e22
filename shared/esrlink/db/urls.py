"""Database addresses: SQLAlchemy names the driver in them, libpq and psycopg do not."""

from __future__ import annotations

from sqlalchemy.engine import make_url


def libpq_url(url: str) -> str:
    """The address as libpq reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def sqlalchemy_url(url: str) -> str:
    """The address with the only driver that we use: psycopg 3."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def role_of(url: str) -> str:
    """The role that an address signs in as."""
    return make_url(url).username or ""
