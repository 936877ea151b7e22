"""Names and addresses as keys that can be looked up by equality: what to suggest a person by, and nothing to match one by."""

from __future__ import annotations

import re
import unicodedata

_NO_LETTER = re.compile(r"[^a-z]+")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


def email_key(value: object) -> str | None:
    """An address in lower case; none when it is no address."""
    text = value.strip().casefold() if isinstance(value, str) else ""
    return text if _EMAIL.fullmatch(text) else None


def local_part(email: str | None) -> str | None:
    """What stands before the @: it often stays when a person moves to another mail system."""
    return email.partition("@")[0] if email else None


def shown_name(given: object, family: object) -> str | None:
    """A name as it is shown: given name, then family name."""
    parts = [part.strip() for part in (given, family) if isinstance(part, str) and part.strip()]
    return " ".join(parts)[:200] or None


def name_key(given: object, family: object) -> str | None:
    """Family name and first given name without case, accents and punctuation; none unless both have letters."""
    last, firsts = _folded(family).replace(" ", ""), _folded(given).split()
    return f"{last} {firsts[0]}" if last and firsts else None


def _folded(value: object) -> str:
    if not isinstance(value, str):
        return ""
    plain = "".join(one for one in unicodedata.normalize("NFKD", value) if not unicodedata.combining(one))
    return _NO_LETTER.sub(" ", plain.casefold()).strip()
