"""What the keys of an event are made of, read off the code that makes them, so that no description of a key can be wrong.

An event is built whose every field holds its own name in braces; what its `key` then says is the key's form, such as
`{vpd}/{employee_number}`. A field that may be none can give the key a second form.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel

from esrlink.contracts.events import Event


def key_forms(model: type[Event]) -> tuple[str, ...]:
    """The forms that the record key can have, the usual one first."""
    return tuple(dict.fromkeys(named.key for named in _variants(model)))


def partition_key_forms(model: type[Event]) -> tuple[str, ...]:
    """The forms that the partition key can have, the usual one first."""
    return tuple(dict.fromkeys(named.partition_key for named in _variants(model)))


def _variants(model: type[Event]) -> Iterator[Event]:
    whole = _named(model)
    yield whole
    for name, field in model.model_fields.items():
        if NoneType in get_args(field.annotation):
            yield whole.model_copy(update={name: None})


def _named(model: type[Any], inside: str = "") -> Any:
    values = {
        name: _named(field.annotation, f"{inside}{name}.")
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        else f"{{{inside}{name}}}"
        for name, field in model.model_fields.items()
    }
    return model.model_construct(**values)
