"""The SARD adapter: reads users and online job plans over SARD's JSON:API, page by page.

SARD has no filter by change and no webhook, so a snapshot is everything: one request for each page of 100, and none for a plan
by itself, since the list carries its whole content (assumed of SARD; it is so in the sandbox). Passing faults are tried again
within a budget, at the pace that SARD allows; the rest comes out as `ProviderRefused`, in words for the trust's administrator.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import stamina
from pydantic import SecretStr

from esrlink.observability import metrics
from jobplan_adapter.providers.pace import Pace
from jobplan_adapter.providers.port import Fault, ProviderRefused, ProviderUnavailable, Snapshot
from jobplan_adapter.providers.sard_answers import Page, read_page, read_plan, read_user, refusal

T = TypeVar("T")

_MEDIA_TYPE = "application/vnd.api+json"
# A page of 100 plans is about 300 kB. Whatever sends more than this is not SARD.
_LARGEST_ANSWER = 32 * 1024 * 1024
_MOST_PAGES = 1000
# How often a list is read when it changes under our hands.
_READINGS = 3


@dataclass(frozen=True, slots=True)
class SardAccess:
    """Where a trust's SARD is and who we are there. `identity_field` is the user attribute that holds the ESR number."""

    url: str
    email: str
    token: SecretStr
    identity_field: str = "ui_employee_number"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for one request, and how often and how long to try it again."""

    timeout: timedelta
    budget: timedelta
    attempts: int
    pause: timedelta


class SardProvider:
    """One trust's SARD, as a `JobPlanProvider`."""

    def __init__(
        self, http: httpx.AsyncClient, access: SardAccess, *, pace: Pace, patience: Patience, page_size: int = 100
    ) -> None:
        self._http = http
        self._access = access
        self._pace = pace
        self._patience = patience
        self._page_size = page_size
        self._headers = {
            "X-API-EMAIL": access.email,
            "X-API-TOKEN": access.token.get_secret_value(),
            "Accept": _MEDIA_TYPE,
            "Content-Type": _MEDIA_TYPE,
        }

    async def snapshot(self) -> Snapshot:
        """All users and plans. See the port for what it promises."""
        identity = self._access.identity_field
        shown = await self._list("users")
        users, bad_users = _sorted_out(shown, lambda one: read_user(one, identity_field=identity))
        # Three thousand plans are more than a second's work: in a thread, so that requests are answered meanwhile.
        plans, bad_plans = await asyncio.to_thread(_sorted_out, await self._list("online_job_plans"), read_plan)
        return Snapshot(users, plans, [*bad_users, *bad_plans])

    async def _list(self, name: str) -> list[Any]:
        before: list[Any] | None = None
        for _ in range(_READINGS):
            resources, totals = await self._read_through(name)
            # Rows that leave while we read pull others over the edge of a page that we have behind us: what we did not
            # see would be taken for gone. SARD says how many there are, so that we can tell; where it says so of a list
            # that is twice the same, it has counted some twice.
            settled = len(totals) <= 1 and len(resources) >= max(totals, default=0)
            if settled or resources == before:
                return resources
            before = resources
        raise ProviderUnavailable(f"SARD's list of {name} changed each time while it was read. It is read again later.")

    async def _read_through(self, name: str) -> tuple[list[Any], set[int]]:
        """The list's records, each once, and how many there are by SARD's word: one figure, unless that changed."""
        resources: list[Any] = []
        totals: set[int] = set()
        seen: set[str] = set()
        for number in range(1, _MOST_PAGES + 1):
            page = await self._patiently(name, {"page": str(number), "per_page": str(self._page_size)})
            ids = [
                str(one.get("id")) if isinstance(one, dict) else f"{number}/{n}" for n, one in enumerate(page.resources)
            ]
            # Rows may move between pages while we read, so one may come twice; a page with nothing new is the end.
            new = [one for key, one in zip(ids, page.resources, strict=True) if key not in seen]
            resources += new
            seen.update(ids)
            if page.total is not None:
                totals.add(page.total)
            if page.last or not new:
                return resources, totals
        raise ProviderRefused(f"SARD's list of {name} has more than {_MOST_PAGES} pages. Set a larger page size.")

    async def _patiently(self, name: str, query: Mapping[str, str]) -> Page:
        def again(error: Exception) -> bool | float:
            if not isinstance(error, ProviderUnavailable):
                return False
            if error.retry_after is not None and error.retry_after > self._patience.budget.total_seconds():
                return False
            metrics.RETRIED.labels("jobplan-adapter", "sard").inc()
            return True if error.retry_after is None else error.retry_after

        async for attempt in stamina.retry_context(
            on=again,
            attempts=self._patience.attempts,
            timeout=self._patience.budget,
            wait_initial=self._patience.pause,
            wait_max=timedelta(seconds=15),
            wait_jitter=self._patience.pause,
        ):
            with attempt:
                return await self._page(name, query)
        raise AssertionError("a retry context ends with an answer or an error")

    async def _page(self, name: str, query: Mapping[str, str]) -> Page:
        await self._pace.turn()
        url = f"{self._access.url.rstrip('/')}/api/v1/{name}"
        try:
            # The client's own time-out starts afresh with every byte: an answer that drips would never end.
            async with (
                asyncio.timeout(self._patience.timeout.total_seconds()),
                self._http.stream("GET", url, params=query, headers=self._headers) as response,
            ):
                if response.status_code != 200:
                    raise refusal(response.status_code, retry_after=_retry_after(response))
                body = await _bounded(response)
        except (httpx.TransportError, TimeoutError) as error:
            silent = isinstance(error, TimeoutError | httpx.TimeoutException)
            raise ProviderUnavailable(
                "SARD does not answer in time." if silent else "SARD cannot be reached, or the connection was cut."
            ) from error
        except httpx.InvalidURL:
            raise ProviderRefused("The provider's address is not one that can be called.") from None
        return read_page(body)


async def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _LARGEST_ANSWER:
            raise ProviderRefused("SARD's answer is larger than a page can be. Check the provider's address.")
    return bytes(body)


def _retry_after(response: httpx.Response) -> float | None:
    # Only seconds: SARD is not known to send the date form, and the wait is bounded by the budget anyway.
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() and len(text) < 9 else None


def _sorted_out(resources: Sequence[Any], read: Callable[[Any], T | Fault]) -> tuple[list[T], list[Fault]]:
    good: list[T] = []
    faults: list[Fault] = []
    for resource in resources:
        one = read(resource)
        if isinstance(one, Fault):
            faults.append(one)
        else:
            good.append(one)
    return good, faults
