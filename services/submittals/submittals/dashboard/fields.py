"""The fields of a record on a form: how each is called and asked for, what stands in it, and what a sent form says. Pure.

A field that is left empty takes the trust's default, which stands below it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from typing import Any, Literal

from esrlink.errors import FieldProblem
from esrlink.web.wording import day as day_in_words
from submittals.content import Content, Kind
from submittals.dashboard.words import plain

Sort = Literal["text", "figure", "date", "time", "choice", "tick"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field: `value` as it stands in the form, `default` what it would be when left empty, `wrong` what is wrong with it."""

    name: str
    label: str
    sort: Sort = "text"
    value: str = ""
    default: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    needed: bool = False
    wrong: str | None = None


_PARTS = (("full", "The whole day"), ("morning", "Morning"), ("afternoon", "Afternoon"))
_FIELDS: Mapping[Kind, tuple[Field, ...]] = {
    "attendance": (
        Field("date_worked", "Day worked", "date", needed=True),
        Field("session", "Session"),
        Field("starts", "From", "time"),
        Field("ends", "To", "time"),
        Field("covered", "Who was covered (profile id)"),
        Field("pay_element", "Pay element", "choice"),
        Field("units", "Units", "figure"),
        Field("rate", "Rate in pounds per unit", "figure"),
        Field("amount", "Amount in pounds", "figure"),
        Field("cost_code", "Cost code"),
        Field("assignment_number", "Assignment"),
        Field("in_lieu", "Time off in lieu: recorded, never paid", "tick"),
        Field("note", "Note: why a figure differs from the default"),
    ),
    "absence": (
        Field("absence_type", "Type", "choice", needed=True),
        Field("reason", "Reason", "choice"),
        Field("start_date", "First day", "date", needed=True),
        Field("start_part", "Part of the first day", "choice", options=_PARTS, needed=True),
        Field("end_date", "Last day", "date"),
        Field("end_part", "Part of the last day", "choice", options=_PARTS, needed=True),
        Field("open", "Open: the last day is not known yet", "tick"),
        Field("days", "Calendar days", "figure"),
        Field("hours", "Hours", "figure"),
        Field("sessions", "Sessions", "figure"),
        Field("certificate_until", "Doctor's statement covers up to", "date"),
        Field("return_to_work", "First day back at work", "date"),
        Field("assignment_number", "Assignment"),
    ),
}
_MONEY = frozenset({"rate", "amount"})


def label_of(kind: Kind, name: str) -> str:
    """How a field is called; its own name for one that is on no form."""
    return next((field.label for field in _FIELDS[kind] if field.name == name), name.replace("_", " ").capitalize())


def fields_of(
    kind: Kind,
    given: Content,
    filled: Content,
    *,
    options: Mapping[str, tuple[tuple[str, str], ...]],
    wrong: Mapping[str, str],
    typed: Mapping[str, str] | None = None,
) -> list[Field]:
    """The form of a record: what people said stands in the fields, what was filled in beside them.

    `options` are the choices of the trust, by field; `wrong` what is wrong, by field; `typed` a form that could not be taken.
    """
    found = []
    for field in _FIELDS[kind]:
        said, full = getattr(given, field.name), getattr(filled, field.name)
        value = plain_text(said) if typed is None else typed.get(field.name, "")
        choices = field.options or options.get(field.name, ())
        if field.sort == "choice" and value and value not in {key for key, _ in choices}:
            choices = (*choices, (value, value))
        default = in_words(field.name, full) if said is None and full is not None else None
        found.append(replace(field, value=value, default=default, options=choices, wrong=wrong.get(field.name)))
    return found


def changed_fields(kind: Kind, given: Content, sent: Mapping[str, str]) -> dict[str, Any]:
    """What a sent form changes: only the fields that it has and that differ; an empty one clears what was said."""
    found: dict[str, Any] = {}
    for field in _FIELDS[kind]:
        was = getattr(given, field.name)
        if field.sort == "tick":
            if f"{field.name}_there" in sent and was != (field.name in sent):
                found[field.name] = field.name in sent
            continue
        if field.name in sent and (value := sent[field.name].strip()) != plain_text(was):
            found[field.name] = value or None
    return found


def wrong_fields(kind: Kind, problems: Iterable[FieldProblem | tuple[str | None, str]]) -> dict[str, str]:
    """What is wrong, by field of the form: of a refusal, or of what the rules and ESR said (field, words)."""
    names = {field.name for field in _FIELDS[kind]}
    found: dict[str, str] = {}
    for one in problems:
        path, words = (one.field, one.detail) if isinstance(one, FieldProblem) else one
        name = (path or "").rpartition(".")[2]
        if name in names:
            found.setdefault(name, words)
    return found


def plain_text(value: object) -> str:
    """A value as it stands in a form's field."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)


def in_words(name: str, value: object) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"£{value:,.2f}" if name in _MONEY else plain(value)
    if isinstance(value, date):
        return day_in_words(value)
    return plain_text(value)


def said(kind: Kind, content: Content, *, without: Collection[str] = ()) -> list[tuple[str, str]]:
    """What a record says, as (field, words), in the order of its form; what it does not say is left out."""
    return [
        (field.label, in_words(field.name, value))
        for field in _FIELDS[kind]
        if field.name not in without and (value := getattr(content, field.name)) not in (None, False, "full")
    ]


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs from one version to the next, in words."""

    label: str
    before: str
    after: str


def changes(kind: Kind, before: Content, after: Content) -> Sequence[Change]:
    """What differs between two versions of a record."""
    return [
        Change(label_of(kind, name), _said(name, old), _said(name, new))
        for name in type(after).model_fields
        if (old := getattr(before, name)) != (new := getattr(after, name))
    ]


def _said(name: str, value: object) -> str:
    return "" if value is None else in_words(name, value)
