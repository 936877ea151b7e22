"""Why a message was parked: its class, which says what a person can do, and a sentence that quotes no one's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from esrlink.contracts import UnknownVersion, Unreadable
from esrlink.db.transient import is_too_slow
from esrlink.errors import Ambiguous, EsrLinkError


class ReasonClass(StrEnum):
    """The classes of reason. What each one means and asks for is in `MEANINGS`."""

    UNREADABLE = "unreadable"
    UNKNOWN_VERSION = "unknown_version"
    MISADDRESSED = "misaddressed"
    REFUSED = "refused"
    TOO_SLOW = "too_slow"
    DEFECT = "defect"
    AMBIGUOUS = "ambiguous"


MEANINGS: Mapping[ReasonClass, str] = {
    ReasonClass.UNREADABLE: "The message is not a whole event. Edit it, or discard it and have its sender send it again.",
    ReasonClass.UNKNOWN_VERSION: "A newer sender wrote it in a version that this service does not know yet. "
    "Bring this service up to date, then retry.",
    ReasonClass.MISADDRESSED: "The envelope names another topic or trust than the event inside. Find out who sent it; do "
    "not retry it as it is.",
    ReasonClass.REFUSED: "The service understood the event and refused it. Mend what the reason names, then retry.",
    ReasonClass.TOO_SLOW: "It took longer than a statement may take, several times. Retry when the database is less busy.",
    ReasonClass.DEFECT: "An error in our program or its data. The log at that time names the place; retry after the mend.",
    ReasonClass.AMBIGUOUS: "Nobody can tell by machine whether it took effect before. Look at what it is about, then retry or "
    "discard it by itself: it is left out when all are retried.",
}


class Misaddressed(Unreadable):
    """An event whose topic or trust is not the one on its envelope. `vpd` is its trust where both say the same."""

    def __init__(self, detail: str, vpd: str | None = None) -> None:
        super().__init__(detail)
        self.vpd = vpd


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: the class, the name of the error's own class, and a sentence."""

    reason_class: ReasonClass
    error_class: str
    text: str


def reason_of(error: Exception) -> Reason:
    """The reason that `error` is. Only texts that are ours are quoted: they never hold a person's data."""
    is_ours = isinstance(error, (EsrLinkError, Unreadable))
    return Reason(_class_of(error), type(error).__name__, str(error) if is_ours else type(error).__name__)


def _class_of(error: Exception) -> ReasonClass:
    classes: tuple[tuple[type[Exception], ReasonClass], ...] = (
        (UnknownVersion, ReasonClass.UNKNOWN_VERSION),
        (Misaddressed, ReasonClass.MISADDRESSED),
        (Unreadable, ReasonClass.UNREADABLE),
        (Ambiguous, ReasonClass.AMBIGUOUS),
        (EsrLinkError, ReasonClass.REFUSED),
    )
    for kind, reason_class in classes:
        if isinstance(error, kind):
            return reason_class
    return ReasonClass.TOO_SLOW if is_too_slow(error) else ReasonClass.DEFECT
