"""The pages of the submittals service."""

from __future__ import annotations

from submittals.dashboard.overview import dashboard_router, status_of

__all__ = ["dashboard_router", "status_of"]
