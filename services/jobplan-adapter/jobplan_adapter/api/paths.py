"""The parameters that several routes share, and the cache validators of answers."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import Path, Request

from esrlink.contracts.types import Department, EmployeeNumber, ExternalId, Product, Vpd

VpdPath = Annotated[Vpd, Path(description="The trust.", examples=["277"])]
EmployeePath = Annotated[EmployeeNumber, Path(description="The person's ESR number.", examples=["00000101"])]
ProviderPath = Annotated[
    ExternalId, Path(description="The provider, as the trust's configuration names it.", examples=["sard"])
]
ProductPath = Annotated[Product, Path(examples=["clwrota"])]
DepartmentPath = Annotated[Department, Path(examples=["anaesthetics"])]
WorkPath = Annotated[
    ExternalId, Path(description="The rota's own id of the piece of work.", examples=["S-2026-08-03-7"])
]


def etag_of(content: str) -> str:
    """A weak validator: what the answer means is the same, though the age in it may differ."""
    return f'W/"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'


def is_fresh(request: Request, etag: str) -> bool:
    """Whether the caller holds this answer already (`If-None-Match`; compared weakly, as RFC 9110 asks)."""
    held = request.headers.get("If-None-Match", "")
    wanted = etag.removeprefix("W/")
    return held.strip() == "*" or wanted in {one.strip().removeprefix("W/") for one in held.split(",")}
