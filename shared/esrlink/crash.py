"""Named points at which a test may kill the process, to show that nothing is lost or doubled there.

Without the variable `ESRLINK_CRASH_AT` each point costs one dictionary look-up and does nothing. A point may be given a
count, `outbox.published:3`, to die at the third visit.
"""

from __future__ import annotations

import os
import signal

_visits: dict[str, int] = {}


def point(name: str) -> None:
    """Die here, as by SIGKILL, when the process was started to do so."""
    wanted = os.environ.get("ESRLINK_CRASH_AT")
    if wanted is None:
        return
    target, _, count = wanted.partition(":")
    if target != name:
        return
    _visits[name] = _visits.get(name, 0) + 1
    if _visits[name] >= int(count or 1):
        os.kill(os.getpid(), signal.SIGKILL)
