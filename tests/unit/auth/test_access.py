"""What a caller needs: scopes for machines, roles for people, and forms that come from our own pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse

from esrlink.auth import Principal, Role, Scope, require, same_site_path, signed_in
from esrlink.auth.session import CookieBox, kept_secret
from esrlink.auth.testing import TestIssuer, person, session_cookie, signed_in_session, tryout_settings
from esrlink.errors import EsrLinkError

SITE = "https://hub.test"
NEEDS = require(Scope.PROFILES_READ, Scope.PROFILES_WRITE, roles=[Role.OPERATOR])
WRITE = {"method": "POST", "url": "/gateway/pages/1"}


@pytest.fixture
def issuer() -> TestIssuer:
    return TestIssuer()


@pytest.fixture
def service(issuer: TestIssuer) -> FastAPI:
    app = FastAPI()
    app.state.auth = issuer.authenticator(tryout_settings(public_url=SITE))

    @app.exception_handler(EsrLinkError)
    async def answer(request: Request, error: EsrLinkError) -> JSONResponse:
        return JSONResponse({"code": error.code, "detail": error.detail}, error.status, headers=error.headers)

    @app.get("/v1/profiles")
    @app.put("/v1/profiles")
    async def profiles(caller: Annotated[Principal, Depends(NEEDS)]) -> str:
        return caller.subject

    @app.get("/pages/1")
    @app.post("/pages/1")
    async def page(caller: Annotated[Principal, Depends(signed_in(Role.OPERATOR, Role.AUDITOR))]) -> str:
        return caller.subject

    return app


@pytest.fixture
async def client(service: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    site = FastAPI()
    site.mount("/gateway", service)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url=SITE) as client:
        yield client


async def test_a_machine_needs_every_scope(client, issuer) -> None:
    both = await client.get("/gateway/v1/profiles", headers=issuer.bearer(Scope.PROFILES_READ, Scope.PROFILES_WRITE))
    one = await client.get("/gateway/v1/profiles", headers=issuer.bearer(Scope.PROFILES_READ))
    assert both.status_code == 200
    assert one.status_code == 403
    assert 'error="insufficient_scope", scope="profiles:write"' in one.headers["WWW-Authenticate"]


async def test_a_person_needs_one_of_the_roles(client, service) -> None:
    for role, status in ((Role.OPERATOR, 200), (Role.CLINICIAN, 403)):
        client.cookies = session_cookie(service.state.auth, person(role))
        assert (await client.get("/gateway/v1/profiles")).status_code == status


async def test_nobody_is_asked_for_credentials(client) -> None:
    answer = await client.get("/gateway/v1/profiles")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="esr-link"'


async def test_a_bad_token_is_refused_even_beside_a_good_session(client, service, issuer) -> None:
    client.cookies = session_cookie(service.state.auth, person(Role.OPERATOR))
    answer = await client.get("/gateway/v1/profiles", headers={"Authorization": f"Bearer {issuer.expired()}"})
    assert answer.status_code == 401


async def test_another_scheme_than_bearer_is_refused(client) -> None:
    assert (await client.get("/gateway/v1/profiles", headers={"Authorization": "Basic YTpi"})).status_code == 401


async def test_a_machine_is_no_visitor_of_pages(client, issuer) -> None:
    answer = await client.get("/gateway/pages/1", headers=issuer.bearer(Scope.PROFILES_READ))
    assert answer.status_code == 303


async def test_a_page_sends_a_stranger_to_sign_in_and_back_to_itself(client) -> None:
    answer = await client.get("/gateway/pages/1?vpd=277&day=today")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?next=/gateway/pages/1%3Fvpd%3D277%26day%3Dtoday"


async def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(client) -> None:
    headers = {"HX-Request": "true", "Referer": f"{SITE}/gateway/pages/1"}
    answer = await client.get("/gateway/pages/1", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/gateway/pages/1"


async def test_a_referer_of_another_site_is_not_gone_back_to(client) -> None:
    answer = await client.post("/gateway/pages/1", headers={"Referer": "https://evil.test/trap"})
    assert answer.headers["Location"] == "/sign-in?next=/gateway/"


FORGERIES: dict[str, dict[str, Any]] = {
    "no secret": {},
    "the wrong secret": {"data": {"csrf_token": "guess"}},
    "no ASCII": {"data": {"csrf_token": "gäss"}},
    "the secret sent from another site": {"headers": {"Origin": "https://evil.test"}, "good": True},
    "a sandboxed frame": {"headers": {"Origin": "null"}, "good": True},
    "another site by referer only": {"headers": {"Referer": "https://evil.test/"}, "good": True},
}


@pytest.mark.parametrize("how", FORGERIES)
async def test_a_forged_form_is_refused(how, client, service) -> None:
    client.cookies, session = signed_in_session(service.state.auth, person(Role.OPERATOR))
    forgery = dict(FORGERIES[how])
    if forgery.pop("good", False):
        forgery["data"] = {"csrf_token": session.csrf}
    answer = await client.request(**WRITE, **forgery)
    assert (answer.status_code, answer.json()["code"]) == (403, "forged_form")


@pytest.mark.parametrize("carrier", ["form", "header"])
async def test_a_form_of_our_own_page_is_taken(carrier, client, service) -> None:
    client.cookies, session = signed_in_session(service.state.auth, person(Role.OPERATOR))
    sent = {"data": {"csrf_token": session.csrf}} if carrier == "form" else {"headers": {"X-CSRF-Token": session.csrf}}
    sent["headers"] = {**sent.get("headers", {}), "Origin": SITE}
    assert (await client.request(**WRITE, **sent)).status_code == 200


async def test_a_secret_of_another_session_is_refused(client, service) -> None:
    _, other = signed_in_session(service.state.auth, person(Role.OPERATOR))
    client.cookies = session_cookie(service.state.auth, person(Role.OPERATOR))
    assert (await client.request(**WRITE, data={"csrf_token": other.csrf})).status_code == 403


async def test_an_api_call_that_writes_with_a_session_is_guarded_too(client, service) -> None:
    client.cookies = session_cookie(service.state.auth, person(Role.OPERATOR))
    assert (await client.put("/gateway/v1/profiles", json={})).status_code == 403


async def test_the_description_of_the_api_names_its_security(client) -> None:
    document = (await client.get("/gateway/openapi.json")).json()
    assert document["components"]["securitySchemes"].keys() == {"MachineToken", "ClientCredentials", "SignedInPerson"}
    asked = document["paths"]["/v1/profiles"]["get"]["security"]
    assert {"ClientCredentials": ["profiles:read", "profiles:write"]} in asked


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test/",
        "\\\\evil.test",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=y",
        "/\t/evil.test",
        "pages/1",
        "",
        None,
        "/" + "x" * 3000,
    ],
)
def test_nobody_is_redirected_to_another_site(target) -> None:
    assert same_site_path(target) == "/"


@pytest.mark.parametrize("target", ["/", "/submittals/records?state=returned&page=2", "/a%20b#c"])
def test_a_path_of_this_site_is_kept(target) -> None:
    assert same_site_path(target) == target


def test_a_sealed_cookie_opens_only_whole_in_time_and_for_its_purpose() -> None:
    box, other = CookieBox("secret", "session"), CookieBox("secret", "sign-in")
    sealed = box.seal({"sub": "x"}, timedelta(minutes=10))
    assert (box.open(sealed) or {})["sub"] == "x"
    assert other.open(sealed) is None
    assert CookieBox("another", "session").open(sealed) is None
    assert box.open(sealed[:-2]) is None
    assert box.open("rubbish") is None
    assert box.open(box.seal({"sub": "x"}, timedelta(seconds=-1))) is None


def test_a_kept_secret_is_made_once_and_readable_by_its_owner_only(tmp_path) -> None:
    path = tmp_path / "new" / "session-secret"
    first = kept_secret(path)
    assert kept_secret(path) == first
    assert len(first) > 40
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["session-secret"]
