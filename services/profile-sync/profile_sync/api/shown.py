"""What of an answer a caller gets: without contact details unless they may see them, only the fields that were asked for, and
nothing at all when they hold it already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict

from esrlink.auth import Principal, Role, Scope
from esrlink.errors import Forbidden, Invalid
from esrlink.http.conditional import etag_of, is_fresh

CONTACTS = ("email",)
"""The fields that need the scope `contacts:read`."""

_CONTACT_ROLES = frozenset({Role.ADMINISTRATOR, Role.PAYROLL_OFFICER})

Fields = Annotated[
    str | None,
    Query(
        max_length=500,
        pattern=r"^[a-z_]+(,[a-z_]+)*$",
        description="Only these fields, with commas between; all of them without it.",
        examples=["family_name,given_name"],
    ),
]


class Part(BaseModel):
    """The fields that were asked for with `fields`, each as in the whole answer."""

    model_config = ConfigDict(extra="allow")


def sees_contacts(principal: Principal) -> bool:
    """Whether this caller may see e-mail addresses."""
    return Scope.CONTACTS_READ in principal.scopes or bool(_CONTACT_ROLES & principal.roles)


def withheld_from(principal: Principal) -> list[str]:
    """The names of the fields that are null for this caller, whatever they hold."""
    return [] if sees_contacts(principal) else list(CONTACTS)


def without_contacts(value: Any) -> Any:
    """JSON without the contact details that stand anywhere in it."""
    if isinstance(value, dict):
        return {name: without_contacts(part) for name, part in value.items() if name not in CONTACTS}
    return [without_contacts(part) for part in value] if isinstance(value, list) else value


def answered(
    request: Request, answer: BaseModel, fields: str | None, principal: Principal, *, version: int | None = None
) -> Response:
    """The response to a read: the whole answer or the chosen fields, with its tag; 304 when the caller holds it.

    Raises `Invalid` for a field that is not there and `Forbidden` for one that this caller may not see.
    """
    chosen = _chosen(type(answer), fields, principal)
    content = answer.model_dump_json(include=set(chosen) if chosen else None)
    # Who may see what differs by caller, and so does the answer.
    headers = {"ETag": etag_of(content, version), "Cache-Control": "private, no-cache", "Vary": "Authorization"}
    if is_fresh(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)


def _chosen(model: type[BaseModel], fields: str | None, principal: Principal) -> Sequence[str]:
    chosen = fields.split(",") if fields else []
    unknown = sorted(set(chosen) - set(model.model_fields))
    if unknown:
        known = ", ".join(model.model_fields)
        raise Invalid(f"There is no field {unknown[0]}. There are: {known}.", field="fields")
    forbidden = sorted(set(chosen) & set(withheld_from(principal)))
    if forbidden:
        raise Forbidden(f"The field {forbidden[0]} needs the scope {Scope.CONTACTS_READ}.", field="fields")
    return chosen
