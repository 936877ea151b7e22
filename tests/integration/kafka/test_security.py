"""Kafka over TLS, with users and with tokens: who may, may; who may not is told so, and in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from esrlink.auth.issuer import create_issuer
from esrlink.bus.kafka import KafkaBus, KafkaSettings
from esrlink.bus.kafka.topics import apply, differences
from esrlink.contracts import Message
from esrlink.errors import Unavailable
from esrlink.settings import Mode, SiteSettings
from tests.kafka.cluster import Cluster, free_ports
from tests.kafka.secure import PASSWORD, USER, Secure
from tests.kafka.topics import kafka_settings, make_topics

CLIENT_SECRET = "try-out-only"

pytestmark = pytest.mark.usefixtures("kafka")  # where there is no Kafka at all, say it in the same words


@asynccontextmanager
async def issuing(folder: Path) -> AsyncIterator[str]:
    """The try-out's own issuer, served; gives its address."""
    (port,) = free_ports(1)
    root = FastAPI()
    settings = SiteSettings(
        mode=Mode.TRYOUT, data_dir=folder, public_url=f"http://127.0.0.1:{port}", session_secret="s" * 40
    )  # type: ignore[arg-type]
    root.mount("/issuer", create_issuer(settings, folder))
    server = uvicorn.Server(uvicorn.Config(root, host="127.0.0.1", port=port, log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.02)
    yield f"http://127.0.0.1:{port}/issuer"
    server.should_exit = True
    await serving


@pytest.fixture(scope="module")
async def secure(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Secure]:
    folder = tmp_path_factory.mktemp("secure")
    (port,) = free_ports(1)
    async with issuing(folder) as issuer:
        secure = Secure(port, folder / "tls", issuer, "esr-link")
        cluster = await asyncio.to_thread(Cluster, folder / "kafka", secure=secure)
        await make_topics(cluster.bootstrap, ["t"])
        yield secure
        await asyncio.to_thread(cluster.stop)


def settings(secure: Secure, **values: Any) -> KafkaSettings:
    common = {"security_protocol": "SASL_SSL", "ca_file": secure.ca_file, "start_timeout": timedelta(seconds=4)}
    return kafka_settings(**{**common, **values})


def scram(secure: Secure, mechanism: str = "SCRAM-SHA-512", password: str = PASSWORD) -> KafkaSettings:
    return settings(secure, sasl_mechanism=mechanism, username=USER, password=password)


def oauth(secure: Secure, secret: str = CLIENT_SECRET) -> KafkaSettings:
    return settings(
        secure,
        sasl_mechanism="OAUTHBEARER",
        token_url=f"{secure.issuer}/token",
        client_id="clwrota",
        client_secret=secret,
    )


GOOD: dict[str, Callable[[Secure], KafkaSettings]] = {
    "scram-512": scram,
    "scram-256": lambda secure: scram(secure, "SCRAM-SHA-256"),
    "oauthbearer": oauth,
}


@pytest.mark.parametrize("who", GOOD)
async def test_one_who_may_publishes_consumes_and_sees_topics_over_tls(secure: Secure, who: str) -> None:
    given = GOOD[who](secure)
    bus = KafkaBus([f"127.0.0.1:{secure.port}"], given)
    sent = Message("t", who, b"value", {"ce_id": who})
    await bus.publish([sent])
    async with bus.subscribe(f"group-{who}", ["t"]) as subscription, asyncio.timeout(15):
        got: list[Message] = []
        while sent not in got:
            got += await subscription.poll(100, timedelta(seconds=1))
        await subscription.commit()
    await bus.stop()
    prefixed = given.model_copy(update={"prefix": f"{who}.", "replication": 1, "partitions": 1})
    await apply([f"127.0.0.1:{secure.port}"], prefixed)
    assert await differences([f"127.0.0.1:{secure.port}"], prefixed) == []


async def _publish(bus: KafkaBus) -> None:
    await bus.publish([Message("t", "k", b"v")])


async def _subscribe(bus: KafkaBus) -> None:
    async with bus.subscribe("g", ["t"]):
        pass


BAD: dict[str, Callable[[Secure], KafkaSettings]] = {
    "wrong password": lambda secure: scram(secure, password="not the password"),
    "wrong secret of the client": lambda secure: oauth(secure, "not the secret"),
    "a certificate that nobody we trust signed": lambda secure: settings(
        secure, ca_file=None, sasl_mechanism="SCRAM-SHA-512", username=USER, password=PASSWORD
    ),
    "no TLS at all": lambda secure: settings(
        secure, security_protocol="SASL_PLAINTEXT", sasl_mechanism="SCRAM-SHA-512", username=USER, password=PASSWORD
    ),
}


@pytest.mark.parametrize("how", [_publish, _subscribe], ids=["publish", "subscribe"])
@pytest.mark.parametrize("who", BAD)
async def test_one_who_may_not_is_refused_in_time(
    secure: Secure, who: str, how: Callable[[KafkaBus], Awaitable[None]]
) -> None:
    bus = KafkaBus([f"127.0.0.1:{secure.port}"], BAD[who](secure))
    begun = time.monotonic()
    with pytest.raises(Unavailable) as refused:
        await how(bus)
    await bus.stop()
    assert time.monotonic() - begun < 25
    assert PASSWORD not in str(refused.value)


def test_settings_that_are_not_complete_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="ESRLINK_KAFKA_USERNAME and ESRLINK_KAFKA_PASSWORD"):
        KafkaSettings(security_protocol="SASL_SSL")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="ESRLINK_KAFKA_TOKEN_URL"):
        KafkaSettings(security_protocol="SASL_SSL", sasl_mechanism="OAUTHBEARER")  # type: ignore[arg-type]
