"""Every step of a record as an entry of the audit trail: who, through which client, what, to which version, and what changed.

An entry names ids, kinds and fields only. What somebody wrote as a reason stands with the decision, not here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from esrlink.audit import Deed
from submittals.content import RULES_ACTOR
from submittals.records.decisions import Decision
from submittals.records.record import Record


def deeds_of(records: Iterable[Record]) -> list[Deed]:
    """The steps of these records that are not stored yet, in the order in which they were taken."""
    return [deed for record in records for deed in _deeds(record)]


def _deeds(record: Record) -> Iterator[Deed]:
    about = str(record.id)
    for decision in record.decisions[record.stored_decisions :]:
        yield Deed(decision.client or RULES_ACTOR, f"submittal.{decision.kind}", about, _detail(record, decision))


def _detail(record: Record, decision: Decision) -> dict[str, Any]:
    said: dict[str, Any] = {"by": decision.by, "version": decision.version}
    if decision.version == record.version.number:
        said["content_hash"] = record.version.content_hash
    if decision.changed:
        said["changed"] = list(decision.changed)
    if decision.validation_group is not None:
        said["validation_group"] = decision.validation_group
    if decision.took_back:
        said["took_back"] = True
    if record.relation is not None:
        said[record.relation] = str(record.origin)
    return said
