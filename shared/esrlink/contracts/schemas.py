"""The JSON Schemas of the events: what is on the wire, for readers in any language.

A schema says what a producer of this release writes. It is open: a reader must ignore fields that it does not know. Beside
JSON Schema's own keywords it carries `x-event`: topic, version, producer, the forms of its keys, and whether the topic is a
state (the newest message of each key is the whole truth).
"""

from __future__ import annotations

from typing import Any

from esrlink.contracts.events import REGISTRY, Event
from esrlink.contracts.examples import EXAMPLES
from esrlink.contracts.keys import key_forms, partition_key_forms

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def event_schema(model: type[Event]) -> Schema:
    """The schema of one version of one event, with a whole, valid example."""
    made = model.model_json_schema(mode="serialization")
    definitions = {name: _plain(inner) for name, inner in made.pop("$defs", {}).items()}
    name = model.ce_type()
    topic, _, version = name.rpartition(".v")
    return {
        "$schema": DIALECT,
        "$id": f"urn:esr-link:event:{topic}:v{version}",
        "title": model.__name__,
        "description": made["description"],
        **({"deprecated": True} if model.DEPRECATED else {}),
        "x-event": {
            "type": name,
            "topic": model.TOPIC,
            "version": model.VERSION,
            "producer": model.PRODUCER,
            "key": list(key_forms(model)),
            "partition_key": list(partition_key_forms(model)),
            "state": model.STATE,
        },
        **{word: value for word, value in _plain(made).items() if word not in {"title", "description"}},
        **({"$defs": definitions} if definitions else {}),
        "examples": [EXAMPLES[name].model_dump(mode="json")],
    }


def schemas() -> dict[str, Schema]:
    """All schemas by CloudEvents type, in the order of their names."""
    return {name: event_schema(REGISTRY[name]) for name in sorted(REGISTRY)}


def _plain(schema: Schema) -> Schema:
    """Without the titles that only repeat a field's name."""
    properties = {
        name: {word: value for word, value in inner.items() if word != "title"}
        for name, inner in schema.get("properties", {}).items()
    }
    return {**schema, "properties": properties} if properties else schema
