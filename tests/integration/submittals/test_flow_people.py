"""Signed-in people in the flow: who may do what by role, under which name they act, and that they never check their own claim."""

from __future__ import annotations

from uuid import UUID

import pytest

from esrlink.auth import Role
from esrlink.errors import EsrLinkError
from submittals.flow.commands import Ask, carry_out
from submittals.records.results import Result
from submittals.records.state import Command
from tests.conftest import NOW
from tests.integration.submittals.conftest import CONSULTANT, REGISTRAR, Rota, link, work


async def _ask(rota: Rota, ask: Ask, client: str = "person") -> Result:
    async with rota.hub.database.write(["277"]) as tx:
        (result,) = await carry_out(tx, "277", [ask], now=NOW, client=client, may_touch=lambda *_: True)
    return result


def _code(result: Result) -> str | None:
    return result.error.code if isinstance(result.error, EsrLinkError) else None


@pytest.mark.parametrize("command", [Command.VALIDATE, Command.APPROVE])
async def test_a_signed_in_person_never_checks_what_any_profile_of_theirs_claimed(rota: Rota, command: Command) -> None:
    submittal_id = (await rota.taken("a", work()))["submittal_id"]
    await rota.done(submittal_id, "enrich", "admin")
    if command is Command.APPROVE:
        await rota.done(submittal_id, "validate", "lead")
    ask = Ask(UUID(submittal_id), command, "olive", by_number=CONSULTANT, roles=frozenset({Role.VALIDATOR}))
    assert _code(await _ask(rota, ask)) == "claimant_cannot_validate"


async def test_a_signed_in_person_acts_as_their_profile_in_the_department(rota: Rota) -> None:
    submittal_id = UUID((await rota.taken("a", work()))["submittal_id"])
    roles = frozenset({Role.ADMINISTRATOR, Role.VALIDATOR})
    enriched = await _ask(rota, Ask(submittal_id, Command.ENRICH, "olive", by_number=REGISTRAR, roles=roles))
    assert enriched.record is not None
    assert enriched.record.decisions[-1].by == "p2"
    # Whatever name they come under the next time, it is the same person.
    again = await _ask(rota, Ask(submittal_id, Command.VALIDATE, "p2", roles=roles))
    assert _code(again) == "claimant_cannot_validate"
    await rota.hub.deliver(link(REGISTRAR, "c2", "medirota/cardiology"))
    as_other = Ask(submittal_id, Command.VALIDATE, "medirota/cardiology/c2", roles=roles)
    assert _code(await _ask(rota, as_other)) == "claimant_cannot_validate"


async def test_a_signed_in_person_without_a_profile_here_acts_under_their_subject(rota: Rota) -> None:
    submittal_id = UUID((await rota.taken("a", work()))["submittal_id"])
    roles = frozenset({Role.ADMINISTRATOR})
    done = await _ask(rota, Ask(submittal_id, Command.ENRICH, "olive", by_number="20009999", roles=roles))
    assert done.record is not None
    assert done.record.decisions[-1].by == "olive"


@pytest.mark.parametrize(("number", "code"), [(CONSULTANT, None), (REGISTRAR, "forbidden"), (None, "forbidden")])
async def test_a_clinician_acts_on_their_own_records_only(rota: Rota, number: str | None, code: str | None) -> None:
    submittal_id = UUID((await rota.taken("a", work()))["submittal_id"])
    ask = Ask(submittal_id, Command.ENRICH, "olive", by_number=number, roles=frozenset({Role.CLINICIAN}))
    assert _code(await _ask(rota, ask)) == code
