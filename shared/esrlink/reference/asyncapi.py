"""The AsyncAPI 3.0 document of the bus: channels, messages, keys, and which service sends and receives what.

It is self-contained: the payloads are in it, as they are in `docs/reference/schemas`, with their parts under one roof.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from esrlink.bus.kafka import KafkaSettings
from esrlink.bus.kafka.topics import Topic, declared_topics
from esrlink.contracts.examples import EXAMPLES
from esrlink.contracts.headers import HEADERS, PARKED_HEADERS, Header
from esrlink.contracts.schemas import schemas
from esrlink.reference.parties import Consumers
from esrlink.version import VERSION

Document = dict[str, Any]

_BINDING = "0.5.0"
_PARKED = "Parked"
_DESCRIPTION = (
    "The events of ESR Link on Apache Kafka: CloudEvents 1.0 in binary mode, JSON in UTF-8. Delivery is at least once; the"
    " event id (`ce_id`) removes doubles. Messages of one topic with one partition key stay in order. A consumer ignores"
    " fields that it does not know and sets aside versions that it does not know. An installation may put a prefix"
    " before all topics."
)


def asyncapi(consumers: Consumers) -> Document:
    """The whole document; `consumers` are the services that receive a topic."""
    found = schemas()
    return {
        "asyncapi": "3.0.0",
        "id": "urn:esr-link:events",
        "info": {
            "title": "ESR Link events",
            "version": VERSION,
            "description": _DESCRIPTION,
            "license": {"name": "MIT"},
            "tags": [{"name": name} for name in sorted({one["x-event"]["producer"] for one in found.values()})],
        },
        "defaultContentType": "application/json",
        "channels": dict(_channels(found)),
        "operations": dict(_operations(found, consumers)),
        "components": {
            "messages": {**{name: _message(schema) for name, schema in found.items()}, _PARKED: _parked_message()},
            "schemas": {
                "Headers": _headers(HEADERS),
                "ParkedHeaders": {"allOf": [_ref("schemas", "Headers"), _headers(PARKED_HEADERS)]},
                **_payloads(found),
            },
        },
    }


def _channels(found: Mapping[str, Document]) -> Iterator[tuple[str, Document]]:
    # As they are without settings of the installation, whatever the environment of whoever writes the document says.
    declared = {topic.name: topic for topic in declared_topics(KafkaSettings.model_construct())}
    for name, schema in found.items():
        about = schema["x-event"]
        topic = about["topic"]
        yield (
            topic,
            {
                "address": topic,
                "title": topic,
                "description": schema["description"],
                "messages": {name: _ref("messages", name)},
                "tags": [{"name": about["producer"]}],
                "bindings": {"kafka": _topic_binding(declared[topic])},
            },
        )
        yield (
            f"{topic}.dlq",
            {
                "address": f"{topic}.dlq",
                "title": f"{topic}.dlq",
                "description": f"Messages of `{topic}` that a consumer could not read or apply, as they came.",
                "messages": {_PARKED: _ref("messages", _PARKED)},
                "tags": [{"name": "dead letters"}],
                "bindings": {"kafka": _topic_binding(declared[f"{topic}.dlq"])},
            },
        )


def _topic_binding(topic: Topic) -> Document:
    configs: Document = {"cleanup.policy": [topic.configs["cleanup.policy"]]}
    if retention := topic.configs.get("retention.ms"):
        configs["retention.ms"] = int(retention)
    return {
        "topic": topic.name,
        "partitions": topic.partitions,
        "replicas": topic.replication,
        "topicConfiguration": configs,
        "bindingVersion": _BINDING,
    }


def _operations(found: Mapping[str, Document], consumers: Consumers) -> Iterator[tuple[str, Document]]:
    for name, schema in found.items():
        about = schema["x-event"]
        topic = about["topic"]
        yield (
            f"{about['producer']}.sends.{topic}",
            _operation("send", topic, name, about["producer"], f"{about['producer']} publishes it."),
        )
        for service in consumers.get(topic, ()):
            receives = _operation("receive", topic, name, service, f"{service} takes it into effect.")
            group = {"groupId": {"type": "string", "enum": [service]}, "bindingVersion": _BINDING}
            yield f"{service}.receives.{topic}", {**receives, "bindings": {"kafka": group}}
            yield (
                f"{service}.parks.{topic}",
                _operation("send", f"{topic}.dlq", _PARKED, service, f"{service} could not read or apply a message."),
            )


def _operation(action: str, topic: str, message: str, service: str, summary: str) -> Document:
    channel = f"#/channels/{topic.replace('/', '~1')}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "summary": summary,
        "tags": [{"name": service}],
        "messages": [{"$ref": f"{channel}/messages/{message}"}],
    }


def _message(schema: Document) -> Document:
    about, example = schema["x-event"], EXAMPLES[schema["x-event"]["type"]]
    own = {"ce_type": {"const": about["type"]}, "ce_source": {"const": f"/{about['producer']}"}}
    return {
        "name": about["type"],
        "title": schema["title"],
        "summary": schema["description"],
        "contentType": "application/json",
        **({"deprecated": True} if schema.get("deprecated") else {}),
        "headers": {"allOf": [_ref("schemas", "Headers"), {"type": "object", "properties": own}]},
        "payload": _ref("schemas", schema["title"]),
        "bindings": {"kafka": {"key": _key(about["key"], example.key), "bindingVersion": _BINDING}},
        "tags": [{"name": about["producer"]}],
        "examples": [{"name": "example", "payload": schema["examples"][0]}],
    }


def _parked_message() -> Document:
    return {
        "name": _PARKED,
        "title": "A parked message",
        "summary": "A message that a consumer could not read or apply: its key and value as they came.",
        "headers": _ref("schemas", "ParkedHeaders"),
        "payload": {"description": "The value of the message, byte for byte; it need not be readable."},
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": _BINDING}},
    }


def _key(forms: Sequence[str], example: str) -> Document:
    return {"type": "string", "description": ", else ".join(f"`{form}`" for form in forms), "examples": [example]}


def _headers(headers: Sequence[Header]) -> Document:
    return {
        "type": "object",
        "required": [one.name for one in headers if one.always],
        "properties": {
            one.name: {
                "type": "string",
                "description": one.meaning,
                **({"format": one.format} if one.format else {}),
                "examples": [one.example],
            }
            for one in headers
        },
    }


def _payloads(found: Mapping[str, Document]) -> Document:
    """The schemas of all events and of their parts; a part that two events share is the same for both."""
    made: Document = {}
    for schema in found.values():
        for name, part in [*schema.get("$defs", {}).items(), (schema["title"], schema)]:
            payload = _portable(
                {word: value for word, value in part.items() if word not in {"$defs", "$id", "$schema"}}
            )
            if made.setdefault(name, payload) != payload:
                raise ValueError(f"two parts of events are called {name}, and differ")
    return dict(sorted(made.items()))


def _portable(value: Any) -> Any:
    """A schema as AsyncAPI reads it: draft 7, where nothing may stand beside a `$ref`."""
    if isinstance(value, list):
        return [_portable(one) for one in value]
    if not isinstance(value, dict):
        return value
    rest = {word: _portable(inner) for word, inner in value.items() if word != "$ref"}
    if "$ref" not in value:
        return rest
    there = _ref("schemas", value["$ref"].removeprefix("#/$defs/"))
    return {**rest, "allOf": [there]} if rest else there


def _ref(kind: str, name: str) -> Document:
    return {"$ref": f"#/components/{kind}/{name}"}
