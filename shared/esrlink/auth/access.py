"""What a caller needs for an operation or a page, as FastAPI dependencies.

`require` guards an API operation (machines by scope, people by role), `signed_in` guards a page (people only, sent to
sign in). Both check forged forms on every method that changes something, so no route can forget to.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import APIKeyCookie, HTTPBearer, OAuth2

from esrlink.auth.authenticator import Authenticator
from esrlink.auth.csrf import SAFE_METHODS, check_form
from esrlink.auth.principal import Principal, Role, Scope
from esrlink.auth.redirects import sign_in_needed
from esrlink.auth.session import SESSION_COOKIE, Session
from esrlink.errors import Forbidden, Unauthenticated

_bearer = HTTPBearer(
    scheme_name="MachineToken",
    bearerFormat="JWT",
    description="An access token of your identity provider, with the claims `scope`, `vpds` and perhaps `departments`.",
    auto_error=False,
)
_client_credentials = OAuth2(
    scheme_name="ClientCredentials",
    description="How a machine client gets its token. The address is the try-out's; yours is your identity provider's.",
    flows=OAuthFlows(
        clientCredentials=OAuthFlowClientCredentials(
            tokenUrl="/issuer/token", scopes={scope.value: scope.name.lower().replace("_", " ") for scope in Scope}
        )
    ),
    auto_error=False,
)
_cookie = APIKeyCookie(
    name=SESSION_COOKIE,
    scheme_name="SignedInPerson",
    description="The session of a person who is signed in.",
    auto_error=False,
)

Dependency = Callable[..., Awaitable[Principal]]


def authenticator_of(request: Request) -> Authenticator:
    """The authenticator of the app that serves this request (`app.state.auth`)."""
    auth: Authenticator = request.app.state.auth
    return auth


def require(*scopes: Scope, roles: Iterable[Role] = ()) -> Dependency:
    """A dependency that gives the caller: a machine with ALL of `scopes`, or a person with ANY of `roles`.

    Raises `Unauthenticated` for nobody, `Forbidden` for a caller without the scope or role. It says nothing of trusts
    and departments: the operation calls `principal.require_vpd` and `require_department` when it knows them.
    """
    wanted_scopes, wanted_roles = frozenset(scopes), frozenset(roles)
    names = sorted(wanted_scopes)

    async def dependency(
        request: Request,
        _bearer_scheme: object = Security(_bearer),
        _oauth_scheme: object = Security(_client_credentials, scopes=names),
        _cookie_scheme: object = Security(_cookie),
    ) -> Principal:
        principal = await authenticator_of(request).caller(request)
        if principal is None:
            raise Unauthenticated(
                "Send a token in the Authorization header, or sign in.",
                headers={"WWW-Authenticate": 'Bearer realm="esr-link"'},
            )
        if principal.kind == "machine":
            if not wanted_scopes or not wanted_scopes <= principal.scopes:
                raise _scope_missing(wanted_scopes - principal.scopes)
        else:
            _check_roles(principal, wanted_roles)
            await _check_form(request)
        return principal

    return dependency


def signed_in(*roles: Role) -> Dependency:
    """A dependency for pages that gives the person: with any of `roles`, or any role at all when none is named.

    Raises `SignInNeeded` (a redirect) for nobody, `Forbidden` for a person without the role.
    """
    wanted = frozenset(roles) or frozenset(Role)

    async def dependency(request: Request) -> Principal:
        auth = authenticator_of(request)
        session = auth.session(request)
        if session is None:
            raise sign_in_needed(request, auth.settings.public_url)
        _check_roles(session.principal, wanted)
        await _check_form(request)
        return session.principal

    return dependency


async def require_csrf(request: Request) -> None:
    """A dependency for a route that has neither `require` nor `signed_in` and still acts on a session."""
    await _check_form(request)


async def _check_form(request: Request) -> None:
    if request.method in SAFE_METHODS:
        return
    auth = authenticator_of(request)
    session: Session | None = auth.session(request)
    if session is not None:
        await check_form(request, session, auth.settings.public_url)


def _scope_missing(missing: Iterable[Scope]) -> Forbidden:
    words = " ".join(sorted(missing))
    if not words:
        return Forbidden("This is for people who are signed in, not for machine clients.")
    challenge = f'Bearer realm="esr-link", error="insufficient_scope", scope="{words}"'
    return Forbidden(f"Your token lacks the scope: {words}.", headers={"WWW-Authenticate": challenge})


def _check_roles(person: Principal, wanted: frozenset[Role]) -> None:
    if not person.roles & wanted:
        needed = " or ".join(sorted(role.replace("_", " ") for role in wanted)) or "machine client"
        raise Forbidden(f"This is for the role {needed}. Ask your administrator if you should have it.")


AnyPerson = Annotated[Principal, Depends(signed_in())]
