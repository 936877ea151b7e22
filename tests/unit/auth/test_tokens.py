"""Machine clients: a token opens the door only when every part of it holds."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from esrlink.auth import Authenticator, Principal, Scope
from esrlink.auth.issuer_keys import MINIMUM_INTERVAL, REFRESH_AFTER, TRUST_AT_MOST, IssuerKeys
from esrlink.auth.session import from_cookie, start_session, to_cookie
from esrlink.auth.testing import TestIssuer, tryout_settings
from esrlink.errors import NotFound, Unauthenticated, Unavailable


@pytest.fixture
def issuer() -> TestIssuer:
    return TestIssuer()


@pytest.fixture
def auth(issuer: TestIssuer) -> Authenticator:
    return issuer.authenticator(tryout_settings())


async def test_a_good_token_gives_a_principal_with_its_limits(issuer, auth) -> None:
    token = issuer.token(Scope.PROFILES_READ, vpds=["277", "312"], departments=["clwrota/anaesthetics"])
    principal = await auth.machine(token)
    assert principal == Principal(
        subject="clwrota",
        kind="machine",
        display_name="clwrota",
        scopes=frozenset({Scope.PROFILES_READ}),
        vpds=frozenset({"277", "312"}),
        departments=frozenset({"clwrota/anaesthetics"}),
    )


async def test_no_departments_claim_means_all_and_an_empty_one_means_none(issuer, auth) -> None:
    everywhere = await auth.machine(issuer.token())
    nowhere = await auth.machine(issuer.token(departments=[]))
    everywhere.require_department("clwrota", "anaesthetics")
    with pytest.raises(NotFound):
        nowhere.require_department("clwrota", "anaesthetics")


async def test_another_trust_looks_as_if_it_did_not_exist(issuer, auth) -> None:
    principal = await auth.machine(issuer.token(vpds=["277"]))
    principal.require_vpd("277")
    with pytest.raises(NotFound):
        principal.require_vpd("312")


async def test_whose_records_are_a_persons_own_survives_sign_in_and_session(issuer, auth) -> None:
    token = issuer.token(aud="esr-link-pages", nonce="n", esr_numbers=["277/20001234", "312/00104729"])
    signed_in = await auth.person_of_id_token(token, "n")
    kept = from_cookie({**to_cookie(start_session(signed_in, timedelta(hours=1))), "exp": 1.0}).principal
    for who in (signed_in, kept):
        assert (who.esr_number("277"), who.esr_number("312"), who.esr_number("999")) == ("20001234", "00104729", None)


@pytest.mark.parametrize("numbers", [["20001234"], ["277/1", "277/2"], ["277/a b"], ["27/1"]])
async def test_numbers_that_name_nobody_or_two_people_of_one_trust_are_refused(numbers, issuer, auth) -> None:
    with pytest.raises(Unauthenticated, match="esr_numbers"):
        await auth.person_of_id_token(issuer.token(aud="esr-link-pages", nonce="n", esr_numbers=numbers), "n")


BAD = {
    "expired": lambda i: i.expired(),
    "not valid yet": lambda i: i.token(nbf=int(time.time()) + 300),
    "for another audience": lambda i: i.token(aud="another-product"),
    "from another issuer": lambda i: i.token(iss="https://elsewhere.test"),
    "signed by a stranger": lambda i: i.forged(),
    "not signed": lambda i: i.unsigned(),
    "signed with the public key as a secret": lambda i: i.signed_with_the_public_key(),
    "without scope": lambda i: i.token(scope=None),
    "without vpds": lambda i: i.without("vpds"),
    "without an end": lambda i: i.token(exp=None),
    "with a VPD that is none": lambda i: i.token(vpds=["27"]),
    "with a VPD in digits of another script": lambda i: i.token(vpds=["\u0662\u0667\u0667"]),
    "with vpds of the wrong kind": lambda i: i.token(departments=7),
    "no JWT at all": lambda _: "opaque",
    "far too long": lambda i: i.token(note="x" * 20_000),
    "cut short": lambda i: i.token()[:-10],
}


@pytest.mark.parametrize("how", BAD)
async def test_a_bad_token_is_refused_with_the_challenge_of_rfc_6750(how, issuer, auth) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        await auth.machine(BAD[how](issuer))
    assert 'Bearer realm="esr-link", error="invalid_token"' in refusal.value.headers["WWW-Authenticate"]


async def test_a_few_seconds_between_two_clocks_do_no_harm(issuer, auth) -> None:
    assert await auth.machine(issuer.token(nbf=int(time.time()) + 10))
    assert await auth.machine(issuer.token(exp=int(time.time()) - 10))


async def test_an_issuer_that_is_down_is_unavailable_and_not_our_fault(issuer, auth) -> None:
    issuer.is_down = True
    with pytest.raises(Unavailable) as refusal:
        await auth.machine(issuer.token())
    assert refusal.value.status == 503
    assert "Retry-After" in refusal.value.headers


async def test_a_token_that_was_good_ends_with_the_key_that_signed_it(issuer, auth, monkeypatch) -> None:
    old = issuer.token("profiles:read")
    assert await auth.machine(old) == await auth.machine(old)
    issuer.rotate("key-2")
    after = time.monotonic() + MINIMUM_INTERVAL
    monkeypatch.setattr(auth.issuer, "_monotonic", lambda: after)
    await auth.machine(issuer.token("profiles:read"))  # by it the new keys become known
    with pytest.raises(Unauthenticated):
        await auth.machine(old)


async def test_a_token_that_was_good_ends_with_its_time(issuer, auth, monkeypatch) -> None:
    token = issuer.token("profiles:read")
    assert await auth.machine(token)
    later = time.time() + 900 + 31
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(Unauthenticated, match="Expired"):
        await auth.machine(token)


async def test_a_token_is_looked_at_whole_and_not_by_what_another_came_to(issuer, auth) -> None:
    token = issuer.token("profiles:read", vpds=["277"])
    await auth.machine(token)
    assert (await auth.machine(issuer.token("profiles:read", vpds=["312"]))).vpds == {"312"}
    with pytest.raises(Unauthenticated):
        await auth.machine(f"{token[:-4]}AAAA")


async def test_keys_are_fetched_once_for_many_tokens(issuer, auth) -> None:
    for _ in range(20):
        await auth.machine(issuer.token())
    assert issuer.fetches == 2  # discovery and JWKS


class _Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def keys(issuer: TestIssuer, clock: _Clock) -> IssuerKeys:
    return IssuerKeys(issuer.url, issuer.http(), clock)


async def test_a_rotated_key_is_picked_up_at_once(issuer, keys, clock) -> None:
    await keys.keys("key-1")
    clock.now += MINIMUM_INTERVAL
    issuer.rotate("key-2")
    assert [key.kid for key in (await keys.keys("key-2")).keys] == ["key-2"]


async def test_invented_key_ids_do_not_make_us_hammer_the_issuer(issuer, keys, clock) -> None:
    await keys.keys("key-1")
    clock.now += MINIMUM_INTERVAL
    before = issuer.fetches
    for number in range(50):
        await keys.keys(f"invented-{number}")
    assert issuer.fetches == before + 2


async def test_keys_outlive_an_issuer_that_is_down_for_a_day_and_no_longer(issuer, keys, clock) -> None:
    await keys.keys("key-1")
    issuer.is_down = True
    clock.now += REFRESH_AFTER + 1
    assert await keys.keys("key-1")
    clock.now += TRUST_AT_MOST
    with pytest.raises(Unavailable):
        await keys.keys("key-1")


async def test_a_discovery_document_of_another_issuer_is_not_believed(issuer) -> None:
    client = issuer.http()
    issuer.url = "https://other.test"
    with pytest.raises(Unavailable):
        await IssuerKeys("https://issuer.test", client).keys()
