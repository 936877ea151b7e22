"""Sign-in and tokens through the try-out's own issuer, end to end in one process."""

from __future__ import annotations

import base64
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import Depends, FastAPI

from esrlink.auth import AnyPerson, Authenticator, Principal, Role, Scope, require
from esrlink.auth.issuer import CLIENT_SECRET, CLIENTS, PEOPLE, create_issuer
from esrlink.auth.sign_in import auth_router
from esrlink.auth.testing import tryout_settings
from esrlink.http.app import dress
from esrlink.settings import Mode, ServiceSettings
from esrlink.web import Pages

SITE = "http://hub.test"


@pytest.fixture
def site(tmp_path: Path) -> FastAPI:
    app, service = FastAPI(), FastAPI()
    transport = httpx.ASGITransport(app)
    settings = tryout_settings(public_url=SITE, data_dir=tmp_path)
    # The only network is this very site.
    auth = Authenticator(settings, http=httpx.AsyncClient(transport=transport))
    for part in (app, service):
        dress(part, name="test", settings=settings, auth=auth, pages=Pages(settings))

    @service.get("/me")
    async def me(person: AnyPerson) -> dict[str, object]:
        return {
            "name": person.display_name,
            "roles": sorted(person.roles),
            "vpds": sorted(person.vpds),
            "own": person.esr_number("277"),
        }

    @service.get("/v1/me")
    async def machine(caller: Annotated[Principal, Depends(require(Scope.PROFILES_READ))]) -> str:
        return caller.display_name

    app.include_router(auth_router(auth))
    app.mount("/issuer", create_issuer(settings, tmp_path))
    app.mount("/gateway", service)
    return app


@pytest.fixture
async def browser(site: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(site), base_url=SITE, follow_redirects=True, headers={"Accept": "text/html"}
    ) as client:
        yield client


async def _choose(browser: httpx.AsyncClient, path: str, person: str = "sample-277-validator") -> httpx.Response:
    page = await browser.get(path)
    assert "Choose who to be" in page.text
    return await browser.get(str(page.url.copy_merge_params({"person": person})))


async def test_signing_in_leads_back_to_the_page_that_was_asked_for(browser) -> None:
    answer = await _choose(browser, "/gateway/me?from=bookmark")
    assert str(answer.url) == f"{SITE}/gateway/me?from=bookmark"
    assert answer.json() == {"name": "Dr Ewa Lindqvist", "roles": ["validator"], "vpds": ["277"], "own": None}


async def test_a_clinician_of_the_try_out_is_somebody_of_esr(browser) -> None:
    answer = await _choose(browser, "/gateway/me", "sample-277-clinician")
    assert answer.json()["own"] == "00104729"


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(browser) -> None:
    browser.follow_redirects = False
    begun = await browser.get("/sign-in")
    back = await browser.get(begun.headers["location"] + "&person=sample-operator")
    done = await browser.get(back.headers["location"])
    cookie = next(c for c in done.headers.get_list("set-cookie") if c.startswith("esrlink_session="))
    assert all(word in cookie for word in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=28800"))
    assert "Winter" not in cookie


async def test_signing_out_needs_a_form_of_ours_and_ends_the_session(browser) -> None:
    await _choose(browser, "/gateway/me")
    assert (await browser.post("/sign-out")).status_code == 403
    page = await browser.get("/signed-out")  # any page of the shell carries the form once signed in
    assert page.status_code == 200
    csrf = (await browser.get("/gateway/no-such-page")).text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = await browser.post("/sign-out", data={"csrf_token": csrf})
    assert "You are signed out" in answer.text
    assert "Choose who to be" in (await browser.get("/gateway/me")).text


async def test_a_sign_in_that_another_browser_began_is_refused(browser, site) -> None:
    browser.follow_redirects = False
    begun = await browser.get("/sign-in")
    back = await browser.get(begun.headers["location"] + "&person=sample-operator")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url=SITE) as victim:
        answer = await victim.get(back.headers["location"])
    assert answer.status_code == 401
    assert "esrlink_session" not in answer.headers.get("set-cookie", "")


async def test_a_code_works_once(browser) -> None:
    browser.follow_redirects = False
    begun = await browser.get("/sign-in")
    back = await browser.get(begun.headers["location"] + "&person=sample-operator")
    kept = dict(browser.cookies)
    assert (await browser.get(back.headers["location"])).status_code == 303
    browser.cookies = kept
    assert (await browser.get(back.headers["location"])).status_code == 401


async def test_the_issuer_redirects_to_nowhere_but_this_site(browser) -> None:
    begun = httpx.URL((await browser.get("/sign-in", follow_redirects=False)).headers["location"])
    answer = await browser.get(
        begun.copy_merge_params({"redirect_uri": "https://evil.test/", "person": "sample-operator"})
    )
    assert answer.status_code == 400
    assert answer.history == []


async def test_the_code_is_bound_to_the_verifier(browser) -> None:
    begun = await browser.get("/sign-in", follow_redirects=False)
    back = await browser.get(begun.headers["location"] + "&person=sample-operator", follow_redirects=False)
    code = parse_qs(urlsplit(back.headers["location"]).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": f"{SITE}/sign-in/callback"}
    answer = await browser.post("/issuer/token", data={**form, "code_verifier": "a guess"})
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


async def _token(browser: httpx.AsyncClient, **form: str) -> httpx.Response:
    return await browser.post("/issuer/token", data={"grant_type": "client_credentials", **form})


@pytest.mark.parametrize("way", ["post", "basic"])
async def test_a_sample_client_gets_a_token_that_the_services_take(way, browser) -> None:
    credentials = base64.b64encode(f"clwrota:{CLIENT_SECRET}".encode()).decode()
    answer = await browser.post(
        "/issuer/token",
        data={"grant_type": "client_credentials"}
        | ({"client_id": "clwrota", "client_secret": CLIENT_SECRET} if way == "post" else {}),
        headers={"Authorization": f"Basic {credentials}"} if way == "basic" else {},
    )
    token = answer.json()
    assert token["expires_in"] == 900
    assert answer.headers["cache-control"] == "no-store"
    me = await browser.get("/gateway/v1/me", headers={"Authorization": f"Bearer {token['access_token']}"})
    assert me.json() == "clwrota"


async def test_a_client_may_ask_for_less_and_not_for_more(browser) -> None:
    known = {"client_id": "clwrota", "client_secret": CLIENT_SECRET}
    less = await _token(browser, **known, scope="work:write")
    assert less.json()["scope"] == "work:write"
    headers = {"Authorization": f"Bearer {less.json()['access_token']}"}
    assert (await browser.get("/gateway/v1/me", headers=headers)).status_code == 403
    assert (await _token(browser, **known, scope="audit:read")).json() == {"error": "invalid_scope"}


async def test_a_wrong_secret_and_an_unknown_client_get_the_same_answer(browser) -> None:
    for client, secret in (("clwrota", "guess"), ("nobody", CLIENT_SECRET)):
        answer = await _token(browser, client_id=client, client_secret=secret)
        assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


async def test_an_id_token_does_not_open_the_api(browser, site) -> None:
    # Same key, same issuer, another audience: a person's ID token must not pass for an access token.
    from esrlink.auth.issuer.signing import Signer

    auth: Authenticator = site.state.auth
    token = Signer(f"{SITE}/issuer", auth.settings.data_dir).token(
        "sample-operator", auth.settings.oidc_client_id, scope="profiles:read", vpds=["277"]
    )
    answer = await browser.get("/gateway/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_the_issuer_refuses_to_exist_in_production(tmp_path) -> None:
    settings = ServiceSettings(
        mode=Mode.PRODUCTION,
        database_url="postgresql://db/x",
        bus_url="kafka://broker",
        issuer_url="https://id.test",
        session_secret="secret",
    )
    with pytest.raises(ValueError, match="try-out only"):
        create_issuer(settings, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_issuers_key_is_kept_and_private(tmp_path) -> None:
    from esrlink.auth.issuer.signing import Signer

    first = Signer("http://issuer.test", tmp_path).jwks()
    assert Signer("http://issuer.test", tmp_path).jwks() == first
    assert "d" not in first["keys"][0]
    assert stat.S_IMODE((tmp_path / "issuer-key.json").stat().st_mode) == 0o600


def test_the_samples_cover_every_role_in_both_trusts() -> None:
    for vpd in ("277", "312"):
        assert {person.role for person in PEOPLE if vpd in person.vpds} == set(Role)
    assert [client.client_id for client in CLIENTS] == ["clwrota", "medirota", "central-reporting", "operations"]
