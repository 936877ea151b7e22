"""How the SARD adapter asks: page by page, patient with what may pass, short with what will not."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr

from jobplan_adapter.providers.pace import Pace
from jobplan_adapter.providers.port import ProviderRefused, ProviderUnavailable
from jobplan_adapter.providers.sard import Patience, SardAccess, SardProvider

EMPTY = {"data": []}
TOKEN = "a-token-that-must-not-be-told"
Answer = Callable[[httpx.Request, int], httpx.Response]


class Asked:
    """A provider whose network is a function, and how often it was asked."""

    def __init__(self, answer: Answer, *, attempts: int = 3, timeout: float = 5) -> None:
        self.requests: list[httpx.Request] = []

        async def handle(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            return answer(request, len(self.requests))

        patience = Patience(timedelta(seconds=timeout), timedelta(seconds=10), attempts, timedelta(0))
        access = SardAccess("https://sard.example/", "link@trust.example", SecretStr(TOKEN))
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(handle))
        self.provider = SardProvider(self.http, access, pace=Pace(10_000), patience=patience, page_size=2)


def users_of(request: httpx.Request, *pages: list[str]) -> httpx.Response:
    if "online_job_plans" in request.url.path:
        return httpx.Response(200, json=EMPTY)
    page = int(request.url.params["page"])
    ids = pages[page - 1] if page <= len(pages) else []
    return httpx.Response(200, json={"data": [{"id": one, "attributes": {"ui_employee_number": 1}} for one in ids]})


async def test_pages_are_read_to_the_end_even_when_the_server_makes_them_shorter_than_asked() -> None:
    asked = Asked(lambda request, _: users_of(request, ["1"], ["2"], ["3"]))

    snapshot = await asked.provider.snapshot()

    assert [user.user_id for user in snapshot.users] == ["1", "2", "3"]
    assert asked.requests[0].headers["X-API-EMAIL"] == "link@trust.example"
    assert asked.requests[0].headers["X-API-TOKEN"] == TOKEN
    assert asked.requests[0].url.params["per_page"] == "2"


async def test_a_row_that_moved_between_pages_comes_once() -> None:
    asked = Asked(lambda request, _: users_of(request, ["1", "2"], ["2", "3"]))

    assert [user.user_id for user in (await asked.provider.snapshot()).users] == ["1", "2", "3"]


def shrinking(readings: int) -> Answer:
    """Users by pages of two, one more for each reading to come; after the first page of each, the first user leaves."""
    first_pages = 0

    def answer(request: httpx.Request, _: int) -> httpx.Response:
        nonlocal first_pages
        if "online_job_plans" in request.url.path:
            return httpx.Response(200, json=EMPTY)
        page = int(request.url.params["page"])
        first_pages += page == 1
        gone = min(first_pages - (page == 1), readings)
        ids = [f"{n}" for n in range(readings + 3)][gone:]
        users = [{"id": one, "attributes": {}} for one in ids[2 * page - 2 : 2 * page]]
        return httpx.Response(200, json={"data": users, "meta": {"total_count": len(ids)}})

    return answer


async def test_a_list_that_lost_a_row_while_it_was_read_is_read_again() -> None:
    asked = Asked(shrinking(1))

    assert [user.user_id for user in (await asked.provider.snapshot()).users] == ["1", "2", "3"]
    assert len([one for one in asked.requests if one.url.path.endswith("users")]) > 4, "twice, page by page"


async def test_a_list_that_changes_each_time_it_is_read_is_no_snapshot() -> None:
    with pytest.raises(ProviderUnavailable, match="changed each time"):
        await Asked(shrinking(99)).provider.snapshot()


async def test_a_count_that_never_fits_a_list_that_stays_the_same_is_not_believed() -> None:
    def answer(request: httpx.Request, _: int) -> httpx.Response:
        told = users_of(request, ["1"]).json()
        return httpx.Response(200, json={**told, "meta": {"total_count": 7}})

    assert len((await Asked(answer).provider.snapshot()).users) == 1


async def test_a_server_that_ignores_paging_does_not_hold_us_for_ever() -> None:
    asked = Asked(lambda *_: httpx.Response(200, json={"data": [{"id": "1", "attributes": {}}]}))

    assert len((await asked.provider.snapshot()).users) == 1
    assert len(asked.requests) == 4  # two lists, each: a page, and one that brings nothing new


@pytest.mark.parametrize("status", [401, 403, 404, 415, 422, 302, 400])
async def test_a_refusal_is_permanent_and_asked_once(status: int) -> None:
    asked = Asked(lambda *_: httpx.Response(status, json={"errors": [{"status": str(status)}]}))

    with pytest.raises(ProviderRefused):
        await asked.provider.snapshot()
    assert len(asked.requests) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
async def test_a_passing_fault_is_tried_again_and_given_up_within_the_budget(status: int) -> None:
    asked = Asked(lambda *_: httpx.Response(status), attempts=3)

    with pytest.raises(ProviderUnavailable):
        await asked.provider.snapshot()
    assert len(asked.requests) == 3


async def test_a_fault_that_passes_costs_nothing_but_time() -> None:
    asked = Asked(
        lambda request, n: httpx.Response(429, headers={"Retry-After": "0"}) if n == 1 else users_of(request, ["1"])
    )

    assert len((await asked.provider.snapshot()).users) == 1


async def test_a_wait_longer_than_the_budget_is_not_waited_for() -> None:
    asked = Asked(lambda *_: httpx.Response(429, headers={"Retry-After": "3600"}))

    with pytest.raises(ProviderUnavailable) as caught:
        await asked.provider.snapshot()
    assert caught.value.retry_after == 3600
    assert len(asked.requests) == 1


async def test_a_cut_connection_is_a_passing_fault() -> None:
    def cut(request: httpx.Request, _: int) -> httpx.Response:
        raise httpx.RemoteProtocolError("peer closed connection", request=request)

    asked = Asked(cut)

    with pytest.raises(ProviderUnavailable):
        await asked.provider.snapshot()
    assert len(asked.requests) == 3


async def test_an_answer_that_drips_for_ever_is_given_up() -> None:
    class Dripping(httpx.AsyncByteStream):
        async def __aiter__(self):  # type: ignore[no-untyped-def]
            while True:
                yield b" "
                await asyncio.sleep(0.005)

    asked = Asked(lambda *_: httpx.Response(200, stream=Dripping()), attempts=1, timeout=0.1)

    with pytest.raises(ProviderUnavailable, match="in time"):
        await asked.provider.snapshot()


async def test_an_endless_answer_is_not_swallowed() -> None:
    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self):  # type: ignore[no-untyped-def]
            while True:
                yield b" " * 8 * 1024 * 1024

    asked = Asked(lambda *_: httpx.Response(200, stream=Endless()))

    with pytest.raises(ProviderRefused, match="larger"):
        await asked.provider.snapshot()


async def test_the_token_is_in_no_error_and_no_representation() -> None:
    asked = Asked(lambda *_: httpx.Response(401))

    with pytest.raises(ProviderRefused) as caught:
        await asked.provider.snapshot()
    assert TOKEN not in repr(caught.value)
    assert TOKEN not in repr(asked.provider._access)


async def test_requests_keep_the_pace() -> None:
    loop, pace = asyncio.get_running_loop(), Pace(100)
    started = loop.time()

    await asyncio.gather(*(pace.turn() for _ in range(6)))

    assert loop.time() - started >= 0.045  # five gaps of 10 ms, less the timer's grain
