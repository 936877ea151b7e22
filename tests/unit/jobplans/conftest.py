"""What tests of job plans are given."""

from __future__ import annotations

import pytest
from tests.unit.jobplans.version_maker import MakeVersion, maker


@pytest.fixture
def make_version() -> MakeVersion:
    """Makes versions, each recorded later than those before: see `maker`."""
    return maker()
