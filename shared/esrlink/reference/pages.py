"""All the pages under `docs/reference` that are made from the code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from esrlink.contracts.schemas import schemas
from esrlink.reference.asyncapi import asyncapi
from esrlink.reference.events import events_page
from esrlink.reference.parties import consumers_of
from esrlink.reference.settings import settings_page
from esrlink.runtime import Definition

_SCHEMAS = Path("schemas")


def pages(services: Sequence[Definition]) -> dict[Path, str]:
    """The text of every page, by its path under `docs/reference`."""
    consumers = consumers_of(services)
    return {
        Path("settings.md"): settings_page(services),
        Path("events.md"): events_page(consumers),
        Path("asyncapi.json"): as_text(asyncapi(consumers)),
        **{_SCHEMAS / f"{name}.json": as_text(schema) for name, schema in schemas().items()},
    }


def write(services: Sequence[Definition], folder: Path) -> None:
    """Write every page under `folder`; schemas of events that are gone go too."""
    written = pages(services)
    (folder / _SCHEMAS).mkdir(exist_ok=True)
    for path in {path.relative_to(folder) for path in (folder / _SCHEMAS).glob("*.json")} - written.keys():
        (folder / path).unlink()
    for path, text in written.items():
        (folder / path).write_text(text, encoding="utf-8")


def as_text(document: Mapping[str, Any]) -> str:
    """JSON as it is checked in."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
