"""What a text in the search box may mean: an ESR number, an assignment, a record, our reference to one, a file or its hash."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Meaning = Literal["record", "reference", "hash", "file", "number", "nothing"]

WORDS: dict[Meaning, str] = {
    "record": "the id of a record or a file",
    "reference": "our reference to a record",
    "hash": "the SHA-256 of a file",
    "file": "the name of a file",
    "number": "an ESR number or an assignment number",
    "nothing": "nothing that can be searched for",
}
SEARCHABLE = (
    "an ESR number, such as 20001234",
    "an assignment number, such as 20001234-2",
    "the id of a record, as rota products and these pages show it",
    "our reference to a record, as ESR gives it back",
    "the name of a file, or a part of it of at least 6 characters",
    "the SHA-256 of a file, or its first 12 digits at least",
)

_REFERENCE = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}-[0-9]{1,3}", re.IGNORECASE)
_HASH = re.compile(r"(?=.*[a-f])[0-9a-f]{12,64}|[0-9]{31,64}", re.IGNORECASE)
_NUMBER = re.compile(r"[A-Z0-9]{4,30}(-[0-9]{1,3})?", re.IGNORECASE)
_FILE = re.compile(r"[A-Za-z0-9_.-]{6,200}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text and what it means; `id` is there for a record."""

    text: str
    meaning: Meaning
    id: UUID | None = None


def understand(text: str) -> Wanted:
    """What the text means. ESR numbers may have letters, so what is short is taken for a number."""
    text = text.strip()
    try:
        return Wanted(text, "record", UUID(text)) if len(text) >= 32 and not _is_hash(text) else _understand(text)
    except ValueError:
        return _understand(text)


def _is_hash(text: str) -> bool:
    return len(text) == 64


def _understand(text: str) -> Wanted:
    if _REFERENCE.fullmatch(text):
        return Wanted(text.upper(), "reference")
    if _HASH.fullmatch(text):
        return Wanted(text.lower(), "hash")
    if "_" not in text and _NUMBER.fullmatch(text):
        return Wanted(text, "number")
    return Wanted(text, "file" if _FILE.fullmatch(text) else "nothing")
