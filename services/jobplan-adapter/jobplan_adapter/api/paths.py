"""The parameters that several routes share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

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
