"""Who may set a trust up and upload its job plans."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from esrlink.auth import Principal, Role, Scope, require
from esrlink.errors import Forbidden

Administrator = Annotated[Principal, Depends(require(Scope.TRUSTS_WRITE, roles=(Role.ADMINISTRATOR,)))]


def require_whole_trust(caller: Principal, vpd: str) -> None:
    """Raise `NotFound` for another trust, and `Forbidden` for a caller of some departments: this is the whole trust's."""
    caller.require_vpd(vpd)
    if caller.departments is not None:
        raise Forbidden("This is the whole trust's, and you may touch some of its departments only.")
