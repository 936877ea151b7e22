"""`esrlink doctor`: looks at a set-up and says what is wrong with it and how to mend it, in words."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from esrlink import embedded
from esrlink.clock import LONDON, SystemClock
from esrlink.doctor_services import Finding, look_at_service, look_at_surroundings
from esrlink.runtime import installed_services
from esrlink.web.static_files import assets_version

__all__ = ["Finding", "examine"]

# Archives and databases of one trust's first months fit; less than this and an import may fail half-way.
_FREE_BYTES = 2 * 1024**3


def examine(data_dir: Path, port: int) -> list[Finding]:
    """Look at everything that a try-out needs, and at each service whose production settings are there."""
    findings = [_python(), _time_zone(), _folder(data_dir), _disk(data_dir), _assets(), _postgres(), _port(port)]
    services = installed_services()
    if not services:
        findings.append(Finding("services", good=False, is_so="none is installed", mend="install the project: make up"))
    for definition in services:
        findings += look_at_service(definition)
    return findings + look_at_surroundings(services)


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
