"""The app whose OpenAPI document says what every operation can answer, without each one having to say it.

Whatever takes a body may be told that the body cannot be read or is too large, and whatever takes a value that it cannot be
taken: the edge refuses these before an operation begins, so the edge documents them.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from esrlink.http.problems import problem_responses

_METHODS = frozenset({"get", "put", "post", "patch", "delete"})
_FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")


class DocumentedApp(FastAPI):
    """A FastAPI app; its document names the refusals of the edge with every operation."""

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            for path in document["paths"].values():
                for method in _METHODS & path.keys():
                    _complete(path[method])
            for name in _FRAMEWORKS_OWN:
                document.get("components", {}).get("schemas", {}).pop(name, None)
        assert self.openapi_schema is not None  # noqa: S101 - FastAPI keeps what it made
        return self.openapi_schema


def _complete(operation: dict[str, Any]) -> None:
    refusals = [400, 413] if "requestBody" in operation else []
    if refusals or operation.get("parameters"):
        refusals.append(422)
    answers = operation["responses"]
    if "HTTPValidationError" in str(answers.get("422")):
        del answers["422"]
    for status, told in problem_responses(*refusals).items():
        answers.setdefault(
            str(status),
            {
                "description": told["description"],
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        )
    operation["responses"] = dict(sorted(answers.items()))
