"""The tables of jobplan-adapter. All but the trust register are under row-level security by VPD."""

from jobplan_adapter.tables.base import metadata
from jobplan_adapter.tables.embed import embed_token
from jobplan_adapter.tables.plans import person, plan, plan_version
from jobplan_adapter.tables.trusts import provider, provider_user, trust
from jobplan_adapter.tables.uploads import plan_upload
from jobplan_adapter.tables.work import absence, extra, reversal, told, touched, void_submittal, work, work_month

__all__ = [
    "absence",
    "embed_token",
    "extra",
    "metadata",
    "person",
    "plan",
    "plan_upload",
    "plan_version",
    "provider",
    "provider_user",
    "reversal",
    "told",
    "touched",
    "trust",
    "void_submittal",
    "work",
    "work_month",
]
