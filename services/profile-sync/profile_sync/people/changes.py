"""What an event changes of a person, field by field: the text of their history. Pure.

Dated rows of posts are told apart by assignment number and first day, registrations by body and number. ESR's own ids are
left out: they say nothing to a reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from esrlink.contracts import Assignment, ProfileImported

Change = dict[str, Any]
"""`field`, `before`, `after` as JSON; `assignment` and `effective_from`, or `registration`, where it is of one of these."""

_PERSON = (
    "gone",
    "title",
    "family_name",
    "given_name",
    "middle_names",
    "preferred_name",
    "previous_family_names",
    "email",
    "hire_date",
    "leaving_date",
)
_of_person = attrgetter(*_PERSON)
_ASSIGNMENT = tuple(name for name in Assignment.model_fields if name not in ("assignment_number", "effective_from"))
_said = attrgetter(*_ASSIGNMENT)
_dated = attrgetter("assignment_number", "effective_from")
_whole_post = attrgetter(*Assignment.model_fields)

Keyed = dict[tuple[Any, ...], Any]


def changes_of(before: Any, posts_before: Sequence[Any], after: ProfileImported) -> list[Change]:
    """What `after` changes of a person whose row and posts' rows are `before` and `posts_before`."""
    told = zip(_PERSON, _of_person(before), _of_person(after), strict=True)
    changes = [{"field": name, **pair} for name, was, now in told if was != now and (pair := _pair(was, now))]
    registrations = [one.model_dump(mode="json") for one in after.registrations]
    if registrations != before.registrations:
        changes += _of_registrations(before.registrations, registrations)
    return changes + _of_assignments(posts_before, after.assignments)


def _of_registrations(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> list[Change]:
    changes: list[Change] = []
    for key, was, now in _paired(*(_keyed(side, lambda one: (one["body"], one["number"])) for side in (before, after))):
        named = {"registration": f"{key[0]} {key[1]}"}
        if was is None or now is None:
            changes.append({"field": "registration", **named, "before": was, "after": now})
        elif pair := _pair(was["expires"], now["expires"]):
            changes.append({"field": "expires", **named, **pair})
    return changes


def _of_assignments(before: Iterable[Any], after: Iterable[Any]) -> list[Change]:
    changes: list[Change] = []
    if [*map(_whole_post, before)] == [*map(_whole_post, after)]:
        return changes  # as most are
    keyed = (_keyed(side, _dated) for side in (before, after))
    for (number, start, _), was, now in _paired(*keyed):
        named = {"assignment": number, "effective_from": start.isoformat()}
        if was is None or now is None:
            changes.append({"field": "assignment", **named, "before": _whole(was), "after": _whole(now)})
            continue
        changes += [
            {"field": name, **named, "before": _json(one), "after": _json(other)}
            for name, one, other in zip(_ASSIGNMENT, _said(was), _said(now), strict=True)
            if one != other
        ]
    return changes


def _keyed(side: Iterable[Any], key_of: Any) -> Keyed:
    """By key and by which of that key it is: ESR may show one twice."""
    seen: dict[Any, int] = {}
    keyed: Keyed = {}
    for one in side:
        key = key_of(one)
        which = seen.get(key, 0)
        keyed[(*key, which)] = one
        seen[key] = which + 1
    return keyed


def _paired(before: Keyed, after: Keyed) -> Iterable[tuple[tuple[Any, ...], Any, Any]]:
    for key in sorted({*before, *after}):
        yield key, before.get(key), after.get(key)


def _whole(one: Any) -> dict[str, Any] | None:
    """What a row of a post says, without what it leaves open."""
    if one is None:
        return None
    return {name: _json(value) for name in _ASSIGNMENT if (value := getattr(one, name)) is not None}


def _pair(before: Any, after: Any) -> dict[str, Any] | None:
    """Before and after as JSON, or none when they are the same."""
    if isinstance(after, tuple):
        after = list(after)
    return None if before == after else {"before": _json(before), "after": _json(after)}


def _json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value
