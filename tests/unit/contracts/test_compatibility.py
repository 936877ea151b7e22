"""What counts as a broken promise: each kind of change to an event, on real pydantic models made for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, StringConstraints, create_model

from esrlink.contracts.compatibility import Change, breaking, changes

Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")]


class Inner(BaseModel):
    part: str


class InnerWithMore(BaseModel):
    part: str
    more: str | None = None


class InnerWithLess(BaseModel):
    more: str | None = None


def named(model: type[BaseModel]) -> type[BaseModel]:
    """`model` under the name that its first version had, as an edited class has."""
    return create_model("Inner", __base__=model)


FIELDS: Mapping[str, Any] = {
    "vpd": (Code, ...),
    "count": (Annotated[int, Field(ge=1, le=10)], ...),
    "kind": (Literal["absence", "attendance"], ...),
    "day": (date, ...),
    "note": (str | None, None),
    "inner": (Inner, ...),
    "inners": (tuple[Inner, ...], ()),
    "maybe": (Inner | None, None),
    "either": (Inner | date, ...),
}
ENVELOPE = {
    "topic": "t",
    "producer": "submittals",
    "key": ["{vpd}/{employee_number}"],
    "partition_key": ["{vpd}/{employee_number}"],
    "state": True,
}


def schema(envelope: Mapping[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """The schema of the event with some fields changed, added, or (given as none) left out."""
    kept = {name: field for name, field in {**FIELDS, **fields}.items() if field is not None}
    made = create_model("Made", **kept).model_json_schema(mode="serialization")
    return {**made, "x-event": {**ENVELOPE, **(envelope or {})}}


def compared(new: Mapping[str, Any]) -> list[Change]:
    return changes({"t.v1": schema()}, {"t.v1": new})


BREAKING = {
    "a field is gone": (schema(note=None), "the field `note` is gone"),
    "a field is newly required": (schema(note=(str | None, ...)), "the field `note` is newly required"),
    "a new field is required": (schema(extra=(str, ...)), "the new field `extra` is required"),
    "a field may be left out": (schema(day=(date, date(2026, 1, 1))), "the field `day` may be left out"),
    "another type": (schema(count=(str, ...)), "the type of `count` changed from `integer` to `string`"),
    "a wider type": (schema(count=(Annotated[float, Field(ge=1, le=10)], ...)), "from `integer` to `number`"),
    "another format": (schema(day=(str, ...)), "`format` of `day` changed from `date` to nothing"),
    "a tighter pattern": (
        schema(vpd=(Annotated[str, StringConstraints(pattern=r"^[1-9]{3}$")], ...)),
        "the pattern of `vpd` is narrower, or not surely wider",
    ),
    "a pattern where there was none": (
        schema(note=(Annotated[str, StringConstraints(pattern="^a$")] | None, None)),
        "`note` has to fit the pattern `^a$`",
    ),
    "a value is gone": (schema(kind=(Literal["absence"], ...)), "`kind` can no longer be `attendance`"),
    "a value is new": (schema(kind=(Literal["absence", "attendance", "on_call"], ...)), "`kind` can be `on_call`"),
    "a closed list opened": (schema(kind=(str, ...)), "`kind` takes any value"),
    "an open text closed": (schema(note=(Literal["a"] | None, None)), "`note` takes a closed list"),
    "a lower maximum": (
        schema(count=(Annotated[int, Field(ge=1, le=9)], ...)),
        "`maximum` of `count` changed from `10`",
    ),
    "a higher minimum": (schema(count=(Annotated[int, Field(ge=2, le=10)], ...)), "`minimum` of `count` changed"),
    "a bound where there was none": (
        schema(note=(Annotated[str, StringConstraints(max_length=9)] | None, None)),
        "`maxLength` of `note` changed from nothing to `9`",
    ),
    "no longer null": (schema(note=(str, None)), "`note` may no longer be null"),
    "newly null": (schema(vpd=(Code | None, ...)), "`vpd` may be null"),
    "another default": (schema(inners=(tuple[Inner, ...], (Inner(part="a"),))), "to leave `inners` out changed"),
    "a list of other things": (schema(inners=(tuple[str, ...], ())), "the type of `inners[]` changed"),
    "inside another model": (schema(inner=(named(InnerWithLess), ...)), "the field `inner.part` is gone"),
    "inside a list": (schema(inners=(tuple[named(InnerWithLess), ...], ())), "the field `inners[].part` is gone"),
    "inside what may be null": (schema(maybe=(named(InnerWithLess) | None, None)), "the field `maybe.part` is gone"),
    "inside what cannot be judged": (schema(either=(named(InnerWithLess) | date, ...)), "`anyOf` of `either` changed"),
    "another key": (
        schema({"key": ["{vpd}"]}),
        "its key changed from {vpd}/{employee_number} to {vpd}",
    ),
    "another partition key": (schema({"partition_key": ["{vpd}"]}), "its partition key changed"),
    "another topic": (schema({"topic": "u"}), "its topic changed from `t` to `u`"),
    "no longer a state": (schema({"state": False}), "whether its topic is a state changed from `True` to `False`"),
}
ALLOWED = {
    "nothing changed": (schema(), None),
    "other words about a field": (schema(note=(str | None, Field(default=None, description="Better."))), None),
    "a new optional field": (schema(extra=(str | None, None)), "the field `extra` is new and optional"),
    "a new optional list": (schema(extra=(tuple[Inner, ...], ())), "the field `extra` is new and optional"),
    "a wider pattern": (
        schema(vpd=(Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{3,4}$")], ...)),
        "the pattern of `vpd` is wider",
    ),
    "no pattern any more": (schema(vpd=(str, ...)), "`vpd` no longer has to fit a pattern"),
    "a higher maximum": (schema(count=(Annotated[int, Field(ge=1, le=99)], ...)), "`maximum` of `count` changed"),
    "a lower minimum": (schema(count=(Annotated[int, Field(ge=0, le=10)], ...)), "`minimum` of `count` changed"),
    "no bound any more": (schema(count=(Annotated[int, Field(ge=1)], ...)), "`maximum` of `count` changed"),
    "an optional field inside": (
        schema(inner=(named(InnerWithMore), ...)),
        "the field `inner.more` is new and optional",
    ),
    "another producer": (schema({"producer": "new"}), "new publishes it, no longer submittals"),
}


@pytest.mark.parametrize(("new", "sentence"), BREAKING.values(), ids=BREAKING)
def test_a_broken_promise_is_named(new: dict[str, Any], sentence: str) -> None:
    told = [change.sentence for change in compared(new) if change.breaking]
    assert len(told) == 1, told
    assert sentence in told[0]


@pytest.mark.parametrize(("new", "sentence"), ALLOWED.values(), ids=ALLOWED)
def test_what_no_consumer_can_trip_over_is_allowed(new: dict[str, Any], sentence: str | None) -> None:
    found = compared(new)
    assert not any(change.breaking for change in found), found
    assert [sentence in change.sentence for change in found] == ([True] if sentence else []), found


def test_a_version_goes_only_after_a_release_that_announced_it() -> None:
    assert [str(change) for change in breaking({"t.v1": schema()}, {})] == ["t.v1: is gone, and nobody was told before"]
    assert breaking({"t.v1": {**schema(), "deprecated": True}}, {}) == []


def test_a_new_event_or_version_breaks_nothing() -> None:
    found = changes({"t.v1": schema()}, {"t.v1": schema(), "t.v2": schema({"topic": "t.v2"}, note=None)})
    assert [(str(change), change.breaking) for change in found] == [("t.v2: is new", False)]


def test_every_broken_promise_of_an_event_is_told_at_once() -> None:
    found = breaking({"t.v1": schema()}, {"t.v1": schema({"key": []}, note=None, day=(str, ...))})
    assert len(found) == 3
