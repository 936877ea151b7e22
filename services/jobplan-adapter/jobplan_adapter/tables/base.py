"""What all tables of the service share: one metadata."""

from __future__ import annotations

from sqlalchemy import MetaData

from esrlink import audit
from esrlink.db import install
from esrlink.db.infrastructure import NAMING

metadata = MetaData(naming_convention=NAMING)
install(metadata)
audit.install(metadata)
