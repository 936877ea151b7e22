"""What of a pay's records counts as approved, refused or waiting, and as late: one rule, as SQL, for every page and report.

Of a record `s` and its version as it stands `v`. It counts as *approved* when the version as it stands is, or ESR has it; as
*rejected* when ESR refused it and nobody has sent it again; else it *waits*. It is late for a cut-off by which it was not
approved as it stands: an edit or a return after the approval makes it late, since it took the record out of that pay. What is
withdrawn, and time off in lieu, belongs to no pay. A reversal counts as units and money less.
"""

from __future__ import annotations

APPROVED = "s.state IN ('approved', 'scheduled', 'sent', 'accepted', 'landed', 'unknown')"
"""Whether a record is approved as it stands, or ESR has it."""

BELONGS = "s.state NOT IN ('withdrawn', 'superseded') AND coalesce(v.content->>'in_lieu', 'false') <> 'true'"
"""Whether a record belongs to any pay."""

STAGE = f"CASE WHEN s.state = 'rejected' THEN 'rejected' WHEN {APPROVED} THEN 'approved' ELSE 'waiting' END"
"""How far it is: `approved`, `rejected` or `waiting`."""

SIGN = "CASE WHEN s.relation = 'reversal' THEN -1 ELSE 1 END"
"""What its units and money are multiplied by."""


def missed(cut_off: str) -> str:
    """Whether it was not approved by `cut_off` (SQL). What ESR refused had been approved. Needs the parameter `vpd`."""
    approved_at = (
        "SELECT max(d.at) FROM decision d"
        " WHERE d.vpd = :vpd AND d.submittal_id = s.id AND d.kind IN ('approved', 'recorded')"
    )
    return f"CASE WHEN {APPROVED} THEN coalesce(({approved_at}) > {cut_off}, true) ELSE s.state <> 'rejected' END"
