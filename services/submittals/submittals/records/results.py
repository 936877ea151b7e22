"""What becomes of one put or one command: the record as it stands then, or why it was refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from esrlink.errors import EsrLinkError
from submittals.esr.cut_offs import Reach
from submittals.records.record import Record

T = TypeVar("T")


Who = Literal["department", "validators", "approver", "payroll", "esr", "nobody"]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a record now, and a sentence that says so. `group`: the validation group whose turn it is; `may`: who of it."""

    who: Who
    says: str
    group: str | None = None
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """The record as it stands now, with the pay that it reaches, and who has it.

    With an error: as it stood, or returned by the rules.
    """

    record: Record | None
    reach: Reach
    error: EsrLinkError | None = None
    holder: Holder | None = None


def asked(read: Iterable[T | EsrLinkError]) -> list[T]:
    """What of a batch could be read."""
    return [one for one in read if not isinstance(one, EsrLinkError)]


def in_order(read: Sequence[T | EsrLinkError], done: Iterable[Result]) -> list[Result]:
    """A result for each item of a batch: `done` has those of `asked(read)`, in the same order."""
    rest = iter(done)
    return [Result(None, Reach(), one) if isinstance(one, EsrLinkError) else next(rest) for one in read]
