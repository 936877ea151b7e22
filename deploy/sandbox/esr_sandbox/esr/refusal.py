"""Why the simulated ESR refuses a file or a row: the codes and sentences of its confirmations.

All of them are the sandbox's own; what ESR really says is not public.
"""

from typing import Literal

Outcome = Literal["OK", "WARN", "REJ"]


class RefusedError(Exception):
    """A file or a row that is refused: a code and a sentence for the confirmation."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def refuse_unless(holds: object, code: str, text: str) -> None:
    """Refuse with that code and sentence unless something holds."""
    if not holds:
        raise RefusedError(code, text)
