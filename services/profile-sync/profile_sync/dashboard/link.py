"""A link's page: its state, what it rests on, everything that ever happened to it, and what a person may decide of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from esrlink.auth import Principal
from esrlink.contracts.types import Department, ExternalId, Product
from esrlink.errors import EsrLinkError
from esrlink.http.trust import VpdQuery, trust_scope
from profile_sync.dashboard.comparing import SideBySide, side_by_side
from profile_sync.dashboard.desk import Decider, Desk, NameReader
from profile_sync.dashboard.review_forms import Key, Typed, read_key, wish_of
from profile_sync.dashboard.review_page import Refused
from profile_sync.links.explaining import Compared, Explanation, explain
from profile_sync.links.history import Recorded, Revision, link_history
from profile_sync.reviews.acting import act as act_on
from profile_sync.reviews.reading import departments_of, people_of
from profile_sync.rules.decisions import Kind
from profile_sync.rules.facts import Place
from profile_sync.rules.judging import Candidate
from profile_sync.rules.reasons import in_words
from profile_sync.rules.similarity import bits_of
from profile_sync.rules.weights import probability

_SAID = {
    "decided": "It is decided. No rule changes it; you can undo it below.",
    "undone": "The decision is taken back: the link is what the other decisions and the rules make it.",
}
_DECIDED = {
    Kind.CONFIRM: "Confirmed",
    Kind.REJECT: "Not the same",
    Kind.UNLINK: "Unlinked",
    Kind.EXCLUDE: "Excluded",
    Kind.UNDO: "Undone",
}
_TONES = {"matched": "good", "possible": "warning", "unmatched": "bad", "excluded": "neutral"}


@dataclass(frozen=True, slots=True)
class Step:
    """An entry of the history, as the page lists it."""

    at: datetime
    what: str
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Undoing:
    """A decision that stands and can be taken back."""

    act: str
    what: str
    text: str


def router(desk: Desk) -> APIRouter:
    """The page at `/links/{product}/{department}/{profile_id}` and its form."""
    page = APIRouter(prefix="/links/{product}/{department}/{profile_id}")

    @page.get("")
    async def link(
        request: Request,
        reader: NameReader,
        product: Annotated[Product, Path()],
        department: Annotated[Department, Path()],
        profile_id: Annotated[ExternalId, Path()],
        vpd: VpdQuery = None,
        said: Annotated[str, Query(max_length=20)] = "",
    ) -> HTMLResponse:
        trust = trust_scope(reader, vpd)
        reader.require_department(product, department)
        return await show_link(desk, request, reader, trust, Place(product, department, profile_id), said=said)

    @page.post("/decide")
    async def decide(
        request: Request,
        reader: Decider,
        key: Key,
        act: Annotated[str, Form(max_length=50)] = "",
        reason: Typed = "",
        employee_number: Typed = "",
    ) -> Response:
        (vpd, place), revision = read_key(key, reader)
        new_id, now = desk.parts.new_id, desk.parts.clock.now()
        try:
            wish = wish_of(
                act, typed=employee_number, reason=reason, by=reader.subject, revision=revision, decision_id=new_id()
            )
            outcome = await act_on(desk.database, {(vpd, place): wish}, now=now, new_id=new_id)
            if outcome.refused:
                raise outcome.refused[vpd, place]
        except EsrLinkError as error:
            kept = Refused(key, error.detail, reason, employee_number)
            return await show_link(desk, request, reader, vpd, place, refused=kept, status=error.status)
        query = urlencode({"vpd": vpd, "said": "undone" if wish.kind is Kind.UNDO else "decided"})
        return RedirectResponse(f"{desk.home}links/{place.path}?{query}", status_code=303)

    return page


async def show_link(
    desk: Desk,
    request: Request,
    reader: Principal,
    vpd: str,
    place: Place,
    *,
    said: str = "",
    refused: Refused | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page of one profile's link. Raises `NotFound`."""
    async with desk.database.read([vpd]) as tx:
        found = await explain(tx, vpd, place)
        history = await link_history(tx, vpd, place)
        people = await people_of(tx, vpd, [found.profile], {one.employee_number for one in found.compared})
        names = await departments_of(tx, [vpd])
    department = names.get((vpd, place.product, place.department), place.department)
    facts = found.profile.facts
    name = " ".join(filter(None, (facts.title, facts.given_name, facts.family_name)))
    return await desk.render(
        request,
        "link.html",
        reader,
        section="reviews",
        title=name,
        status=status,
        above=(("reviews", "Reviews"),),
        vpd=vpd,
        one=found.profile,
        key=f"{vpd}/{place.path}/{found.profile.revision}",
        name=name,
        department=department,
        found=found,
        person=people.get(found.profile.employee_number or ""),
        pair=_pair(found, people, department),
        entries=[_step(one) for one in reversed(history)],
        undoings=_undoings(found),
        flash=_SAID.get(said),
        refused=refused,
    )


def _pair(found: Explanation, people: Mapping[str, Any], department: str) -> SideBySide:
    return side_by_side(found.profile, [_candidate(one) for one in found.compared], people, department)


def _candidate(one: Compared) -> Candidate:
    """Whom a person chose without any rule is compared like whom a rule found."""
    if one.candidate:
        return one.candidate
    parts = tuple(each.part for each in one.parts)
    return Candidate(one.employee_number, "", Decimal(str(round(probability(bits_of(parts)), 3))), parts)


def _undoings(found: Explanation) -> list[Undoing]:
    """The decisions that stand, newest first, each with what taking it back does."""
    ways = [one for one in found.back if one.kind is Kind.UNDO and one.undoes]
    by_id = {one.decision.decision_id: one for one in found.standing}
    return [Undoing(f"undo {way.undoes}", _words(by_id[way.undoes]), way.text) for way in ways if way.undoes in by_id]


def _words(one: Recorded) -> str:
    what = _DECIDED[one.decision.kind]
    return f"{what} {one.decision.employee_number}" if one.decision.employee_number else what


def _step(one: Revision | Recorded) -> Step:
    if isinstance(one, Recorded):
        why = f": {one.reason}" if one.reason else ""
        return Step(one.at, _words(one), f"by {one.by}{why}", "neutral")
    person = f" {one.employee_number}" if one.employee_number else ""
    ended = f" The link to {one.let_go} ended." if one.let_go else ""
    made = "" if one.made_by == "person" or not one.rule else f" By the rule {one.rule}."
    words = f"Revision {one.revision}. {in_words(one.reason)}{made}{ended}"
    return Step(one.at, f"{one.state.capitalize()}{person}", words, _TONES.get(one.state, "neutral"))
