"""Filling in a trust's defaults in the places that people left out: `defaults_absence`, `defaults_attendance`.

Pure: what people said is never changed. A default that the content's own limits would refuse (no units at all, more than a
record may hold) is left out, and the rules say so: what is stored can always be read again.
"""

from __future__ import annotations

from submittals.content import AbsenceContent, Content
from submittals.esr.people import AssignmentRow
from submittals.trusts.defaults_absence import fill_absence
from submittals.trusts.defaults_attendance import fill_attendance
from submittals.trusts.settings import DepartmentSettings, TrustSettings


def fill(content: Content, trust: TrustSettings, department: DepartmentSettings, post: AssignmentRow | None) -> Content:
    """The content with the trust's defaults in the places that were left out."""
    if isinstance(content, AbsenceContent):
        return fill_absence(content, trust, post)
    if content.in_lieu:
        return content  # never paid, so nothing of pay is filled in
    return fill_attendance(content, trust, department, post)
