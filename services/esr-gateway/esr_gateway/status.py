"""How the gateway does, for the overview: files in and out, what is held, the next cut-offs."""

from __future__ import annotations

from esr_gateway.overview import Overview, look
from esrlink.auth import Principal
from esrlink.bus.backlog import backlog
from esrlink.http.app import StatusOf
from esrlink.runtime import Parts
from esrlink.status import CutOff, Figure, Notice, StatusReport, Tone
from esrlink.version import VERSION

_PAGE = "/esr-gateway/"
_HELD = ("quarantined", "held", "waiting_for_gap")


def status_of(parts: Parts) -> StatusOf:
    """The maker of status reports."""

    async def status(principal: Principal) -> StatusReport:
        vpds = sorted(principal.vpds)
        async with parts.database.read(vpds) as tx:
            seen = await look(tx, vpds, parts.clock.now())
            behind = await backlog(tx, service=parts.database.service)
        return StatusReport(
            service=parts.database.service,
            title="ESR gateway",
            state="degraded" if any(one.state == "down" for one in seen.exchanges) else "up",
            version=VERSION,
            figures=figures(seen),
            backlog=behind,
            notices=notices(seen),
            next_cut_offs=[CutOff(vpd=one.vpd, trust=one.trust, at=one.at, pay=one.pay_name) for one in seen.cut_offs],
        )

    return status


def figures(seen: Overview) -> list[Figure]:
    """The headline numbers."""
    held_files = sum(seen.files_by_state.get(state, 0) for state in _HELD)
    waiting = sum(one.waiting for one in seen.cut_offs)
    return [
        Figure(label="Files in", value=sum(seen.files_by_state.values()), href=f"{_PAGE}files"),
        Figure(label="Files held", value=held_files, href=f"{_PAGE}files", tone="bad" if held_files else "good"),
        Figure(
            label="Rows set aside",
            value=seen.rows_set_aside,
            href=f"{_PAGE}files",
            tone="warning" if seen.rows_set_aside else "good",
        ),
        Figure(label="Files out", value=seen.files_sent, href=f"{_PAGE}runs"),
        Figure(label="Records for the next run", value=waiting, href=f"{_PAGE}runs"),
        Figure(
            label="Records held back", value=seen.held, href=f"{_PAGE}runs", tone="warning" if seen.held else "good"
        ),
    ]


def notices(seen: Overview) -> list[Notice]:
    """What a person should know or do: the worst open issues, one sentence each, and how many more there are."""
    found = [
        Notice(tone=_tone(one.severity), text=one.title, href=f"{_PAGE}issues/{one.issue_id}") for one in seen.issues
    ]
    more = sum(seen.issues_open.values()) - len(found)
    if more > 0:
        still_bad = seen.issues_open.get("bad", 0) > sum(one.severity == "bad" for one in seen.issues)
        words = f"{more:,} more issues are open." if more > 1 else "1 more issue is open."
        found.append(Notice(tone="bad" if still_bad else "warning", text=words, href=f"{_PAGE}issues"))
    return found


def _tone(severity: str) -> Tone:
    return "bad" if severity == "bad" else "warning"
