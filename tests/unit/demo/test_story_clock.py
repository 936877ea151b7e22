"""The story's clock survives a kill at any moment, and a pause of any length."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from rich.console import Console

from esr_demo.memory import Memory
from esr_demo.run import _begin_again, _take_up_clock
from esr_demo.story import FIRST_DAY, Story
from esr_demo.telling import Telling
from esrlink.clock import MovableClock
from esrlink.tryout import TryOut

NOVEMBER = "2026-11-23T09:00:00+00:00"


async def test_a_clock_that_could_not_be_moved_is_moved_when_the_story_goes_on(tmp_path: Path) -> None:
    """Killed between the note and the move, it would stay at the machine's own time, after the story's last day."""
    moves = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal moves
        moves += request.method == "PUT"
        return httpx.Response(500 if moves == 1 and request.method == "PUT" else 200, json={"now": NOVEMBER})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://hub.test") as http:
        telling = Telling(Console(file=io.StringIO()))
        story = Story(telling, Memory(tmp_path / "story.json"), {}, http, http, tmp_path, cast("Any", None))
        with pytest.raises(httpx.HTTPStatusError):
            await story.move_clock(FIRST_DAY)
        await story.move_clock(FIRST_DAY)
        await story.move_clock(FIRST_DAY)
    assert moves == 2


@pytest.mark.parametrize(("finished", "passes"), [(False, False), (True, True)])
def test_a_weekends_pause_does_not_run_an_unfinished_story_past_its_cut_off(
    tmp_path: Path, finished: bool, passes: bool
) -> None:
    hub, memory = TryOut(tmp_path, definitions=()), Memory(tmp_path / "story.json")
    moved = datetime(2026, 8, 31, 6, 30, tzinfo=UTC)
    memory.keep("clock", moved.isoformat())
    memory.keep("finished", finished)
    MovableClock(hub.clock_file).move_to(moved + timedelta(days=3))
    _take_up_clock(hub, memory)
    assert (MovableClock(hub.clock_file).now() - moved > timedelta(hours=2)) is passes


def test_a_story_begun_again_leaves_nothing_of_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    Memory(folder / "story.json").keep("finished", value=True)
    _begin_again(folder)
    assert list(tmp_path.iterdir()) == []
    _begin_again(folder)
