"""The real proxy with its real configuration, in front of real processes: what a client sees is what the try-out shows."""

from __future__ import annotations

import asyncio
import http.client
import os
import ssl
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from esrlink.auth import Role, Scope
from esrlink.auth.authenticator import Authenticator
from esrlink.auth.testing import person, session_cookie
from esrlink.db.migrations import upgrade
from esrlink.embedded import APP_ROLE, BUS_ROLE, EmbeddedPostgres
from esrlink.healthy import is_healthy
from esrlink.runtime import installed_services
from esrlink.settings import Mode, ServiceSettings
from esrlink.tryout import TryOut
from tests.contract.production.shape import ROOT
from tests.contract.production.tools import tool
from tests.integration.ground.test_process import free_port, process
from tests.issuer import ServedIssuer, served_issuer

SECRET = "a secret for tests only, long enough to be one"
RUNNING = ("esr-gateway", "submittals")  # the other two are down, for everybody to see
DEFINITIONS = {definition.name: definition for definition in installed_services()}


@dataclass(frozen=True)
class Site:
    """The site as a client reaches it."""

    port: int
    trusted: ssl.SSLContext
    issuer: ServedIssuer
    log: Path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, verify=self.trusted, timeout=20)

    def raw(self, path: str) -> tuple[int, str]:
        """Status and body for a path that no client library tidied up."""
        with closing(
            http.client.HTTPSConnection("localhost", self.port, context=self.trusted, timeout=20)
        ) as connection:
            connection.putrequest("GET", path)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, answer.read().decode()


@pytest.fixture(scope="module")
async def site(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """Two services and the site as processes, and Caddy before them."""
    caddy = tool("caddy")
    folder, mark = tmp_path_factory.mktemp("proxy"), uuid4().hex[:8]
    await asyncio.to_thread(
        subprocess.run, ["sh", ROOT / "deploy" / "make-secrets", folder], check=True, capture_output=True
    )
    names = [f"proxy_{mark}_{name.replace('-', '_')}" for name in (*RUNNING, "bus")]
    with ExitStack() as stack:
        issuer = stack.enter_context(served_issuer())
        for name in names:
            owner = BUS_ROLE if name.endswith("bus") else "postgres"
            await asyncio.to_thread(postgres.ensure_database, name, owner=owner)
            stack.callback(postgres.drop_database, name)
        ports = {name: free_port() for name in (*DEFINITIONS, "site", "proxy", "grafana", "health")}
        settings = {
            "ESRLINK_PUBLIC_URL": f"https://localhost:{ports['proxy']}",
            "ESRLINK_ISSUER_URL": issuer.url,
            "ESRLINK_SESSION_SECRET": SECRET,
            "ESRLINK_BUS_URL": postgres.bus_url(names[-1]),
            "FORWARDED_ALLOW_IPS": "*",
        }
        started = []
        for service, database in zip(RUNNING, names, strict=False):
            await asyncio.to_thread(
                upgrade, DEFINITIONS[service].migrations, postgres.owner_url(database), app_role=APP_ROLE
            )
            own = {f"{service.upper().replace('-', '_')}_DATABASE_URL": postgres.app_url(database)}
            command = ["serve", service, "--port", str(ports[service])]
            started.append((service, stack.enter_context(process(*command, **settings, **own))))
        services = ",".join(f"{name}=http://127.0.0.1:{ports[name]}/{name}" for name in DEFINITIONS)
        command = ["site", "--services", services, "--port", str(ports["site"])]
        started.append(("", stack.enter_context(process(*command, **settings))))
        log = folder / "log"
        environment = {
            "PROXY_ADDRESS": f"https://localhost:{ports['proxy']}",
            "PROXY_CERTIFICATE": str(folder / "tls_certificate"),
            "PROXY_KEY": str(folder / "tls_key"),
            "PROXY_GRAFANA_LISTENS": f"http://127.0.0.1:{ports['grafana']}",
            "PROXY_LOG_LEVEL": "DEBUG",
            "PROXY_HEALTH": f"http://127.0.0.1:{ports['health']}",
            **{
                f"{name.upper().replace('-', '_')}_ADDRESS": f"127.0.0.1:{ports[name]}"
                for name in (*DEFINITIONS, "site")
            },
            **{variable: str(folder) for variable in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")},
        }
        caddyfile = str(ROOT / "deploy" / "proxy" / "Caddyfile")
        with log.open("wb") as told:
            proxy = subprocess.Popen(  # noqa: ASYNC220 - starting takes no time, and the others that use it are not async
                [caddy, "run", "--config", caddyfile, "--adapter", "caddyfile"],
                env={**os.environ, **environment},
                stdout=told,
                stderr=told,
                text=True,
            )
        stack.callback(proxy.wait, timeout=20)
        stack.callback(proxy.terminate)
        addresses = [f"http://127.0.0.1:{ports['health']}/live"]
        for service, _ in started:
            addresses.append(f"http://127.0.0.1:{ports[service or 'site']}{f'/{service}' if service else ''}/live")
        deadline = time.monotonic() + 90
        while not all([await asyncio.to_thread(is_healthy, address) for address in addresses]):
            lives = all(one.poll() is None for one in (proxy, *(one for _, one in started)))
            assert lives, log.read_text()
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)
        trusted = ssl.create_default_context(cafile=folder / "tls_certificate")
        yield Site(ports["proxy"], trusted, issuer, log)


@pytest.fixture(scope="module")
async def tryout(open_tmp: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The try-out, to compare with."""
    hub = TryOut(open_tmp / f"tryout-{uuid4().hex[:8]}", port=free_port())
    server = await asyncio.to_thread(hub.prepare)
    async with hub.built(server) as (app, _):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=hub.url) as client:
            yield client
    await asyncio.to_thread(server.stop)


PAGE = {"accept": "text/html"}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/signed-out",
        "/assets/none/esrlink.css",
        "/live",
        "/nowhere",
        "/submittals",
        "/submittals/",
        "/submittals/docs",
        "/submittals/openapi.json",
        "/submittals/live",
        "/submittals/v1/status",
        "/submittals/nowhere",
        "/submittalsx",
        "/esr-gateway/",
        "/esr-gateway/v1/files?vpd=277",
    ],
)
async def test_an_address_answers_as_in_the_try_out(site: Site, tryout: httpx.AsyncClient, path: str) -> None:
    def seen(answer: httpx.Response) -> tuple[int, str, str]:
        leads_to = httpx.URL(answer.headers.get("location", "")).path if "location" in answer.headers else ""
        return answer.status_code, answer.headers.get("content-type", ""), leads_to

    async with site.client() as client:
        here, there = await client.get(path, headers=PAGE), await tryout.get(path, headers=PAGE)
    assert seen(here) == seen(there)


async def test_signing_in_goes_to_the_issuer_and_back_to_the_site(site: Site) -> None:
    async with site.client() as client:
        answer = await client.get("/sign-in?next=%2Fsubmittals%2F", headers=PAGE)
    leads_to = httpx.URL(answer.headers["location"])
    assert str(leads_to).startswith(site.issuer.url)
    assert leads_to.params["redirect_uri"] == f"{site.url}/sign-in/callback"
    assert "Secure" in answer.headers["set-cookie"]


async def test_a_redirect_stays_on_https_whatever_the_caller_says(site: Site) -> None:
    async with site.client() as client:
        answer = await client.get("/submittals", headers={"x-forwarded-proto": "http", "x-forwarded-host": "evil.test"})
    assert answer.headers["location"] == f"{site.url}/submittals/"
    assert "max-age" in answer.headers["strict-transport-security"]
    assert "server" not in answer.headers


async def test_a_token_of_the_issuer_opens_the_service(site: Site) -> None:
    async with site.client() as client:
        answer = await client.get("/submittals/v1/status", headers=site.issuer.bearer(Scope.AUDIT_READ))
    assert answer.status_code == 200
    assert answer.json()["service"] == "submittals"


async def test_a_person_sees_every_service_on_the_overview(site: Site) -> None:
    settings = ServiceSettings(mode=Mode.TRYOUT, session_secret=SECRET, public_url=site.url)
    cookies = session_cookie(Authenticator(settings), person(Role.OPERATOR))
    async with site.client() as client:
        client.cookies.update(cookies)
        page = await client.get("/", headers=PAGE)
    assert page.status_code == 200
    assert "It cannot be reached." in page.text, "two services are down"
    assert "content-encoding" not in page.headers, "a compressed page could tell the session's secret"


async def test_styles_are_compressed(site: Site) -> None:
    async with site.client() as client:
        answer = await client.get("/assets/none/nhsuk-frontend.min.css", headers={"accept-encoding": "gzip"})
    if answer.status_code == 404:
        pytest.skip("the styles are not built here")
    assert answer.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    "path",
    [
        "/submittals/metrics",
        "/submittals/metrics/",
        "/submittals//metrics",
        "//submittals/metrics",
        "/submittals/%6Detrics",
        "/submittals/./metrics",
        "/submittals/x/../metrics",
        "/submittals/..%2fsubmittals/metrics",
        "/Submittals/Metrics",
        "/submittals/metrics?x=1",
        "/esr-gateway/../submittals/metrics",
        "/metrics",
    ],
)
async def test_metrics_are_not_for_the_world(site: Site, path: str) -> None:
    status, body = await asyncio.to_thread(site.raw, path)
    assert status in {301, 303, 307, 308, 400, 404}
    assert "esrlink_" not in body


async def test_a_service_that_is_down_is_told_as_such_and_nobody_is_named_in_the_log(site: Site) -> None:
    path = "/profile-sync/v1/people/277/20104729"
    async with site.client() as client:
        machine, human = await asyncio.gather(client.get(path), client.get("/jobplan-adapter/", headers=PAGE))
    assert machine.status_code == human.status_code == 503
    assert machine.headers["content-type"] == "application/problem+json"
    assert machine.headers["retry-after"] == "10"
    assert machine.json()["code"] == "unavailable"
    assert human.headers["content-type"].startswith("text/html")
    log = await asyncio.to_thread(site.log.read_text)
    assert "connection refused" in log, "it logs everything in this test: the fault itself is told"
    assert "20104729" not in log
