"""Who is calling and what they may do: machine clients by OAuth2 tokens, people by OpenID Connect sign-in.

A service puts an `Authenticator` on `app.state.auth`, guards operations with
`Depends(require(Scope.X, roles=[Role.Y]))` and pages with `Depends(signed_in(Role.Y))`, then asks the `Principal` it
gets about the trust and department in hand. The sign-in pages are in `esrlink.auth.sign_in`, the try-out's issuer in
`esrlink.auth.issuer`, test support in `esrlink.auth.testing`.
"""

from esrlink.auth.access import AnyPerson, require, require_csrf, signed_in
from esrlink.auth.authenticator import Authenticator, issuer_url_of
from esrlink.auth.csrf import csrf_field
from esrlink.auth.principal import Principal, Role, Scope
from esrlink.auth.redirects import SignInNeeded, same_site_path

__all__ = [
    "AnyPerson",
    "Authenticator",
    "Principal",
    "Role",
    "Scope",
    "SignInNeeded",
    "csrf_field",
    "issuer_url_of",
    "require",
    "require_csrf",
    "same_site_path",
    "signed_in",
]
