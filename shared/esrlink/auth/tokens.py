"""Checks a token's signature and claims and turns it into a principal.

Only asymmetric algorithms are taken: `none` and the HMAC family would let anyone who reads the public key sign. Times
are checked against the real wall clock, never against the product's movable clock: a demo that moves a cut-off must not
make old tokens valid. What a claim means is settled here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact
from joserfc.jwt import ClaimsOption

from esrlink.auth.principal import Principal, Role
from esrlink.errors import Unauthenticated

ALGORITHMS = ["RS256", "ES256", "PS256"]
# Two machines' clocks in one hospital differ by seconds; more than this is a fault to be mended there.
LEEWAY_SECONDS = 30
# Real tokens are 1-2 kB; parsing is not offered to larger ones.
LONGEST_TOKEN = 16_384

_VPD = re.compile(r"[0-9]{3}")
_ESR_NUMBER = re.compile(r"[0-9]{3}/[0-9A-Z]{1,30}")


def invalid_token(detail: str) -> Unauthenticated:
    """The answer to a bad token, with the challenge of RFC 6750. `detail` must be plain ASCII without quotes."""
    challenge = f'Bearer realm="esr-link", error="invalid_token", error_description="{detail}"'
    return Unauthenticated(detail, headers={"WWW-Authenticate": challenge})


def key_id(token: str) -> str | None:
    """The `kid` of a token's header, unchecked: good for choosing a key only. Raises `Unauthenticated`."""
    if len(token) > LONGEST_TOKEN:
        raise invalid_token("The token is longer than any we issue.")
    try:
        kid = extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError) as error:
        raise invalid_token("This is not a signed JWT.") from error
    return kid if isinstance(kid, str) else None


def checked_claims(
    token: str, keys: KeySet, *, issuer: str, audience: str, required: tuple[str, ...] = ()
) -> Mapping[str, Any]:
    """The claims of a token whose signature, issuer, audience and times hold. Raises `Unauthenticated`."""
    try:
        decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
    except (JoseError, ValueError) as error:
        raise invalid_token("The signature does not hold, or the algorithm or key is not one of ours.") from error
    # Blank is allowed where it means "nothing is granted": such a token is good and opens nothing.
    options: dict[str, ClaimsOption] = {name: {"essential": True, "allow_blank": True} for name in required}
    options["sub"] = options["exp"] = {"essential": True}
    options["iss"] = {"essential": True, "value": issuer}
    options["aud"] = {"essential": True, "value": audience}
    claims = jwt.JWTClaimsRegistry(None, LEEWAY_SECONDS, **options)
    try:
        claims.validate(decoded.claims)
    except JoseError as error:
        # joserfc's own sentence may quote a claim's value; its class says enough.
        raise invalid_token(f"A claim does not hold ({type(error).__name__}).") from error
    return decoded.claims


def machine_from(claims: Mapping[str, Any]) -> Principal:
    """A machine client from the claims of its access token: `scope`, `vpds` and, optionally, `departments`."""
    subject = str(claims["sub"])
    return Principal(
        subject=subject,
        kind="machine",
        display_name=str(claims.get("client_id") or claims.get("azp") or subject),
        scopes=frozenset(_words(claims, "scope")),
        vpds=_vpds(claims),
        departments=_departments(claims),
    )


def person_from(claims: Mapping[str, Any]) -> Principal:
    """A person from the claims of their ID token: `roles` (unknown ones are left out), `vpds`, `departments`, `esr_numbers`."""
    subject = str(claims["sub"])
    return Principal(
        subject=subject,
        kind="person",
        display_name=str(claims.get("name") or claims.get("preferred_username") or subject),
        roles=frozenset(role for role in Role if role in _words(claims, "roles")),
        vpds=_vpds(claims),
        departments=_departments(claims),
        esr_numbers=_esr_numbers(claims),
    )


def _words(claims: Mapping[str, Any], name: str) -> list[str]:
    """A claim that issuers write either as a list or as words with blanks between."""
    value = claims.get(name)
    if value is None:
        return []
    if isinstance(value, str):
        return value.split()
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return value
    raise invalid_token(f"The claim {name} must be a list of words.")


def _vpds(claims: Mapping[str, Any]) -> frozenset[str]:
    vpds = _words(claims, "vpds")
    if not all(_VPD.fullmatch(vpd) for vpd in vpds):
        raise invalid_token("The claim vpds must hold three-digit VPDs.")
    return frozenset(vpds)


def _esr_numbers(claims: Mapping[str, Any]) -> frozenset[str]:
    numbers = frozenset(_words(claims, "esr_numbers"))
    # With two numbers in one trust, records of the second would look like somebody else's to their own claimant.
    trusts = {number.partition("/")[0] for number in numbers}
    if len(trusts) < len(numbers) or not all(_ESR_NUMBER.fullmatch(number) for number in numbers):
        raise invalid_token("The claim esr_numbers must hold VPD/employee number, one for each trust.")
    return numbers


def _departments(claims: Mapping[str, Any]) -> frozenset[str] | None:
    # Absent means every department; present and empty means none.
    return None if claims.get("departments") is None else frozenset(_words(claims, "departments"))
