"""The AsyncAPI document is valid, whole in itself, and says the same as the schemas and the services."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from jsonschema.validators import validator_for

from esrlink.contracts import REGISTRY
from esrlink.reference.asyncapi import asyncapi
from esrlink.reference.parties import consumers_of
from esrlink.runtime import installed_services
from tests.contract.events.golden import GOLDEN, NAMES, Golden

CONSUMERS = consumers_of(installed_services())
DOCUMENT = asyncapi(CONSUMERS)
SPECIFICATION = Path(__file__).parents[3] / "node_modules" / "@asyncapi" / "specs" / "schemas" / "3.0.0.json"


def test_it_is_an_asyncapi_document() -> None:
    if not SPECIFICATION.exists():
        told = "AsyncAPI's own schema is not there: run npm ci"
        pytest.fail(told) if os.environ.get("CI") == "true" else pytest.skip(told)
    specification = json.loads(SPECIFICATION.read_text())
    errors = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in validator_for(specification)(specification).iter_errors(DOCUMENT)
    ]
    assert errors == []


def test_every_reference_leads_somewhere_within_it() -> None:
    references = list(_references(DOCUMENT))
    assert len(references) > 100
    for reference in references:
        assert reference.startswith("#/"), reference
        _followed(reference)


def test_what_is_referred_to_is_used_and_what_is_used_is_there() -> None:
    references = set(_references(DOCUMENT))
    parts = {f"#/components/{kind}/{name}" for kind, found in DOCUMENT["components"].items() for name in found}
    assert parts <= references


def test_every_topic_has_its_channel_and_its_dead_letters() -> None:
    topics = {event.TOPIC for event in REGISTRY.values()}
    assert DOCUMENT["channels"].keys() == topics | {f"{topic}.dlq" for topic in topics}
    assert all(name == channel["address"] for name, channel in DOCUMENT["channels"].items())


def test_one_service_sends_a_topic_and_those_that_handle_it_receive_it() -> None:
    topic_of = {f"#/channels/{name}": name for name in DOCUMENT["channels"]}
    sends = {
        topic_of[one["channel"]["$ref"]]: one["tags"][0]["name"]
        for one in DOCUMENT["operations"].values()
        if one["action"] == "send" and not one["channel"]["$ref"].endswith(".dlq")
    }
    receives = {
        (topic_of[one["channel"]["$ref"]], one["bindings"]["kafka"]["groupId"]["enum"][0])
        for one in DOCUMENT["operations"].values()
        if one["action"] == "receive"
    }
    assert sends == {event.TOPIC: event.PRODUCER for event in REGISTRY.values()}
    assert receives == {(topic, service) for topic, services in CONSUMERS.items() for service in services}


@pytest.mark.parametrize("golden", GOLDEN, ids=NAMES)
def test_its_messages_are_those_on_the_wire(golden: Golden) -> None:
    message = DOCUMENT["components"]["messages"][golden.type]
    # AsyncAPI reads schemas as draft 7; a validator of its own, with the whole document behind the references.
    for part, value in (("payload", json.loads(golden.message.value)), ("headers", dict(golden.message.headers))):
        Draft7Validator({**DOCUMENT, "allOf": [message[part]]}).validate(value)
    with_other_type = {**golden.message.headers, "ce_type": "another.v1"}
    assert not Draft7Validator({**DOCUMENT, "allOf": [message["headers"]]}).is_valid(with_other_type)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(reference := value.get("$ref"), str):
            yield reference
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _followed(reference: str) -> Any:
    found: Any = DOCUMENT
    for name in reference.removeprefix("#/").split("/"):
        found = found[name.replace("~1", "/").replace("~0", "~")]
    return found
