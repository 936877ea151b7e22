"""What of e-mail has gone wrong, for the status report: parked and unknown ones wait for a person."""

from __future__ import annotations

from esrlink.auth import Principal
from esrlink.db import Database
from esrlink.status import Notice, StatusReport
from esrlink.web.wording import counted
from submittals.deadlines.mail import RECENT, troubled

_SAYS = {
    "parked": "could not be sent",
    "unknown": "may or may not have been sent",
}


async def notices_of_mail(principal: Principal, database: Database, report: StatusReport) -> StatusReport:
    """The report with a notice for each kind of e-mail in trouble, of the caller's trusts."""
    if not principal.vpds or principal.departments is not None:
        return report
    async with database.read(principal.vpds) as tx:
        counts = await troubled(tx, principal.vpds, database.clock.now() - RECENT)
    found = [
        Notice(tone="warning", text=f"{counted(count, 'reminder')} by e-mail {_SAYS[state]} in the last day.")
        for state, count in sorted(counts.items())
    ]
    return report.model_copy(update={"notices": [*report.notices, *found]}) if found else report
