"""The reference pages say what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from esrlink.reference import pages, settings_page
from esrlink.runtime import installed_services

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PAGES = pages(installed_services())


@pytest.mark.parametrize("path", PAGES, ids=map(str, PAGES))
def test_a_page_is_the_code(path: Path) -> None:
    written = (REFERENCE / path).read_text(encoding="utf-8")
    assert written == PAGES[path], "run: esrlink reference"


def test_no_schema_is_of_an_event_that_is_gone() -> None:
    assert {path.relative_to(REFERENCE) for path in (REFERENCE / "schemas").iterdir()} <= PAGES.keys()


def test_every_setting_says_what_it_means() -> None:
    lacking = [
        line
        for line in settings_page(installed_services()).splitlines()
        if line.startswith("| `") and line.endswith("|  |")
    ]
    assert lacking == []
