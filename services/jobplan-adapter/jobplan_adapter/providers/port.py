"""The `JobPlanProvider` port: what every source of job plans must promise. `tests/contract/jobplans` is its suite.

A snapshot is whole or it is an error: a plan that is missing from it is gone from the provider. One that cannot be read is
named among the faults and holds up no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from esrlink.errors import EsrLinkError, Unavailable
from jobplan_adapter.plans.plan import Plan

UNNAMED = "?"


@dataclass(frozen=True, slots=True)
class ProviderUser:
    """An account at the provider. `identity` is the field that the trust named as its ESR number, as it came.

    Address and names only suggest whom an unmatched account may be; nothing is matched by them.
    """

    user_id: str
    identity: Any
    dormant: bool = False
    dummy: bool = False
    email: str | None = None
    given_name: str | None = None
    family_name: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One record that could not be read, by the provider's id for it, and why. It carries no personal data.

    `record_id` is `UNNAMED` when even the id could not be read. What was stored of the record before stays as it was.
    """

    record_id: str
    reason: str
    kind: Literal["plan", "user"] = "plan"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that a provider shows now.

    `as_of` is since when it shows this, where that is not now: an upload is as old as the day when it was taken.
    `vouched`: a person has seen how many plans it takes away, and wants it so.
    """

    users: Sequence[ProviderUser]
    plans: Sequence[Plan]
    faults: Sequence[Fault] = field(default=())
    as_of: datetime | None = None
    vouched: bool = False

    def unread(self, kind: Literal["plan", "user"]) -> frozenset[str]:
        """The ids of records that could not be read, `UNNAMED` among them when one had none."""
        return frozenset(one.record_id for one in self.faults if one.kind == kind)


class ProviderUnavailable(Unavailable):
    """The provider does not answer now, or not in a way that makes sense; a later try may succeed."""

    code, title = "provider_unavailable", "The job plan provider does not answer"

    def __init__(self, detail: str, *, retry_after: float | None = None) -> None:
        headers = {} if retry_after is None else {"Retry-After": str(int(retry_after))}
        super().__init__(detail, headers=headers)
        self.retry_after = retry_after
        """Seconds that the provider asked us to wait."""


class NothingShown(ProviderUnavailable):
    """Nothing was ever put where the provider looks: it is neither up nor down."""


class ProviderRefused(EsrLinkError):
    """The provider answered, and the same request will be answered the same: somebody must change something."""

    code, status, title = "provider_refused", 502, "The job plan provider refuses"


class JobPlanProvider(Protocol):
    """A source of job plans."""

    async def snapshot(self) -> Snapshot:
        """Everything, read now. Raises `ProviderUnavailable` (try later) or `ProviderRefused` (see to it)."""
        ...
