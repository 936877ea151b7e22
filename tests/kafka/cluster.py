"""A real Apache Kafka of our own: one broker or three (KRaft), on ports that are free, with the data in a folder to throw away.

A broker can be killed like a machine that loses its power, and started again on the same data.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from tests.kafka.jars import jars
from tests.kafka.secure import Secure

CLUSTER_ID = "4L6g3nShT-eMCtKxX86swQ"
_START_SECONDS = 60
_MEMORY = ("-Xms128m", "-Xmx512m")


class Broker:
    """One node that is broker and controller. `extra` are further lines of its settings, `java` options of its machine."""

    def __init__(
        self,
        node: int,
        folder: Path,
        ports: Sequence[tuple[int, int]],
        *,
        extra: Sequence[str] = (),
        java: Sequence[str] = (),
    ) -> None:
        self.node = node
        self.port, controller = ports[node - 1]
        self._options = (*_MEMORY, *java)
        self._folder = folder / f"node{node}"
        self._folder.mkdir(parents=True)
        self._process: subprocess.Popen[bytes] | None = None
        voters = ",".join(f"{n}@127.0.0.1:{port}" for n, (_, port) in enumerate(ports, 1))
        copies = min(3, len(ports))
        self._settings = self._folder / "server.properties"
        self._settings.write_text(
            "\n".join(
                [
                    "process.roles=broker,controller",
                    f"node.id={node}",
                    f"controller.quorum.voters={voters}",
                    f"listeners=PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{controller}",
                    f"advertised.listeners=PLAINTEXT://127.0.0.1:{self.port}",
                    "controller.listener.names=CONTROLLER",
                    "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                    f"log.dirs={self._folder / 'data'}",
                    "auto.create.topics.enable=false",
                    "num.partitions=4",
                    f"default.replication.factor={copies}",
                    f"min.insync.replicas={max(1, copies - 1)}",
                    "offsets.topic.num.partitions=4",
                    f"offsets.topic.replication.factor={copies}",
                    f"transaction.state.log.replication.factor={copies}",
                    "transaction.state.log.min.isr=1",
                    # A test group need not wait for members that a starting fleet would still bring.
                    "group.initial.rebalance.delay.ms=0",
                    *extra,
                ]
            )
        )

    def format(self, *options: str) -> None:
        """Prepare the empty data folder."""
        tool = ["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(self._settings), *options]
        subprocess.run([*self._java("-XX:TieredStopAtLevel=1"), *tool], check=True, capture_output=True, timeout=60)

    def start(self) -> None:
        """Start it, and wait until it listens."""
        with (self._folder / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._java(*self._options), "kafka.Kafka", str(self._settings)],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C at the tests is not for the broker: the tests stop it
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Kafka did not start: {(self._folder / 'log.txt').read_text()[-3000:]}")
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in good order."""
        self._end(signal.SIGTERM)

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(how)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(20)
            self._process = None

    def _listens(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(0.5)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    @staticmethod
    def _java(*options: str) -> list[str]:
        logs = Path(__file__).with_name("log4j2.properties")
        return ["java", *options, f"-Dlog4j2.configurationFile={logs}", "-cp", f"{jars()}/*"]


class Cluster:
    """One or three brokers. `secure` adds a listener with TLS and SASL."""

    def __init__(self, folder: Path, *, brokers: int = 1, secure: Secure | None = None) -> None:
        numbers = free_ports(2 * brokers)
        ports = list(zip(numbers[::2], numbers[1::2], strict=True))
        extra, java, users = ([], [], []) if secure is None else (secure.settings(*ports[0]), secure.java, secure.users)
        self.brokers = [Broker(node, folder, ports, extra=extra, java=java) for node in range(1, brokers + 1)]
        for broker in self.brokers:
            broker.format(*users)
        # A quorum: none of them listens before most of them run, so none may be waited for alone.
        self.start()

    @property
    def bootstrap(self) -> str:
        """`host:port,…` of all brokers."""
        return ",".join(f"127.0.0.1:{broker.port}" for broker in self.brokers)

    def start(self) -> None:
        """Start all brokers."""
        with ThreadPoolExecutor(len(self.brokers)) as pool:
            list(pool.map(Broker.start, self.brokers))

    def stop(self) -> None:
        """End all of them; the data is thrown away, so nothing need be put in order."""
        for broker in self.brokers:
            broker.kill()


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on just now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    numbers = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return numbers
