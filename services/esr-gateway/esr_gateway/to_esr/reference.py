"""How files name an instruction: text of 30 characters at most that leads back to one submittal version, and only to it."""

from __future__ import annotations

from uuid import UUID

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no letter that is read as a digit
_LENGTH = 26  # 128 bits at 5 bits a letter


def reference_of(submittal_id: UUID, version: int) -> str:
    """The reference, such as `01J8XQ4R7N5W2VZ3K9T6YB0C1D-1`. ESR gives it back as `3rd Party System Reference`."""
    if not 1 <= version <= 999:
        raise ValueError("a reference has room for versions 1 to 999")
    number, letters = submittal_id.int, []
    for _ in range(_LENGTH):
        number, digit = divmod(number, 32)
        letters.append(_DIGITS[digit])
    return f"{''.join(reversed(letters))}-{version}"
