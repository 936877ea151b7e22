"""The OpenAPI document that the client is made from: what a rota product needs of profile-sync, and nothing else.

`document.py` prints it, `document.py --stamp` notes down what the client was made from and what it came to. Needs no database:
the service is wired and asked for its document, never run.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from esrlink.auth import Authenticator
from esrlink.clock import SystemClock
from esrlink.runtime import Parts, open_database
from esrlink.settings import Mode
from profile_sync.bootstrap import service

HERE = Path(__file__).parent
STAMP = HERE / "made.sha256"
_JSON, _PROBLEM = "application/json", "application/problem+json"

TAGS = ("profiles", "people", "links", "changes", "webhooks", "cohorts", "system")
"""The parts of the API that a rota product calls. The rest is for people and operators."""


def whole_document() -> dict[str, Any]:
    """The document of profile-sync as it stands in this checkout."""
    settings = service.settings(
        mode=Mode.TRYOUT,
        database_url="postgresql+psycopg://nobody@127.0.0.1:1/none",
        session_secret="none",  # noqa: S106 - it seals nothing
    )
    parts = Parts(open_database(service, settings, SystemClock()), Authenticator(settings))
    return dict(service.build(settings, parts).app.openapi())


def for_products(document: dict[str, Any]) -> dict[str, Any]:
    """The operations under `TAGS`, and of the models those that they need."""
    paths = {}
    for path, operations in document["paths"].items():
        kept = {method: _in_json(told) for method, told in operations.items() if _is_for_products(told)}
        if kept:
            paths[path] = kept
    models = document["components"]["schemas"]
    needed: set[str] = set()
    found = set(_models_in(paths))
    while found:
        needed |= found
        found = {name for one in found for name in _models_in(models[one])} - needed
    schemas = {name: models[name] for name in sorted(needed)}
    return {**document, "paths": paths, "components": {**document["components"], "schemas": schemas}}


def as_text(document: dict[str, Any]) -> str:
    """The document as it is kept beside the client."""
    return json.dumps(for_products(document), indent=1, ensure_ascii=False) + "\n"


def digest() -> str:
    """One figure for what the client is made from and every file of it."""
    made = hashlib.sha256()
    made_from = [HERE / name for name in ("openapi.json", "config.yaml", "generator.lock")]
    for path in [*made_from, *sorted((HERE / "esr_link_profiles").rglob("*.py"))]:
        made.update(path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return made.hexdigest() + "\n"


def _is_for_products(told: dict[str, Any]) -> bool:
    """Of a part that products call, and sent as JSON: a file is put together by hand."""
    return (
        bool(set(told.get("tags", ())) & set(TAGS)) and _JSON in told.get("requestBody", {"content": _JSON})["content"]
    )


def _in_json(told: dict[str, Any]) -> dict[str, Any]:
    """The operation with what is sent as JSON, and with refusals as what they are: problem documents."""
    problem = {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses = {
        status: {**answer, "content": problem} if _PROBLEM in answer.get("content", ()) else answer
        for status, answer in told["responses"].items()
    }
    body = told.get("requestBody")
    sent = {"requestBody": {**body, "content": {_JSON: body["content"][_JSON]}}} if body else {}
    return {**told, **sent, "responses": responses}


def _models_in(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"].rpartition("/")[2]
        for value in part.values():
            yield from _models_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from _models_in(value)


if __name__ == "__main__":
    if "--stamp" in sys.argv:
        STAMP.write_text(digest())
    else:
        sys.stdout.write(as_text(whole_document()))
