"""The reference pages say what the code does."""

from __future__ import annotations

from pathlib import Path

from esrlink.reference import settings_page
from esrlink.runtime import installed_services

DOCS = Path(__file__).parents[2] / "docs"


def test_the_settings_page_is_the_code() -> None:
    written = (DOCS / "reference" / "settings.md").read_text()
    assert written == settings_page(installed_services()), "run: esrlink reference"


def test_every_setting_says_what_it_means() -> None:
    lacking = [
        line
        for line in settings_page(installed_services()).splitlines()
        if line.startswith("| `") and line.endswith("|  |")
    ]
    assert lacking == []
