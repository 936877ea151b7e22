"""`esrlink doctor`: looks at a set-up and says what is wrong with it and how to mend it, in words."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from esrlink import embedded
from esrlink.clock import LONDON, SystemClock
from esrlink.db.migrations import head_of, revision_of
from esrlink.db.tenancy import protected_table_names, unprotected_tables
from esrlink.db.urls import sqlalchemy_url
from esrlink.runtime import Definition, installed_services
from esrlink.settings import Mode
from esrlink.web.static_files import assets_version

# Archives and databases of one trust's first months fit; less than this and an import may fail half-way.
_FREE_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is good, how it is, and what to do when it is not."""

    what: str
    good: bool
    is_so: str
    mend: str = ""


def examine(data_dir: Path, port: int) -> list[Finding]:
    """Look at everything that a try-out needs, and at each service whose production settings are there."""
    findings = [_python(), _time_zone(), _folder(data_dir), _disk(data_dir), _assets(), _postgres(), _port(port)]
    services = installed_services()
    if not services:
        findings.append(Finding("services", good=False, is_so="none is installed", mend="install the project: make up"))
    for definition in services:
        findings += _service(definition)
    return findings


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", sys.version_info >= (3, 11), version, "use Python 3.11 or newer: make PYTHON=python3.11")


def _time_zone() -> Finding:
    offset = SystemClock().now().astimezone(LONDON).strftime("%Z")
    good = offset in {"GMT", "BST"}
    return Finding("time zone Europe/London", good, offset, "install the time zone data of your system (tzdata)")


def _folder(data_dir: Path) -> Finding:
    nearest = next(folder for folder in (data_dir.resolve(), *data_dir.resolve().parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            return Finding("data folder", good=True, is_so=f"{data_dir} can be written")
    except OSError as error:
        return Finding(
            "data folder", good=False, is_so=f"{error.strerror}: {nearest}", mend="choose another: --data-dir"
        )


def _disk(data_dir: Path) -> Finding:
    nearest = next(folder for folder in (data_dir.resolve(), *data_dir.resolve().parents) if folder.exists())
    free = shutil.disk_usage(nearest).free
    return Finding("disk", free >= _FREE_BYTES, f"{free / 1024**3:.1f} GB free", "make room: at least 2 GB")


def _assets() -> Finding:
    good = assets_version() != "missing"
    return Finding("page styles", good, "built" if good else "not built", "run: make up (it runs npm ci, for Node 20)")


def _postgres() -> Finding:
    what = "PostgreSQL of the wheel"
    try:
        return Finding(what, good=True, is_so=embedded.version())
    except (OSError, subprocess.SubprocessError) as error:
        return Finding(what, good=False, is_so=str(error), mend="there is no wheel for this machine")


def _port(port: int) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return Finding(
                f"port {port}", good=False, is_so="in use", mend="the hub runs already, or choose another: --port"
            )
    return Finding(f"port {port}", good=True, is_so="free")


def _service(definition: Definition) -> list[Finding]:
    """Nothing for a service that has no production settings in this environment: the try-out needs none."""
    given = definition.settings(mode=Mode.TRYOUT)
    url = given.database_url.get_secret_value()
    if not url:
        return []
    missing = [name for name, value in given.needed_in_production().items() if not value]
    if missing:
        return [
            Finding(
                f"{definition.name}: settings",
                good=False,
                is_so=f"missing: {', '.join(missing)}",
                mend="set them; see docs/reference/settings.md",
            )
        ]
    engine = create_engine(sqlalchemy_url(url), poolclass=NullPool, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            return [check(definition, connection) for check in _DATABASE_CHECKS]
    except SQLAlchemyError:
        address = engine.url.render_as_string(hide_password=True)
        mend = "check the address, the network and the password; see docs/runbooks/database-down.md"
        return [Finding(f"{definition.name}: database", good=False, is_so=f"no answer at {address}", mend=mend)]
    finally:
        engine.dispose()


def _revision(definition: Definition, connection: Connection) -> Finding:
    now, head = revision_of(connection), head_of(definition.migrations)
    return Finding(
        f"{definition.name}: migrations",
        now == head,
        f"at {now}, newest {head}",
        f"run: esrlink migrate {definition.name}",
    )


def _role(definition: Definition, connection: Connection) -> Finding:
    row = connection.execute(
        text("SELECT rolsuper OR rolbypassrls AS above FROM pg_roles WHERE rolname = current_user")
    ).one()
    return Finding(
        f"{definition.name}: role",
        not row.above,
        "can bypass row-level security" if row.above else "bound by row-level security",
        "use a role without SUPERUSER and BYPASSRLS that owns no table",
    )


def _policies(definition: Definition, connection: Connection) -> Finding:
    bare = unprotected_tables(connection, protected_table_names(definition.metadata))
    return Finding(
        f"{definition.name}: tenancy",
        not bare,
        f"without policy: {', '.join(bare)}" if bare else "every table of a trust is protected",
        f"run: esrlink migrate {definition.name}",
    )


_DATABASE_CHECKS: tuple[Callable[[Definition, Connection], Finding], ...] = (_revision, _role, _policies)
