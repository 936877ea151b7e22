"""The API's reference page at `/docs`, made from the app's own OpenAPI document.

It is one of our pages: no script, nothing from another server, readable with the keyboard and on a phone. Tools that want
the document itself find it at `/openapi.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from esrlink.web import Pages

_METHODS = ("get", "put", "post", "patch", "delete")
# Every service has these; what it is for comes first.
_LAST = ("status", "health")
_Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """A body as JSON text; `title` says which one it is."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the page shows it. `parameters` and `answers` are rows of a table."""

    key: str
    method: str
    path: str
    summary: str
    paragraphs: Sequence[str]
    scopes: Sequence[str]
    parameters: Sequence[tuple[str, str, str]]
    answers: Sequence[tuple[str, str]]
    examples: Sequence[Example]


def operations(document: _Json) -> dict[str, list[Operation]]:
    """The operations of an OpenAPI 3.1 document by their first tag, in its order; health and status come last."""
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                told = methods[method]
                tag = next(iter(told.get("tags", [])), "other")
                found.setdefault(tag, []).append(_operation(document, method, path, told))
    return {tag: found[tag] for tag in sorted(found, key=lambda tag: _LAST.index(tag) + 1 if tag in _LAST else 0)}


def reference_router(pages: Pages) -> APIRouter:
    """The route `/docs`. It needs no sign-in: it tells of the API, not of anybody."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    async def reference(request: Request) -> HTMLResponse:
        document = request.app.openapi()
        session = request.app.state.auth.session(request)
        return pages.render(
            request,
            "api_reference.html",
            title=f"{document['info']['title']}: API reference",
            principal=session.principal if session else None,
            info=document["info"],
            base=request.scope.get("root_path", ""),
            groups=operations(document),
        )

    return router


def _operation(document: _Json, method: str, path: str, told: _Json) -> Operation:
    return Operation(
        key=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        paragraphs=[part.strip() for part in told.get("description", "").split("\n\n") if part.strip()],
        scopes=sorted({scope for way in told.get("security", []) for scopes in way.values() for scope in scopes}),
        parameters=[_parameter(one) for one in told.get("parameters", [])],
        answers=[(status, answer["description"]) for status, answer in sorted(told["responses"].items())],
        examples=[*_request_examples(document, told), *_answer_examples(document, told)],
    )


def _parameter(told: _Json) -> tuple[str, str, str]:
    where = f"{told['in']}, required" if told.get("required") else told["in"]
    return told["name"], where, told.get("description") or told["schema"].get("description", "")


def _request_examples(document: _Json, told: _Json) -> Iterator[Example]:
    content = told.get("requestBody", {}).get("content", {})
    for media_type, body in content.items():
        for title, value in _values(document, body):
            is_text = isinstance(value, str) and media_type != "application/json"
            yield Example(f"You send{f': {title}' if title else ''}", value if is_text else _pretty(value))


def _answer_examples(document: _Json, told: _Json) -> Iterator[Example]:
    for status, answer in sorted(told["responses"].items()):
        body = answer.get("content", {}).get("application/json")
        if body and status.startswith("2"):
            for title, value in _values(document, body):
                yield Example(f"You get ({status}){f': {title}' if title else ''}", _pretty(value))


def _values(document: _Json, body: _Json) -> Iterator[tuple[str, Any]]:
    """The examples of a body: its own, or else those of its model."""
    if "examples" in body:
        for name, example in body["examples"].items():
            yield example.get("summary") or name.replace("_", " "), example["value"]
        return
    schema = body.get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    model = document.get("components", {}).get("schemas", {}).get(name, schema)
    if "example" in body:
        yield "", body["example"]
    elif model.get("examples"):
        yield "", model["examples"][0]


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
