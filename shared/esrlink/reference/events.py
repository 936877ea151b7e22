"""The page of events: every topic, who publishes and consumes it, its keys, and every field with its meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from esrlink.contracts.headers import HEADERS, PARKED_HEADERS, Header
from esrlink.contracts.schemas import schemas
from esrlink.reference.parties import Consumers

Schema = Mapping[str, Any]

_HEAD = """# Events

CloudEvents 1.0 in binary mode: the attributes are headers (`ce_*`), the value is the event as JSON. The type is the topic and a
version, such as `esr.profile.imported.v1`. The models are in `esrlink.contracts`, which needs pydantic only; for other
languages there are [JSON Schemas](schemas) (draft 2020-12) and one [AsyncAPI 3 document](asyncapi.json).
[How to consume them](../how-to/consume-events.md) in Python and with `kcat`;
[what is promised](../adr/0012-events-are-promises.md) of them.

This page is made from the code: `esrlink reference`.

## What a consumer can rely on

- Delivery is at least once. The event id (`ce_id`) removes doubles, and is the same when an event is replayed.
- Messages of one topic with one partition key come in the order in which they happened. Messages of two topics may come in any
  order. Where an event carries a `revision`, the highest one counts, whatever the order of arrival.
- Of a *state* topic the newest message of each key stays for ever (compaction), so that a new consumer can read the whole
  state from the beginning. `profile.linked` and `profile.unlinked` are two states of one link: the higher `revision` counts.
- Fields are added, never taken away: ignore what you do not know. Set aside a version that you do not know; do not guess.
- Text has no length limit unless the schema gives one. Codes and words in plain text (`string` without a list of values)
  may be new tomorrow.
- No National Insurance number, date of birth, address, ethnicity, disability or salary is ever on the bus.
"""

_HEADERS = """## Headers

A name in a message is as it is here; a value is text in UTF-8.
"""

_PARKED = """## Dead letters

A message that a consumer cannot read or apply is parked: it goes to `TOPIC.dlq` as it came, byte for byte, with these headers
beside its own. What to do with them: [parked messages](../runbooks/parked-messages.md).
"""


def events_page(consumers: Consumers) -> str:
    """The whole page, in Markdown."""
    found = schemas()
    parts = [_HEAD, "## Topics\n", _topics(found, consumers), _HEADERS, _headers(HEADERS), _PARKED]
    parts += [_headers(PARKED_HEADERS), *(_event(schema, consumers) for schema in found.values())]
    return "\n".join(parts)


def _topics(found: Mapping[str, Schema], consumers: Consumers) -> str:
    rows = ["| topic | from | to services | state | when |", "| --- | --- | --- | --- | --- |"]
    for schema in found.values():
        about = schema["x-event"]
        link = f"[`{about['topic']}`](#{_anchor(about['type'])})"
        to = ", ".join(consumers.get(about["topic"], ())) or "-"
        rows.append(f"| {link} | {about['producer']} | {to} | {_yes(about['state'])} | {schema['description']} |")
    return "\n".join([*rows, ""])


def _headers(headers: Sequence[Header]) -> str:
    rows = ["| header | always | meaning | example |", "| --- | --- | --- | --- |"]
    rows += [f"| `{one.name}` | {_yes(one.always)} | {one.meaning} | `{one.example}` |" for one in headers]
    return "\n".join([*rows, ""])


def _event(schema: Schema, consumers: Consumers) -> str:
    about = schema["x-event"]
    facts = [f"From {about['producer']}"]
    if to := consumers.get(about["topic"]):
        facts.append("to " + ", ".join(to))
    lines = [
        f"## {about['type']}\n",
        f"{schema['description']}\n",
        f"{' '.join(facts)}. Key: {_forms(about['key'])}. Partition key: {_forms(about['partition_key'])}."
        + (" A state: compacted." if about["state"] else "")
        + f" [Schema](schemas/{about['type']}.json), with an example.\n",
        *_fields(schema),
    ]
    for name, inner in schema.get("$defs", {}).items():
        lines += [f"### {name} of {about['type']}\n", f"{inner['description']}\n", *_fields(inner)]
    return "\n".join(lines)


def _fields(schema: Schema) -> Iterator[str]:
    if "enum" in schema:
        yield f"One of {_listed(schema['enum'])}.\n"
        return
    yield "| field | type | meaning |"
    yield "| --- | --- | --- |"
    for name, field in schema["properties"].items():
        optional = "" if name in schema["required"] else ", optional"
        meaning = field.get("description", "").replace("|", "\\|")
        yield f"| `{name}` | {_type(field)}{optional} | {meaning} |"
    yield ""


def _type(field: Schema) -> str:
    if "anyOf" in field:
        return " or ".join(_type(option) for option in field["anyOf"])
    if "$ref" in field:
        return str(field["$ref"].removeprefix("#/$defs/"))
    if "enum" in field:
        return _listed(field["enum"])
    if field["type"] == "array":
        return f"list of {_type(field['items'])}"
    return str(field.get("format", field["type"]))


def _listed(values: Sequence[object]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _forms(forms: Sequence[str]) -> str:
    return ", else ".join(f"`{form}`" for form in forms)


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _anchor(heading: str) -> str:
    return heading.replace(".", "")
