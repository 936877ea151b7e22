"""Writes confirmation files (CF): what became of each row of an inbound file.

Row 1 is the first row after the header of the file answered; row 0 speaks of the whole file. The layout is an assumption.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from esr_sandbox.esr.refusal import Outcome


@dataclass(frozen=True)
class Answer:
    """What became of one row. `figures` are what it pays, for the sandbox's own totals."""

    row: int
    reference: str
    outcome: Outcome
    code: str
    text: str
    assignment: str = ""
    element: str = ""
    figures: dict[str, str] = field(default_factory=dict)


def confirmation_name(vpd: str, answered: str) -> str:
    """Return the name of the confirmation of a file."""
    return f"CF_{vpd}_{answered}"


def confirmation(vpd: str, name: str, answers: Sequence[Answer], on: date) -> bytes:
    """Return the confirmation's bytes: `HDR`, one `CNF` a row, `FTR` with their count."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["HDR", name, f"{on:%Y%m%d}063000", vpd])
    for answer in answers:
        writer.writerow(["CNF", answer.row, answer.reference, answer.outcome, answer.code, answer.text])
    writer.writerow(["FTR", len(answers)])
    # A refused name may hold anything; the sentences of the sandbox are plain ASCII.
    return out.getvalue().encode("ascii", "replace")
