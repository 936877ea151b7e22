"""How the gateway does, for the overview: files in and out, what is held, the next cut-offs."""

from __future__ import annotations

from esr_gateway.overview import Overview, look
from esrlink.auth import Principal
from esrlink.bus.backlog import backlog
from esrlink.http.app import StatusOf
from esrlink.runtime import Parts
from esrlink.status import CutOff, Figure, Notice, StatusReport
from esrlink.version import VERSION

# Places on the page of the gateway.
_PAGE = "/esr-gateway/"
_HELD = ("quarantined", "held", "waiting_for_gap")
_FILES, _RUNS = f"{_PAGE}#files", f"{_PAGE}#runs"


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
    sent = sum(file.state == "sent" for _, files in seen.runs for file in files)
    return [
        Figure(label="Files in", value=sum(seen.files_by_state.values()), href=_FILES),
        Figure(label="Files held", value=held_files, href=_FILES, tone="bad" if held_files else "good"),
        Figure(
            label="Rows set aside",
            value=seen.rows_set_aside,
            href=_FILES,
            tone="warning" if seen.rows_set_aside else "good",
        ),
        Figure(label="Files out", value=sent, href=_RUNS),
        Figure(label="Records for the next run", value=sum(one.waiting for one in seen.cut_offs), href=_PAGE),
        Figure(label="Records held back", value=seen.held, href=_RUNS, tone="warning" if seen.held else "good"),
    ]


def notices(seen: Overview) -> list[Notice]:
    """What a person should know or do."""
    found = [
        Notice(tone="bad", text=f"Trust {one.vpd}: {one.problem}", href=_PAGE) for one in seen.exchanges if one.problem
    ]
    found += [
        Notice(
            tone="warning" if file.state == "waiting_for_gap" else "bad",
            text=f"{file.name} is held: {file.reason}",
            href=_PAGE,
        )
        for file in seen.files
        if file.state in _HELD
    ]
    found += [
        Notice(
            tone="bad",
            text=f"{run.pay_name}: nobody can tell whether ESR has {file.file_name}. It is not sent again by itself.",
            href=_PAGE,
        )
        for run, files in seen.runs
        for file in files
        if file.state == "unknown"
    ]
    return found
