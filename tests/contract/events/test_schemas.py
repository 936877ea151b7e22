"""The JSON Schemas say what is on the wire: valid in themselves, and true of every message."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from esrlink.contracts import REGISTRY
from esrlink.contracts.examples import EXAMPLES
from esrlink.contracts.headers import HEADERS
from esrlink.contracts.schemas import DIALECT, schemas
from tests.contract.events.golden import GOLDEN, NAMES, Golden

SCHEMAS = schemas()
CHECKER = Draft202012Validator.FORMAT_CHECKER
every_event = pytest.mark.parametrize("name", sorted(SCHEMAS))


@every_event
def test_it_is_a_schema_of_its_own(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT
    assert schema["$id"] == f"urn:esr-link:event:{':v'.join(name.rsplit('.v', 1))}"
    assert len({one["$id"] for one in SCHEMAS.values()}) == len(SCHEMAS)


@every_event
def test_its_example_fits_it(name: str) -> None:
    schema = SCHEMAS[name]
    [example] = schema["examples"]
    Draft202012Validator(schema, format_checker=CHECKER).validate(example)
    assert REGISTRY[name].model_validate(example) == EXAMPLES[name]


@pytest.mark.parametrize("golden", GOLDEN, ids=NAMES)
def test_every_message_that_was_on_the_wire_fits_it(golden: Golden) -> None:
    validator = Draft202012Validator(SCHEMAS[golden.type], format_checker=CHECKER)
    validator.validate(json.loads(golden.message.value))
    always = {one.name for one in HEADERS if one.always}
    known = {one.name for one in HEADERS}
    assert always <= golden.message.headers.keys()
    assert all("new" in name for name in golden.message.headers.keys() - known)


@every_event
def test_every_field_says_what_it_means(name: str) -> None:
    assert [path for path, field in _fields(name, SCHEMAS[name]) if not field.get("description")] == []


@every_event
def test_a_reader_may_be_sent_more_than_the_schema_knows(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator(schema).validate({**schema["examples"][0], "something_new": 1})
    assert "additionalProperties" not in json.dumps(schema)


@every_event
def test_its_keys_are_those_of_the_messages(name: str) -> None:
    about = SCHEMAS[name]["x-event"]
    for golden in (one for one in GOLDEN if one.type == name):
        value = json.loads(golden.message.value)
        assert golden.message.key in [_filled(form, value) for form in about["key"]]
        assert golden.message.partition_key in [_filled(form, value) for form in about["partition_key"]]


def _fields(path: str, schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of the event and of its parts; one that is a part may leave its meaning to the part."""
    parts = schema.get("$defs", {})
    for where, part in [(path, schema), *((f"{path}: {name}", part) for name, part in parts.items())]:
        yield where, part
        for name, field in part.get("properties", {}).items():
            yield f"{where}.{name}", {**parts.get(field.get("$ref", "").removeprefix("#/$defs/"), {}), **field}


def _filled(form: str, value: dict[str, Any]) -> str:
    """A form such as `{vpd}/{profile.product}` with the values of a message."""
    parts = []
    for piece in form.split("/"):
        found: Any = value
        for name in piece.strip("{}").split("."):
            found = (found or {}).get(name)
        parts.append(str(found))
    return "/".join(parts)
