"""The queues: what waits to be enriched, mended, validated or approved, and what may be done with several at once. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from esrlink.auth import Principal
from submittals.flow.roles import ROLES_FOR, may
from submittals.records.state import Command, State


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits in some states for a command. `bulk` are the commands that make sense for several records at once.

    `endorsed`: only what waits for the trust's final approval, or only what does not.
    """

    name: str
    title: str
    lede: str
    states: tuple[State, ...]
    bulk: tuple[Command, ...]
    empty: str
    endorsed: bool | None = None


QUEUES: Mapping[str, Queue] = {
    queue.name: queue
    for queue in (
        Queue(
            "enrich",
            "To enrich",
            "Records from the rotas that nobody has completed yet. Enriching one takes the trust's defaults where nothing else"
            " is said; open a record to change a figure.",
            (State.PENDING,),
            (Command.ENRICH, Command.WITHDRAW),
            "Every record is complete. New ones appear as soon as a rota sends them.",
        ),
        Queue(
            "mend",
            "To mend",
            "Records that a rule, a person or ESR sent back. Open one: the field to mend is marked, and mending sends it again.",
            (State.RETURNED, State.REJECTED),
            (Command.WITHDRAW,),
            "Nothing came back.",
        ),
        Queue(
            "validate",
            "To validate",
            "Complete records for a validator. Nobody validates what they claimed or completed themselves.",
            (State.ENRICHED,),
            (Command.VALIDATE, Command.RETURN),
            "Nothing waits for a validator.",
        ),
        Queue(
            "approve",
            "To approve",
            "Validated records. Once approved, they go to payroll with the next run.",
            (State.VALIDATED,),
            (Command.APPROVE, Command.RETURN),
            "Nothing waits for approval.",
            endorsed=False,
        ),
        Queue(
            "release",
            "Final approval",
            "Records that their department has approved, in a trust where payroll approves last. Then they go with the next run.",
            (State.VALIDATED,),
            (Command.RELEASE, Command.RETURN),
            "Nothing waits for payroll's approval. A trust that wants it says so in its settings.",
            endorsed=True,
        ),
    )
}

VERBS: Mapping[Command, str] = {
    Command.ENRICH: "Enrich with the defaults",
    Command.VALIDATE: "Validate",
    Command.APPROVE: "Approve",
    Command.RELEASE: "Approve for payroll",
    Command.RETURN: "Return to the department",
    Command.WITHDRAW: "Withdraw",
}
"""A command on a button."""

DONE: Mapping[Command, str] = {
    Command.ENRICH: "enriched",
    Command.VALIDATE: "validated",
    Command.APPROVE: "approved",
    Command.RELEASE: "approved for payroll",
    Command.RETURN: "returned",
    Command.WITHDRAW: "withdrawn",
    Command.RESUBMIT: "sent again",
}
"""What became of a record."""

NEEDS_REASON = frozenset({Command.RETURN, Command.WITHDRAW})


def bulk_acts(queue: Queue, person: Principal) -> dict[Command, str]:
    """What this person may do with several records of the queue, in words."""
    return {one: VERBS[one] for one in queue.bulk if one in ROLES_FOR and may(one, person.roles, own=False)}
