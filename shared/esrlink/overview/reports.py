"""Asks every service how it is, all at once, and turns silence into words.

The signed-in person's own cookie goes along, so a service shows only what that person may see, and the overview needs
no rights of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx
from pydantic import ValidationError

from esrlink.status import CutOff, StatusReport
from esrlink.web.places import PLACES
from esrlink.web.wording import listed

# A page that people keep open must not hang on one service: two seconds, then it is shown as down.
TIME_OUT = 2.0

TITLES: Mapping[str, str] = {place.name: place.text for place in PLACES if place.path != "/"}


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service as the overview shows it: its report, or why there is none."""

    name: str
    title: str
    report: StatusReport | None
    problem: str = ""
    is_hidden: bool = False

    @property
    def state(self) -> str:
        """`up`, `degraded` or `down`; `hidden` when it runs but may not tell this person."""
        if self.report:
            return self.report.state
        return "hidden" if self.is_hidden else "down"


async def ask_all(
    http: httpx.AsyncClient, services: Mapping[str, str], cookies: Mapping[str, str], vpd: str | None = None
) -> list[ServiceView]:
    """Every service's view, in the order of the navigation; of one trust when `vpd` is given.

    `services` maps a name to its app's base address.
    """
    order = [*TITLES, *sorted(services.keys() - TITLES.keys())]
    query = {"vpd": vpd} if vpd else {}
    asked = (_ask(http, name, services[name], cookies, query) for name in order if name in services)
    return list(await asyncio.gather(*asked))


async def _ask(
    http: httpx.AsyncClient, name: str, base: str, cookies: Mapping[str, str], query: Mapping[str, str]
) -> ServiceView:
    title = TITLES.get(name, name)
    header = "; ".join(f"{key}={value}" for key, value in cookies.items())
    try:
        async with asyncio.timeout(TIME_OUT):
            answer = await http.get(f"{base.rstrip('/')}/v1/status", params=query or None, headers={"cookie": header})
        if answer.status_code == 403:
            return ServiceView(name, title, None, "It runs, but its figures are not for your role.", is_hidden=True)
        answer.raise_for_status()
        report = StatusReport.model_validate_json(answer.content)
    except TimeoutError:
        return ServiceView(name, title, None, f"It did not answer within {TIME_OUT:g} seconds.")
    except httpx.HTTPStatusError as error:
        return ServiceView(name, title, None, f"It answered with an error ({error.response.status_code}).")
    except httpx.HTTPError:
        return ServiceView(name, title, None, "It cannot be reached.")
    except ValidationError:
        return ServiceView(name, title, None, "Its answer cannot be read; it may run another version.")
    return ServiceView(name, report.title or title, report)


def cut_offs(views: Sequence[ServiceView]) -> list[CutOff]:
    """The next cut-offs, earliest first. Services that know of the same one tell it once."""
    told = {(cut.at, cut.vpd, cut.pay): cut for view in views if view.report for cut in view.report.next_cut_offs}
    return [told[key] for key in sorted(told)]


def names(views: Sequence[ServiceView]) -> dict[str, str]:
    """The names of trusts by VPD, as far as any service knows them."""
    told = {cut.vpd: cut.trust for cut in cut_offs(views)}
    return told | {vpd: name for view in views if view.report for vpd, name in view.report.trusts.items()}


def summary(views: list[ServiceView]) -> tuple[str, str]:
    """One sentence about all services and its tone: said at the top of the page and to screen readers on a change."""
    down = [view.title for view in views if view.state == "down"]
    limping = [view.title for view in views if view.state == "degraded"]
    parts = [
        f"{listed(called)} {_is(called)} {word}" for called, word in ((down, "down"), (limping, "degraded")) if called
    ]
    if not views:
        return "No services are set up yet.", "neutral"
    if not parts:
        return "All services are running.", "good"
    return f"{'; '.join(parts)}.", "bad" if down else "warning"


def _is(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"
