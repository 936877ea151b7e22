"""The page of a queue as it is shown, and shown again when a form could not be taken."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from esrlink.auth import Principal
from esrlink.auth.trust_choice import vpds_shown
from esrlink.web.wording import counted, number
from esrlink.web.wording import product as product_name
from submittals.dashboard.desk import Desk
from submittals.dashboard.queue_filter import AGES, Filter
from submittals.dashboard.queues import DONE, NEEDS_REASON, Queue, bulk_acts
from submittals.dashboard.words import KINDS, about, days_of, money_of
from submittals.lists.queues import MOST_COUNTED, Line, count_waiting, waiting
from submittals.records.state import Command

SHOWN = 25
"""Records on a page."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record as a queue shows it. `key` names it, and the version that is looked at, in forms."""

    line: Line
    key: str
    what: str
    when: str
    money: str | None
    department: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """What was done in this sitting: how many in all, and of the last form how many, which command, and how many were left."""

    done: int = 0
    just: int = 0
    left: int = 0
    act: str = ""

    @property
    def said(self) -> str | None:
        """What came of the last form, in words."""
        words = DONE.get(Command(self.act)) if self.act in set(Command) else None
        if words is None or not self.just + self.left:
            return None
        said = f"{counted(self.just, 'record')} {'is' if self.just == 1 else 'are'} {words}." if self.just else ""
        if self.left:
            said += f" {counted(self.left, 'record')} could not be, because something changed meanwhile. Look again."
        return said.strip()


async def show_queue(
    desk: Desk,
    request: Request,
    person: Principal,
    queue: Queue,
    asked: Filter,
    *,
    sitting: Sitting | None = None,
    refused: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The queue from where the address begins, with what was just done or why nothing was."""
    sitting = sitting or Sitting()
    vpds, wanted = vpds_shown(request, person), asked.wanted(queue, person, desk.parts.clock.now())
    async with desk.database.read(vpds) as tx:
        found, following = await waiting(tx, vpds, wanted, cursor=asked.cursor, limit=SHOWN)
        whole = following is None and not asked.cursor
        count = len(found) if whole else await count_waiting(tx, vpds, wanted)
        departments = await desk.department_names(tx, vpds)
    places = {f"{product}/{key}": name for (_, product, key), name in departments.items()}
    theirs = {key: name for key, name in places.items() if person.departments is None or key in person.departments}
    acts = bulk_acts(queue, person)
    return await desk.render(
        request,
        "queue.html",
        person,
        section=f"queues/{queue.name}",
        title=queue.title,
        status=status,
        queue=queue,
        rows=[row_of(line, departments) for line in found],
        count=f"More than {number(MOST_COUNTED)}" if count > MOST_COUNTED else number(count),
        counted=min(count, MOST_COUNTED),
        is_one=count == 1,
        asked=asked,
        departments=[(key, f"{name} ({product_name(key.partition('/')[0])})") for key, name in sorted(theirs.items())],
        kinds=list(KINDS.items()),
        states=[(one.value, one.value.capitalize()) for one in queue.states] if len(queue.states) > 1 else [],
        ages=list(AGES.items()),
        acts=acts,
        asks_reason=bool(NEEDS_REASON & set(acts)),
        sitting=sitting,
        refused=refused,
        first=asked.first if asked.cursor else None,
        following=asked.following(following) if following else None,
    )


def row_of(line: Line, departments: dict[tuple[str, str, str], str]) -> Row:
    """What a list shows of a record."""
    return Row(
        line=line,
        key=f"{line.vpd}/{line.id}/{line.version}",
        what=about(line.content),
        when=days_of(line.content.first_day, line.content.last_day),
        money=money_of(line.content),
        department=departments.get((line.vpd, line.product, line.department), line.department),
    )


def on_with(desk: Desk, queue: Queue, asked: Filter, sitting: Sitting) -> RedirectResponse:
    """Back to where the queue was looked at: it goes on with those that wait, under what was just done."""
    more = f"done={sitting.done}&just={sitting.just}&left={sitting.left}&act={sitting.act}"
    query = "&".join(filter(None, (asked.address, more)))
    return RedirectResponse(f"{desk.home}queues/{queue.name}?{query}#waiting", status_code=303)
