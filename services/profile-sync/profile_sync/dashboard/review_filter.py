"""What of the review queue somebody looks at, as it stands in the address of the page: it goes with every form and back.

A text that they typed may be a name, so the address has only the id under which it is kept (`typed`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from fastapi import Request

from esrlink.auth import Principal
from profile_sync.dashboard.desk import Desk
from profile_sync.reviews.queue import Wanted

STATES = {"possible": "Possible", "unmatched": "Unmatched"}
AGES = {"1": "A day", "7": "A week", "30": "30 days", "90": "90 days"}
"""Waiting this many days at least, in words."""
REASON_WORDS = {
    "similarity": "Names are alike, no number",
    "number_contradicted": "ESR number is right, name is not",
    "number_changed": "ESR number was another's before",
    "another_fits_better": "Somebody else fits better",
    "registration": "Registration number and family name",
    "registration_contradicted": "Registration number is right, name is not",
    "registration_of_several": "Registration number of several",
    "two_profiles_one_person": "Two profiles claim one person",
    "unlinked_by_hand": "Unlinked by a person",
    "number_unknown": "ESR number is unknown",
    "nobody_alike": "Nobody is alike",
}
"""Why a profile waits, in short: the other reasons are of links that wait for nobody."""
_LONGEST = 100
_LONGEST_CURSOR = 2_000


@dataclass(frozen=True, slots=True)
class Filter:
    """The part of the queue in the address; `department` is "product/department", `age` days. Empty for all.

    `look` is the id of the `text`, which is in no address; it `is_forgotten` when another browser typed it, or long ago.
    """

    department: str = ""
    product: str = ""
    state: str = ""
    reason: str = ""
    age: str = ""
    look: str = ""
    cursor: str = ""
    text: str = field(default="", kw_only=True)
    is_forgotten: bool = field(default=False, kw_only=True)

    @property
    def narrows(self) -> bool:
        """Whether it leaves out anything by more than where the page begins."""
        return any((self.department, self.product, self.state, self.reason, self.age, self.text))

    @property
    def address(self) -> str:
        """The query of the page's address, empty for the whole queue."""
        return urlencode({name: value for name, value in asdict(self).items() if value and name in _IN_ADDRESS})

    def wanted(self, now: datetime) -> Wanted:
        """The same for the queue."""
        product, _, department = self.department.partition("/")
        return Wanted(
            product=self.product or None,
            department=(product, department) if self.department else None,
            state=self.state or None,
            reason=self.reason or None,
            waiting_since=now - timedelta(days=int(self.age)) if self.age else None,
            text=self.text or None,
        )


def filter_of(asked: Mapping[str, str]) -> Filter:
    """The filter that an address has; what is no value of a field counts as left out."""
    given = {name: asked.get(name, "").replace("\x00", "").strip()[:_LONGEST] for name in _FIELDS}
    for name, known in (("state", STATES), ("reason", REASON_WORDS), ("age", AGES)):
        given[name] = given[name] if given[name] in known else ""
    department, product, state, reason, age, look = (given[name] for name in _FIELDS)
    return Filter(department, product, state, reason, age, look, asked.get("cursor", "")[:_LONGEST_CURSOR])


def asked_of(desk: Desk, request: Request, reader: Principal, address: str | None = None) -> Filter:
    """The filter of the page's address, or of the one that a form brings back, with the text that was typed.

    Where that is not kept any longer, the rest holds without it, and the page says so.
    """
    asked = filter_of(request.query_params if address is None else dict(parse_qsl(address)))
    typed = desk.typed.recall(request, reader, asked.look) if asked.look else None
    if typed is None:
        return replace(asked, look="", is_forgotten=bool(asked.look))
    return replace(asked, text=typed.text)


_FIELDS = ("department", "product", "state", "reason", "age", "look")
_IN_ADDRESS = (*_FIELDS, "cursor")
