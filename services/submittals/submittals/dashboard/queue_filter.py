"""What of a queue somebody looks at, as it stands in the address of the page: it goes with every form and back.

An address holds departments, kinds, states and ages; never a name, a number of a person, or a profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import cast
from urllib.parse import parse_qsl, urlencode

from esrlink.auth import Principal
from submittals.content import Kind
from submittals.dashboard.queues import Queue
from submittals.dashboard.words import KINDS
from submittals.lists.queues import Wanted
from submittals.records.state import State

AGES = {"1": "A day", "3": "3 days", "7": "A week", "14": "2 weeks", "30": "30 days"}
"""Waiting this many days at least, in words."""
_LONGEST = 110
_FIELDS = ("department", "kind", "state", "age", "cursor")


@dataclass(frozen=True, slots=True)
class Filter:
    """The part of a queue in the address; `department` is "product/department", `age` days. Empty for all."""

    department: str = ""
    kind: str = ""
    state: str = ""
    age: str = ""
    cursor: str = ""

    @property
    def narrows(self) -> bool:
        """Whether it leaves out anything by more than where the page begins."""
        return any((self.department, self.kind, self.state, self.age))

    @property
    def address(self) -> str:
        """The query of the page's address, empty for the whole queue."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    @property
    def first(self) -> str:
        """The same from the queue's beginning."""
        return replace(self, cursor="").address

    def following(self, cursor: str) -> str:
        """The same from this place on."""
        return replace(self, cursor=cursor).address

    def wanted(self, queue: Queue, person: Principal, now: datetime, until: datetime | None = None) -> Wanted:
        """The same for the list of a queue, within the departments of the person; `until`: unchanged since then at the latest."""
        since = now - timedelta(days=int(self.age)) if self.age else None
        if until is not None:
            since = min(since or until, until)
        departments = person.departments
        if self.department:
            theirs = departments is None or self.department in departments
            departments = frozenset({self.department} if theirs else ())
        return Wanted(
            states=tuple(state for state in queue.states if self.state in ("", state)),
            departments=departments,
            kind=cast("Kind", self.kind) if self.kind else None,
            waiting_since=since,
            endorsed=queue.endorsed,
        )


def filter_of(asked: Mapping[str, str]) -> Filter:
    """The filter that an address has; what is no value of a field counts as left out."""
    given = {name: asked.get(name, "").replace("\x00", "").strip()[:_LONGEST] for name in _FIELDS}
    for name, known in (("kind", set(KINDS)), ("age", set(AGES)), ("state", set(State))):
        given[name] = given[name] if given[name] in known else ""
    if given["department"].count("/") != 1:
        given["department"] = ""
    return Filter(**given)


def filter_back(address: str) -> Filter:
    """The filter that a form brings back."""
    return filter_of(dict(parse_qsl(address)))
