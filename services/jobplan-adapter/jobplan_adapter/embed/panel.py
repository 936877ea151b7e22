"""What stands in the panel: the summary of a person's plan and the typical week of each post, by day and half day. Pure.

The panel is one answer that needs no other: its style is part of it, named in the policy by its hash, and it has no scripts.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from esrlink.contracts import Weekday
from jobplan_adapter.availability.half_days import Half, halves_of
from jobplan_adapter.plans.plan import Session
from jobplan_adapter.plans.summaries import JobPlanAnswer, PlanSummary, VersionSummary

STYLE = (Path(__file__).parent / "panel.css").read_text("utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_ALWAYS = (Half.MORNING, Half.AFTERNOON)


@dataclass(frozen=True, slots=True)
class Cell:
    """A session in words; `note` says what is special about when it is held."""

    activity: str
    category: str
    hours: str
    note: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the typical week: the sessions of each half day that the table shows; a session may stand in two."""

    name: str
    halves: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class TypicalWeek:
    """The table: its columns after the day's name, and a row for each day."""

    halves: Sequence[Half]
    days: Sequence[Day]
    unread: Sequence[str]


@dataclass(frozen=True, slots=True)
class ShownPost:
    """One post: its plan in force with its week, and what is being prepared beside it."""

    plan: PlanSummary
    revision: VersionSummary | None
    week: TypicalWeek | None


def headers_for(origin: str | None) -> dict[str, str]:
    """The headers of a panel that pages of this origin may frame; of nobody's, nobody may."""
    framed_by = origin or "'none'"
    policy = (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors {framed_by};"
        " base-uri 'none'; form-action 'none'"
    )
    # X-Frame-Options can only say nobody or ourselves: it must be away, and the policy says it.
    return {"Content-Security-Policy": policy, "X-Frame-Options": "", "Referrer-Policy": "no-referrer"}


def posts_of(answer: JobPlanAnswer) -> list[ShownPost]:
    """The posts of a full answer."""
    first = [(answer.plan, answer.revision)] if answer.plan else []
    others = [(one.plan, one.revision) for one in answer.other_posts]
    return [ShownPost(plan, revision, _week(plan)) for plan, revision in [*first, *others]]


def typical_week(sessions: Sequence[Session]) -> TypicalWeek | None:
    """The table of these sessions; none where there are none."""
    if not sessions:
        return None
    dated = [(one, halves_of(one)) for one in sessions if one.weekday]
    found = {half for _, halves in dated for half in halves}
    shown = [half for half in Half if half in _ALWAYS or half in found]
    days = [
        Day(
            weekday.value.capitalize(),
            [[_cell(one) for one, halves in own if half in halves] for half in shown],
        )
        for weekday in Weekday
        if (own := [(one, halves) for one, halves in dated if one.weekday is weekday])
    ]
    unread = [", ".join(filter(None, (one.activity, one.raw))) for one in sessions if one.weekday is None]
    return TypicalWeek(shown, days, [text or "a line without a day" for text in unread])


def _week(plan: PlanSummary) -> TypicalWeek | None:
    return typical_week(plan.detail.timetable) if plan.detail else None


def _cell(one: Session) -> Cell:
    hours = f"{one.starts:%H:%M} to {one.ends:%H:%M}" if one.starts and one.ends else ""
    return Cell(one.activity or "Not named", one.category or "", hours, _note(one))


def _note(one: Session) -> str:
    premium = "premium time" if one.premium else ""
    if one.every_weeks is None:
        often = f"how often cannot be read{f': {one.raw}' if one.raw else ''}"
    elif one.every_weeks == 1:
        often = ""
    elif one.week_of_cycle is None:
        often = "alternate weeks" if one.every_weeks == 2 else f"one week in {one.every_weeks:f}"
    else:
        often = f"week {one.week_of_cycle} of {one.every_weeks:f}"
    return ", ".join(filter(None, (often, premium)))
