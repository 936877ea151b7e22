"""The headers of a message on the bus: CloudEvents' attributes with the prefix `ce_`, as Kafka carries them, in UTF-8."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Header:
    """One header: its name, what it says, an example, and whether every message has it."""

    name: str
    meaning: str
    example: str
    always: bool = True
    format: str | None = None


HEADERS = (
    Header("ce_specversion", "The version of CloudEvents: `1.0`.", "1.0"),
    Header("ce_id", "The event's own id: the same when it comes again.", "01987000-0000-7000-8000-00000000000a", format="uuid"),
    Header("ce_source", "The service that published it, after a slash.", "/esr-gateway", format="uri-reference"),
    Header("ce_type", "The event and its version: it says which schema the value fits.", "esr.profile.imported.v1"),
    Header("ce_time", "When it happened, with its offset from UTC.", "2026-08-03T09:30:00+00:00", format="date-time"),
    Header("ce_subject", "What it is about: the same as the message's key.", "277/20000001"),
    Header("ce_vpd", "The trust it belongs to, so that it can be told apart without reading the value.", "277"),
    Header("content-type", "Of the value: `application/json`, in UTF-8.", "application/json"),
    Header(
        "ce_partitionkey",
        "Whose events stay in order; left out where that is the key itself.",
        "277/20000001",
        always=False,
    ),
    Header(
        "ce_traceparent",
        "W3C trace context of the request that led to it.",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        always=False,
    ),
    Header("ce_replay", "`true` when it was published again from the archive; its id is the first one's.", "true", always=False),
)  # fmt: skip

PARKED_HEADERS = (
    Header("dlq_consumer", "The consumer that parked the message.", "submittals"),
    Header("dlq_letter", "The id of the dead letter in that service.", "01987000-0000-7000-8000-00000000000b", format="uuid"),
    Header(
        "dlq_class",
        "What kind of reason: `unreadable`, `unknown_version`, `misaddressed`, `refused`, `too_slow`, `defect` or `ambiguous`.",
        "unknown_version",
    ),
    Header("dlq_reason", "Why, without a value of the message.", "unknown event type or version: esr.run.sent.v2"),
)  # fmt: skip
"""What a message on `TOPIC.dlq` has beside the headers that it came with."""
