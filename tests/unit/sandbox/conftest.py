"""A sandbox without its servers: the simulated ESR over a folder, with few enough people to be quick."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from esr_sandbox.run import Sandbox
from esr_sandbox.settings import SandboxSettings

SMALL = SandboxSettings(staff={"277": 600, "312": 120})


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(tmp_path / "sandbox", SMALL)
    yield sandbox
    await sandbox.stop()
