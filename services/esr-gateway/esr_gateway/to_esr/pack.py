"""The control pack of a run: everything that an officer signs, as one canonical JSON, kept in the archive under its own hash.

The same run gives the same bytes: keys sorted, no spaces, figures as plain text, moments in UTC. It names each file by its
SHA-256, so whoever signs the pack signs the very bytes that are sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from esr_gateway.to_esr.gathering import HeldBack
from esr_gateway.to_esr.totals import BY, Tally
from esr_gateway.to_esr.unusual import Unusual

_FORM = 1
_CALENDAR = ("run_code", "period_type", "run", "tax_year", "period", "pay_name", "starts", "ends", "pay_date")
_FILE = ("file_name", "layout", "provenance", "sequence", "sha256", "size", "lines")


def pack_of(
    run: Mapping[str, Any],
    period: Any,
    files: Sequence[Mapping[str, Any]],
    tally: Tally,
    held: Sequence[HeldBack],
    unusual: Sequence[Unusual],
) -> bytes:
    """The pack. `run` and `files` are values of their rows, `period` is the calendar's row."""
    pack = {
        "form": _FORM,
        "vpd": run["vpd"],
        "run_id": str(run["run_id"]),
        "frozen_at": _moment(run["frozen_at"]),
        "calendar": {name: str(getattr(period, name)) for name in _CALENDAR} | {"cut_off": _moment(period.cut_off)},
        "lines": tally.lines,
        "lines_held": len(held),
        "files": [{name: file[name] for name in _FILE} for file in files],
        "totals": {by: [total.as_json() for total in tally.totals(by)] for by in BY},
        "held": [
            {
                "submittal_id": str(one.submittal_id),
                "version": one.version,
                "employee_number": one.employee_number,
                "kind": one.kind,
                "department": f"{one.product}/{one.department}",
                "code": one.code,
                "reason": one.reason,
                "held_by": one.held_by,
            }
            for one in held
        ],
        "unusual": [one.as_json() for one in unusual],
    }
    return json.dumps(pack, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
