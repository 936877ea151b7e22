"""Brokers of our own: the shared one is not ours to kill."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.kafka.cluster import Cluster
from tests.kafka.finding import NO_KAFKA
from tests.kafka.jars import java_and_maven

BROKERS = int(os.environ.get("KAFKA_BROKERS", "1"))


@contextmanager
def own_cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster to do anything to, stopped at the end. `KAFKA_BROKERS` says how large it is."""
    if not java_and_maven():
        if os.environ.get("CI") == "true":
            pytest.fail(NO_KAFKA)
        pytest.skip(NO_KAFKA)
    cluster = Cluster(folder, brokers=BROKERS)
    try:
        yield cluster
    finally:
        cluster.stop()
