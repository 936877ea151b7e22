"""Apache Kafka's jars for the tests: fetched once by Maven from the `pom.xml` beside, and kept in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.kafka.once import alone

_POM = Path(__file__).with_name("pom.xml")
_FETCH_SECONDS = 600


def java_and_maven() -> bool:
    """Whether this machine has what it takes: Java 17 or newer, and Maven or jars that it fetched before."""
    return _java_version() >= 17 and (shutil.which("mvn") is not None or _folder().exists())


def jars() -> Path:
    """The folder of jars. Raises `CalledProcessError` or `TimeoutExpired` when Maven cannot fetch them."""
    folder = _folder()
    with alone(folder.with_suffix(".lock")):
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=folder.parent) as begun:
                _fetch(Path(begun) / "jars")
                (Path(begun) / "jars").rename(folder)  # all of them or none: the next run must not find half a broker
    return folder


def _folder() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "esr-link-tests"
    cache.mkdir(parents=True, exist_ok=True)
    return cache / f"kafka-{hashlib.sha256(_POM.read_bytes()).hexdigest()[:12]}"


def _fetch(into: Path) -> None:
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={into}", "-DincludeScope=runtime"]
    subprocess.run(
        ["mvn", "--batch-mode", "--quiet", "--file", str(_POM), *goal],
        check=True,
        timeout=_FETCH_SECONDS,
        stdin=subprocess.DEVNULL,
    )


def _java_version() -> int:
    """The major version, 0 where there is none."""
    try:
        told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True, timeout=30).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    version = told.partition('"')[2].partition(".")[0]
    return int(version) if version.isdigit() else 0
