"""The API reference: everything that the OpenAPI document tells a reader, from the document alone."""

from __future__ import annotations

from typing import Any

from esrlink.http.api_reference import Example, operations

MODEL = {"examples": [{"name": "Zoë"}]}


def _document(**paths: Any) -> dict[str, Any]:
    return {"paths": paths, "components": {"schemas": {"Person": MODEL}}}


def _told(tag: str, **more: Any) -> dict[str, Any]:
    return {"operationId": f"read_{tag}", "summary": f"Read {tag}", "tags": [tag], "responses": {}, **more}


def test_what_a_service_is_for_comes_before_status_and_health() -> None:
    paths = {f"/{tag}": {"get": _told(tag)} for tag in ("health", "status", "files")}
    assert list(operations(_document(**paths))) == ["files", "status", "health"]


def test_an_operation_is_shown_with_scopes_parameters_answers_and_examples() -> None:
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}}}}
    own = {"content": {"application/json": {"examples": {"a_leaver": {"value": {"left": True}}}}}}
    told = _told(
        "people",
        description="One.\n\nTwo `code`.",
        security=[{"Machine": []}, {"Client": ["people:write"]}],
        parameters=[{"name": "vpd", "in": "query", "schema": {"description": "The trust."}}],
        requestBody=own,
        responses={"404": {"description": "None"}, "200": {"description": "Good", **body}},
    )
    [one] = operations(_document(**{"/people": {"put": told}}))["people"]
    assert (one.method, one.path, one.scopes) == ("PUT", "/people", ["people:write"])
    assert one.paragraphs == ["One.", "Two `code`."]
    assert one.parameters == [("vpd", "query", "The trust.")]
    assert one.answers == [("200", "Good"), ("404", "None")]
    assert one.examples == [
        Example("You send: a leaver", '{\n  "left": true\n}'),
        Example("You get (200)", '{\n  "name": "Zoë"\n}'),
    ]
