"""Programs of others that check our files for real: Caddy, and Prometheus's promtool."""

from __future__ import annotations

import os
import shutil

import pytest

from .shape import ROOT


def tool(name: str) -> str:
    """The program's path. Without it the test is skipped loudly, and fails where CI=true."""
    found = shutil.which(name) or shutil.which(name, path=str(ROOT / "build" / "tools" / "usr" / "bin"))
    if found:
        return found
    message = f"{name} IS NOT HERE, SO THIS WAS NOT TRIED: `make build/tools.stamp` fetches Debian's, or install it"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(message)
    pytest.skip(message)
