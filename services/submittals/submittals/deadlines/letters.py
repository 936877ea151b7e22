"""What a reminder says as an e-mail: one digest for each recipient, with counts, the deadline and a link.

Nobody's name and no pay figure stands in it: e-mail is read on phones on trains, and forwarded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from esrlink.web.wording import counted, listed, product
from submittals.deadlines.when import at_words
from submittals.esr.cut_offs import Closing

_WORDS = {
    "enrich": "to enrich",
    "mend": "to mend and send again",
    "validate": "to validate",
    "approve": "to approve",
}


@dataclass(frozen=True, slots=True)
class Reminder:
    """What waits in a department for somebody: how many of each task, and how many of them are late already.

    `approver` is empty where it is about the whole department.
    """

    product: str
    department: str
    approver: str
    tasks: Mapping[str, int]
    late: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.tasks.values())


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail as text."""

    subject: str
    body: str


def letter_of(
    reminders: Sequence[Reminder],
    *,
    trust_name: str,
    names: Mapping[tuple[str, str], str],
    closing: Closing,
    after: Closing | None,
    link: str,
) -> Letter:
    """The digest of one recipient. `names` are the departments' by (product, department)."""
    # Whoever checks in a department and looks after it would read the same records twice.
    whole = {(one.product, one.department) for one in reminders if not one.approver}
    own = [one for one in reminders if not one.approver or (one.product, one.department) not in whole]
    total = sum(one.total for one in own)
    lines = [line for one in own for line in _lines(one, names)]
    then = f"What is not approved by then goes into the {after.pay_name}." if after else ""
    body = "\n".join(
        [
            trust_name,
            "",
            f"The cut-off of the {closing.pay_name} is at {at_words(closing.at)}.",
            f"{counted(total, 'record')} {'waits' if total == 1 else 'wait'}:",
            "",
            *lines,
            *([then, ""] if then else []),
            f"See and do them here: {link}",
            "",
            "",
        ]
    )
    return Letter(f"{counted(total, 'record')} to do before {at_words(closing.at)}", body)


def _lines(one: Reminder, names: Mapping[tuple[str, str], str]) -> list[str]:
    name = names.get((one.product, one.department), one.department)
    said = listed([f"{count:,} {_WORDS[task]}" for task, count in one.tasks.items() if count])
    late = f", {one.late:,} late already" if one.late else ""
    return [f"{name} ({product(one.product)})", f"  {said}{late}", ""]


def footer(unsubscribe: str) -> str:
    """What stands under every reminder."""
    return (
        "-- \nYou get this because an administrator of your trust gave this address for reminders before pay cut-offs.\n"
        f"No more of them: {unsubscribe}\n"
    )
