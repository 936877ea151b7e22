"""A real S3-compatible server for the tests: the one that `S3_TEST_URL` names, or s3proxy of our own in Java, on a free port.

Its jars are fetched once by Maven from the `pom.xml` beside, and kept in the user's cache folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.kafka.cluster import free_ports
from tests.kafka.jars import java_and_maven
from tests.kafka.once import alone

NO_S3 = "no S3-compatible server: set S3_TEST_URL, S3_TEST_BUCKET, S3_TEST_KEY and S3_TEST_SECRET, or install Java 17 and Maven"
_POM = Path(__file__).with_name("pom.xml")
_FETCH_SECONDS = 600
_START_SECONDS = 60
_KEY, _SECRET, _BUCKET = "tests", "not-a-secret", "archive"


@dataclass(frozen=True, slots=True)
class S3Server:
    """Where it is and how to sign in. `data` is the bucket as a folder, where the server is ours."""

    url: str
    bucket: str
    key: str
    secret: str
    data: Path | None = None


@contextmanager
def s3_server(folder: Path) -> Iterator[S3Server | None]:
    """A server with an empty bucket, or none where none can be had."""
    if url := os.environ.get("S3_TEST_URL"):
        names = ("S3_TEST_BUCKET", "S3_TEST_KEY", "S3_TEST_SECRET")
        yield S3Server(url, *(os.environ[name] for name in names))
    elif java_and_maven():
        with _ours(folder) as server:
            yield server
    else:
        yield None


@contextmanager
def _ours(folder: Path) -> Iterator[S3Server]:
    (port,) = free_ports(1)
    url, data = f"http://127.0.0.1:{port}", folder / "data"
    (data / _BUCKET).mkdir(parents=True)
    settings = {
        "s3proxy.endpoint": url,
        "s3proxy.authorization": "aws-v2-or-v4",
        "s3proxy.identity": _KEY,
        "s3proxy.credential": _SECRET,
        "jclouds.provider": "filesystem",
        "jclouds.filesystem.basedir": str(data),
        "jclouds.identity": "none",
        "jclouds.credential": "none",
    }
    written = folder / "s3proxy.conf"
    written.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    # Its default is to log every step of every request, which takes longer than the request.
    quiet = folder / "logback.xml"
    quiet.write_text("<configuration><root level='OFF'/></configuration>")
    options = ["-Xms64m", "-Xmx256m", "-XX:TieredStopAtLevel=1", f"-Dlogback.configurationFile={quiet}"]
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            ["java", *options, "-cp", f"{_jars()}/*", "org.gaul.s3proxy.Main", "--properties", str(written)],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        _wait(process, url, folder / "log.txt")
        yield S3Server(url, _BUCKET, _KEY, _SECRET, data / _BUCKET)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            httpx.get(url, timeout=5)
        except httpx.TransportError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The S3 server did not start:\n{log.read_text()[-2000:]}") from None
            time.sleep(0.05)
        else:
            return


def _jars() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "esr-link-tests"
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"s3-{hashlib.sha256(_POM.read_bytes()).hexdigest()[:12]}"
    with alone(folder.with_suffix(".lock")):
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=cache) as begun:
                _fetch(Path(begun) / "jars")
                shutil.move(Path(begun) / "jars", folder)
    return folder


def _fetch(into: Path) -> None:
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={into}", "-DincludeScope=runtime"]
    subprocess.run(
        ["mvn", "--batch-mode", "--quiet", "--file", str(_POM), *goal],
        check=True,
        timeout=_FETCH_SECONDS,
        stdin=subprocess.DEVNULL,
    )
