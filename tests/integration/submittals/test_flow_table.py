"""The tables of docs/reference/submittals.md, cell by cell: every state, every command, every role, through the flow itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from esrlink.auth import Role
from esrlink.contracts import Outcome
from esrlink.db import WriteTx
from esrlink.errors import EsrLinkError
from submittals.api.requests import BATCHED, RecordIn
from submittals.corrections.proposing import propose
from submittals.corrections.seconding import second
from submittals.flow.commands import Ask, carry_out
from submittals.flow.intake import Person, take_in
from submittals.flow.roles import ROLES_FOR, SCOPES_FOR
from submittals.flow.splitting import Part, split
from submittals.records.state import Command, State
from tests.conftest import NOW
from tests.integration.submittals.conftest import CONSULTANT, SETTINGS, Rota, work

_DOCS = Path(__file__).parents[3] / "docs" / "reference" / "submittals.md"


def _table(name: str) -> dict[str, dict[str, str]]:
    text = _DOCS.read_text().partition(f"<!-- table: {name} -->\n")[2].partition("\n\n")[0]
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}


STATES, ROLES = _table("states"), _table("roles")
TOLD = {"state": {"scheduled": Outcome.SCHEDULED, "unknown": Outcome.UNKNOWN, "rejected": Outcome.REJECTED}}
_SENT = {"sent": [], "accepted": [Outcome.ACCEPTED], "landed": [Outcome.LANDED]}


@dataclass(frozen=True)
class Caller:
    """Somebody with one role (none: a machine client), who has no hand in the records unless they are their own."""

    role: Role | None
    own: bool = False

    @property
    def roles(self) -> frozenset[Role] | None:
        return frozenset({self.role}) if self.role else None

    @property
    def number(self) -> str | None:
        return CONSULTANT if self.own else None

    def may(self, command: str) -> bool:
        if self.role is None:
            return True
        cell = ROLES[self.role.replace("_", " ")][command]
        return cell == "yes" or (cell == "own" and self.own)


CALLERS = [Caller(None), *(Caller(role) for role in Role), Caller(Role.CLINICIAN, own=True)]


class _Undone(Exception):
    """Ends a transaction without a trace."""


def _end(tx: WriteTx) -> None:
    assert tx.vpds
    raise _Undone


@pytest.fixture
async def records(rota: Rota) -> dict[str, UUID]:
    """A record in each state of the table."""
    found: dict[str, UUID] = {}
    for name in STATES:
        if name == "reversal":
            continue
        more = {"in_lieu": True} if name == "in lieu" else {"cost_code": "none"} if name == "returned" else {}
        record = work(session=name, starts=None, ends=None, **more)
        found[name] = UUID((await rota.taken(name.replace(" ", "-"), record))["submittal_id"])
    stays = {"returned"}
    for command, by, besides in (
        (Command.ENRICH, "admin", {"pending"}),
        (Command.VALIDATE, "lead", {"enriched"}),
        (Command.APPROVE, "manager", {"validated", "to be released"}),
    ):
        stays |= besides
        done = await _carry(rota, [Ask(key, command, by) for name, key in found.items() if name not in stays])
        assert set(done) == {"yes"}
    await rota.hub.client.put("/v1/trusts/277", json=SETTINGS | {"final_approval": True}, headers=rota.bearer())
    await _carry(rota, [Ask(found["to be released"], Command.APPROVE, "manager")])
    await rota.hub.client.put("/v1/trusts/277", json=SETTINGS, headers=rota.bearer())
    await _carry(rota, [Ask(found["withdrawn"], Command.WITHDRAW, "admin", reason="Entered twice.")])
    for name, outcome in TOLD["state"].items():
        await rota.settle(str(found[name]), outcome)
    for name, outcomes in _SENT.items():
        for hour, outcome in enumerate([Outcome.SENT, *outcomes], 12):
            await rota.settle(str(found[name]), outcome, hour=hour)
    found["reversal"] = await _reversal(rota)
    for name, key in found.items():
        state = (await rota.read(str(key)))["state"]
        assert state == {"to be released": "validated", "in lieu": "approved", "reversal": "approved"}.get(name, state)
        assert name in {state, "to be released", "in lieu", "reversal"}
    return found


async def _reversal(rota: Rota) -> UUID:
    other = (await rota.approved("another", work(session="Another", starts=None, ends=None)))["submittal_id"]
    await rota.settle(other, Outcome.SENT)
    async with rota.hub.database.write(["277"]) as tx:
        ask = Ask(UUID(other), Command.CORRECT, "officer4", reason="Cancelled.")
        values: dict[str, Any] = {"now": NOW, "new_id": uuid4, "client": "test"}
        one = await propose(tx, "277", ask, "next", replaces=False, **values)
        done = await second(tx, "277", one.id, replace(ask, command=Command.SECOND, by="officer5"), **values)
    assert done.reversal_id is not None
    return done.reversal_id


async def _carry(rota: Rota, asks: Sequence[Ask]) -> list[str]:
    async with rota.hub.database.write(["277"]) as tx:
        return await _commanded(tx, asks)


async def _commanded(tx: WriteTx, asks: Sequence[Ask]) -> list[str]:
    done = await carry_out(tx, "277", asks, now=NOW, client="test", may_touch=lambda *_: True)
    return [one.error.code if one.error else "yes" for one in done]


async def _edited(tx: WriteTx, caller: Caller, names: Sequence[str]) -> list[str]:
    puts = []
    for name in names:
        record = RecordIn.model_validate(work(session=f"{name} anew", starts=None, ends=None))
        puts.append(record.put("clwrota", "anaesthetics", name.replace(" ", "-")))
    person = Person("somebody", caller.number, caller.roles) if caller.roles is not None else None
    done = await take_in(tx, "277", puts, now=NOW, new_id=uuid4, client="test", person=person)
    return [one.error.code if one.error else "yes" for one in done]


async def _one_by_one(asks: Sequence[Ask], act: Callable[[Ask], Any]) -> list[str]:
    said = []
    for ask in asks:
        try:
            await act(ask)
            said.append("yes")
        except EsrLinkError as refusal:
            said.append(refusal.code)
    return said


async def _tried(tx: WriteTx, command: Command, caller: Caller, asks: Sequence[Ask], names: Sequence[str]) -> list[str]:
    values: dict[str, Any] = {"now": NOW, "new_id": uuid4, "client": "test"}
    if command is Command.EDIT:
        return await _edited(tx, caller, names)
    if command is Command.SPLIT:
        parts = [Part(units=Decimal("0.5")), Part(units=Decimal("0.5"))]
        return await _one_by_one(asks, lambda ask: split(tx, "277", ask, parts, may_touch=lambda *_: True, **values))
    if command is Command.CORRECT:
        return await _one_by_one(asks, lambda ask: propose(tx, "277", ask, "next", replaces=False, **values))
    return await _commanded(tx, asks)


async def test_every_command_in_every_state_for_every_role(rota: Rota, records: dict[str, UUID]) -> None:
    wrong = []
    for command in Command:
        if command is Command.SECOND:
            continue
        names = [name for name in STATES if (name, command) != ("reversal", Command.EDIT)]
        fields = {"cost_code": "E10440"} if command is Command.RESUBMIT else {}
        for caller in CALLERS:
            by = "p1" if caller.own else "stranger"
            who = {"by_number": caller.number, "roles": caller.roles}
            asks = [Ask(records[name], command, by, fields, "Because.", **who) for name in names]  # type: ignore[arg-type]
            with suppress(_Undone):
                async with rota.hub.database.write(["277"]) as tx:
                    got = await _tried(tx, command, caller, asks, names)
                    _end(tx)
            want = [STATES[name][command] if caller.may(command) else "forbidden" for name in names]
            wrong += [(command, caller, *cell) for cell in zip(names, want, got, strict=True) if cell[1] != cell[2]]
    assert not wrong


def test_the_tables_name_every_state_command_and_role() -> None:
    assert set(STATES) - {"to be released", "in lieu", "reversal"} == set(State) - {State.SUPERSEDED}
    assert {role.replace("_", " ") for role in Role} == set(ROLES)
    assert all(set(row) == set(Command) - {Command.SECOND} for row in STATES.values())
    assert all(set(row) == set(Command) == set(ROLES_FOR) == set(SCOPES_FOR) for row in ROLES.values())
    assert set(Command) - {Command.EDIT, Command.SPLIT, Command.CORRECT, Command.SECOND} == BATCHED


async def test_seconding_is_for_those_whom_the_table_names(rota: Rota) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    await rota.settle(submittal_id, Outcome.SENT)
    values: dict[str, Any] = {"now": NOW, "new_id": uuid4}
    ask = Ask(UUID(submittal_id), Command.CORRECT, "officer4", reason="Cancelled.")
    async with rota.hub.database.write(["277"]) as tx:
        one = await propose(tx, "277", ask, "next", replaces=False, client="test", **values)
    for caller in CALLERS:
        said = replace(ask, command=Command.SECOND, by="stranger", by_number=caller.number, roles=caller.roles)
        with suppress(_Undone):
            async with rota.hub.database.write(["277"]) as tx:
                got = await _one_by_one([said], lambda ask: second(tx, "277", one.id, ask, client="page", **values))
                _end(tx)
        assert got == ["yes" if caller.may("second") else "forbidden"], caller


async def test_a_machine_client_needs_the_commands_scope(rota: Rota) -> None:
    submittal_id = (await rota.taken("a", work()))["submittal_id"]
    for command in sorted(BATCHED):
        other = {"submittals:write", "submittals:approve"} - {SCOPES_FOR[command].value}
        path = f"/v1/submittals/{submittal_id}/{command}"
        body = {"by": "stranger", **({"reason": "No."} if command in {Command.RETURN, Command.WITHDRAW} else {})}
        refused = await rota.hub.client.post(path, json=body, headers=rota.hub.bearer(*other))
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden"), command
