"""Releasing the events: the schemas of a release are kept, and what comes after must keep what they promise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from esrlink.contracts.compatibility import Change, changes
from esrlink.contracts.schemas import schemas
from esrlink.errors import EsrLinkError
from esrlink.reference.pages import as_text


class NotReleasable(EsrLinkError):
    """The events cannot be released like this."""

    code, status, title = "not_releasable", 409, "The events cannot be released"


def released(folder: Path) -> dict[str, Any]:
    """The schemas of the last release under `folder`, by CloudEvents type; none before the first release."""
    versions = sorted((path for path in folder.iterdir() if path.is_dir()), key=lambda path: _number(path.name))
    if not versions:
        return {}
    return {path.name.removesuffix(".json"): json.loads(path.read_text()) for path in versions[-1].glob("*.json")}


def release(folder: Path, version: str, current: Mapping[str, Any] | None = None) -> list[Change]:
    """Keep today's schemas under `folder/version`, and return what changed since the last release.

    Raises `NotReleasable` when a promise would be broken, or when that version was released before.
    """
    current = schemas() if current is None else current
    found = changes(released(folder), current)
    if broken := [change for change in found if change.breaking]:
        raise NotReleasable("Promises would be broken: " + "; ".join(map(str, broken)) + ".")
    target = folder / version
    if target.exists():
        raise NotReleasable(f"{version} was released before, and a release never changes. Raise the version first.")
    target.mkdir()
    for name, schema in current.items():
        (target / f"{name}.json").write_text(as_text(schema), encoding="utf-8")
    return found


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
