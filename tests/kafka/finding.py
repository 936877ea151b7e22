"""The broker that Kafka's tests talk to: the one that `KAFKA_BOOTSTRAP` names, one in Docker, or one of our own in Java.

All workers of a test run share it: the first that needs it starts it, the last that used it stops it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.kafka.cluster import Cluster, free_ports
from tests.kafka.jars import java_and_maven
from tests.kafka.once import alone

NO_KAFKA = "no Apache Kafka: set KAFKA_BOOTSTRAP, or install Docker, or Java 17 and Maven"
# Held for as long as this worker lives: a process that nobody holds any more is reported as forgotten.
_OURS: list[Cluster] = []
_IMAGE = "apache/kafka:4.3.1"


@dataclass(frozen=True, slots=True)
class Started:
    """A broker that runs: where it listens, and how it is stopped."""

    bootstrap: str
    pid: int | None = None
    container: str | None = None

    def stop(self) -> None:
        """Stop it, if it is ours."""
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        if self.container is not None:
            subprocess.run(["docker", "rm", "--force", self.container], check=False, capture_output=True)


@contextmanager
def shared_broker(folder: Path) -> Iterator[str | None]:
    """The `host:port` of a broker, or none where none can be had. `folder` is one for all workers of this run."""
    folder.mkdir(parents=True, exist_ok=True)
    state, lock = folder / "broker.json", folder / "broker.lock"
    with alone(lock):
        users, started = _read(state)
        started = started or _start(folder)
        if started is not None:
            _write(state, users + 1, started)
    if started is None:
        yield None
        return
    try:
        yield started.bootstrap
    finally:
        with alone(lock):
            users, _ = _read(state)
            if users <= 1:
                started.stop()
                state.unlink(missing_ok=True)
            else:
                _write(state, users - 1, started)


def _start(folder: Path) -> Started | None:
    if given := os.environ.get("KAFKA_BOOTSTRAP"):
        return Started(given)
    if _docker_runs():
        return _in_docker()
    if java_and_maven():
        cluster = Cluster(folder / "kafka")
        _OURS.append(cluster)
        return Started(cluster.bootstrap, pid=cluster.brokers[0].pid)
    return None


def _docker_runs() -> bool:
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], check=False, capture_output=True, timeout=30).returncode == 0


def _in_docker() -> Started:
    (port,) = free_ports(1)
    settings = {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": f"PLAINTEXT://0.0.0.0:{port},CONTROLLER://127.0.0.1:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@127.0.0.1:9093",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
    }
    variables = [word for name, value in settings.items() for word in ("--env", f"{name}={value}")]
    told = subprocess.run(
        ["docker", "run", "--detach", "--publish", f"127.0.0.1:{port}:{port}", *variables, _IMAGE],
        check=True,
        capture_output=True,
        text=True,
    )
    return Started(f"127.0.0.1:{port}", container=told.stdout.strip())


def _read(state: Path) -> tuple[int, Started | None]:
    if not state.exists():
        return 0, None
    kept = json.loads(state.read_text())
    return kept["users"], Started(kept["bootstrap"], kept["pid"], kept["container"])


def _write(state: Path, users: int, started: Started) -> None:
    kept = {"users": users, "bootstrap": started.bootstrap, "pid": started.pid, "container": started.container}
    state.write_text(json.dumps(kept))
