"""Renders pages from Jinja2 templates: a service's own first, then the shared ones, then nhsuk-frontend's.

Everything is escaped unless it was made as markup. Undefined names render as nothing, because nhsuk-frontend's macros
count on it; our own templates are covered by tests instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader

from esrlink.auth.csrf import csrf_field
from esrlink.auth.principal import Principal
from esrlink.auth.redirects import site_path
from esrlink.auth.trust_choice import chosen_vpd, vpds_shown
from esrlink.settings import ServiceSettings
from esrlink.version import VERSION
from esrlink.web import wording
from esrlink.web.places import DEAD_LETTER_READERS, OWN_PAGES, PLACES, Place
from esrlink.web.security import PAGE_HEADERS
from esrlink.web.static_files import assets_version

_SHARED = Path(__file__).parent / "templates"


def crumbs(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """Breadcrumbs from (text, path) pairs, from the overview down to the page above this one."""
    return [{"text": text, "href": href} for text, href in steps]


class Pages:
    """The pages of one app. `templates` is the app's own folder; `public_url` gives the path of the site's root."""

    def __init__(self, settings: ServiceSettings, templates: Path | None = None) -> None:
        self._root = site_path(settings.public_url)
        self._is_tryout = settings.mode == "tryout"
        own = [FileSystemLoader(templates)] if templates else []
        self.environment = Environment(
            loader=ChoiceLoader([*own, FileSystemLoader(_SHARED), PackageLoader("nhsuk_frontend_jinja")]),
            autoescape=True,
            undefined=ChainableUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.filters.update(
            number=wording.number,
            day=wording.day,
            moment=wording.moment,
            duration=wording.duration,
            state_colour=wording.state_colour,
            product=wording.product,
            counted=wording.counted,
            percent=wording.percent,
            money=wording.money,
            listed=wording.listed,
        )
        self.environment.globals.update(
            relative=wording.relative, site_root=self._root, asset=self._asset, product_version=VERSION
        )

    @property
    def root(self) -> str:
        """The path of the site's root, without a slash at its end."""
        return self._root

    def render(
        self,
        request: Request,
        template: str,
        *,
        principal: Principal | None = None,
        now: datetime | None = None,
        trust_names: Mapping[str, str] | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **context: Any,
    ) -> HTMLResponse:
        """A page, with the shell's needs filled in.

        `now` is the product's clock, for relative times; the wall clock when absent. `trust_names` gives the names of the
        person's trusts by VPD, as far as they are known; a trust without one is shown by its VPD. A page
        that gives them says whose data it shows. Macros reach the
        request's values with `{% import "macros.html" as ui with context %}`.
        """
        shell = {
            "request": request,
            "principal": principal,
            "now": now or datetime.now(UTC),
            "navigation": self._navigation(request, principal),
            "dead_letters_href": self._dead_letters(request, principal),
            "references": [{"href": f"{self._root}{place.path}docs", "text": place.text} for place in PLACES[1:]],
            "chosen_vpd": chosen_vpd(request, principal) if principal else None,
            "vpds_shown": vpds_shown(request, principal) if principal else (),
            "trust_names": trust_names or {},
            "shows_trusts": trust_names is not None,
            "csrf_field": lambda: csrf_field(request),
            "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            "is_tryout": self._is_tryout,
        }
        body = self.environment.get_template(template).render({**shell, **context})
        return HTMLResponse(body, status, headers={**PAGE_HEADERS, **(headers or {})})

    def _asset(self, name: str) -> str:
        return f"{self._root}/assets/{assets_version()}/{name}"

    def _dead_letters(self, request: Request, principal: Principal | None) -> str | None:
        """The page of the dead letters of the service that is shown, for those who may see it."""
        if principal is None or not principal.roles & DEAD_LETTER_READERS:
            return None
        path = f"{request.url.path}/"
        services = [place for place in PLACES if place.path != "/" and path.startswith(self._root + place.path)]
        return f"{self._root}{services[0].path}dead-letters" if services else None

    def _navigation(self, request: Request, principal: Principal | None) -> Sequence[Mapping[str, Any]]:
        if principal is None:
            return []
        open_to = [place for place in (*PLACES, *OWN_PAGES) if place.is_open_to(principal)]
        here = [place for place in open_to if self._is_at(request.url.path, place)]
        current = max(here, key=lambda place: len(place.path), default=None)
        return [{"href": self._root + place.path, "text": place.text, "current": place is current} for place in open_to]

    def _is_at(self, path: str, place: Place) -> bool:
        """Whether a page is the place's, or below it."""
        start = self._root + place.path
        return path == start or (place.path != "/" and f"{path}/".startswith(f"{start.rstrip('/')}/"))
