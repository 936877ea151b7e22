"""Who may call: the gateway's operations ask for one of these."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from esrlink.auth import Principal, Role, Scope, require

CanOperate = Annotated[Principal, Depends(require(Scope.EXCHANGE_OPERATE, roles=(Role.OPERATOR, Role.PAYROLL_OFFICER)))]
"""May close runs, open supplementary ones, and hold records back from them."""

CanRead = Annotated[
    Principal,
    Depends(
        require(
            Scope.EXCHANGE_OPERATE,
            roles=(Role.OPERATOR, Role.ADMINISTRATOR, Role.PAYROLL_OFFICER, Role.AUDITOR),
        )
    ),
]
"""May see files and runs of its trusts."""

CanRelease = Annotated[Principal, Depends(require(Scope.EXCHANGE_OPERATE, roles=(Role.OPERATOR,)))]
"""May let a held file go on."""

CanPlan = Annotated[Principal, Depends(require(Scope.TRUSTS_WRITE, roles=(Role.ADMINISTRATOR, Role.PAYROLL_OFFICER)))]
"""May change the payroll calendar."""

CanDecide = Annotated[Principal, Depends(require(roles=(Role.PAYROLL_OFFICER, Role.OPERATOR)))]
"""People only: may reopen runs, and settle missed cut-offs and files that are in doubt."""

CanSign = Annotated[Principal, Depends(require(roles=(Role.PAYROLL_OFFICER,)))]
"""People only: may sign runs."""
