"""The exceptions as the page and its files say them: kinds in words, and rows of each. Pure, but for reading them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from esrlink.db import ReadTx
from esrlink.web.wording import counted
from jobplan_adapter.lists.exceptions import Asked, Key, Matter, exceptions
from jobplan_adapter.people.unmatched import UnmatchedUser, unmatched_users
from jobplan_adapter.polling.state import states_of

UNMATCHED = "unmatched"
KINDS: Mapping[str, tuple[str, str]] = {
    UNMATCHED: (
        "Users without a person",
        "Live users of a provider whom ESR does not know. Mend the ESR number at the provider; the next poll joins them.",
    ),
    "no_plan": (
        "Plan missing",
        "Live users of a provider, known to ESR, of whom no provider shows a plan.",
    ),
    "unsigned": (
        "Not signed off",
        "Plans whose first day has come, or is not stated, and that wait for somebody.",
    ),
    "expired": ("Expired", "People all of whose plans have ended: nothing is in force."),
    "unreadable": (
        "Figures that cannot be read",
        "Plans with a figure or a line that is no plain figure, day or time. None of them counts as 0.",
    ),
    "work_without_plan": (
        "Work without a plan",
        "People with work in this plan year of whom no provider shows a plan.",
    ),
}
"""Each kind: its name, and what it is."""

REASONS = {
    "unknown_to_esr": "ESR does not show this number",
    "no_number": "It carries no ESR number",
    "unreadable_number": "What it carries is not an ESR number",
    "shared_number": "Several users carry this number",
}
"""Why a user is nobody in ESR."""
WHY = {
    "email": "the same e-mail address",
    "email_name": "the same name before the @",
    "name": "the same name",
}
"""Why a person is likely to be the user."""

COLUMNS = ("kind", "trust", "employee_number", "provider", "plan_id", "user_id", "what", "since")


@dataclass(frozen=True, slots=True)
class Row:
    """An exception in words. `number` is the ESR number, or what stands in its place; `key` is its place in the list."""

    kind: str
    vpd: str
    number: str | None
    provider: str
    plan_id: str
    user: UnmatchedUser | None
    state: str
    what: str
    since: object
    key: Key


async def rows_of(tx: ReadTx, kind: str, asked: Asked, *, after: Key | None, limit: int) -> list[Row]:
    """Exceptions of a kind behind the key, in the order of the list."""
    if kind == UNMATCHED:
        return await _unmatched(tx, asked, after, limit)
    return [_row(kind, one) for one in await exceptions(tx, kind, asked, after=after, limit=limit)]


async def count_unmatched(tx: ReadTx, asked: Asked) -> int:
    """How many users nobody knows. They are of no department, so who is limited to some sees none."""
    if asked.departments is not None:
        return 0
    states = await states_of(tx, asked.vpds)
    return sum(one.unmatched for one in states if asked.provider in ("", one.name))


def cells(row: Row) -> Sequence[object]:
    """A row of the file."""
    user = row.user.user_id if row.user else None
    return (KINDS[row.kind][0], row.vpd, row.number, row.provider, row.plan_id, user, row.what, row.since)


async def _unmatched(tx: ReadTx, asked: Asked, after: Key | None, limit: int) -> list[Row]:
    if asked.departments is not None:
        return []
    found: list[Row] = []
    for state in await states_of(tx, asked.vpds):
        if asked.provider in ("", state.name) and state.unmatched:
            found += [_user(state.vpd, state.name, one) for one in await unmatched_users(tx, state.vpd, state.name)]
    return [one for one in sorted(found, key=lambda one: one.key) if after is None or one.key > after][:limit]


def _row(kind: str, one: Matter) -> Row:
    what = f"{counted(one.size, 'piece')} of work" if kind == "work_without_plan" else KINDS[kind][0]
    return Row(kind, one.vpd, one.employee_number, one.provider, one.plan_id, None, one.state, what, one.since, one.key)


def _user(vpd: str, provider: str, user: UnmatchedUser) -> Row:
    key = (vpd, provider, user.user_id, "")
    why = REASONS.get(user.reason, user.reason)
    return Row(UNMATCHED, vpd, user.employee_number, provider, "", user, "", why, None, key)
