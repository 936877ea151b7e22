"""Who may do what with dead letters, and which part of them an operation is about."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from esrlink.auth import Principal, Role, Scope, require
from esrlink.bus.dead_letters import LetterFilter, LetterState
from esrlink.bus.reasons import ReasonClass

CanSee = Annotated[Principal, Depends(require(Scope.AUDIT_READ, roles=(Role.OPERATOR, Role.AUDITOR)))]
"""May see which letters there are, and why; not what is in them."""

CanAct = Annotated[Principal, Depends(require(Scope.EXCHANGE_OPERATE, roles=(Role.OPERATOR,)))]
"""May look inside, and decide what becomes of a letter."""


async def letter_filter(
    state: Annotated[LetterState | None, Query(examples=["parked"])] = None,
    topic: Annotated[
        str | None, Query(max_length=200, pattern=r"^[^\x00]*$", examples=["esr.profile.imported"])
    ] = None,
    reason_class: Annotated[ReasonClass | None, Query(alias="class", examples=["refused"])] = None,
    words: Annotated[
        str | None,
        Query(
            alias="q", max_length=200, pattern=r"^[^\x00]*$", description="Any part of the reason.", examples=["post"]
        ),
    ] = None,
) -> LetterFilter:
    """The filter in a request's query."""
    return LetterFilter(state, topic or None, reason_class, words or None)


Wanted = Annotated[LetterFilter, Depends(letter_filter)]
