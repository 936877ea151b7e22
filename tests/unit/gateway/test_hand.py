"""A hand starts at once, and what it makes comes to the service as it was."""

from __future__ import annotations

import subprocess
import sys
from tempfile import TemporaryFile

from esr_gateway.from_esr.painting import Written
from esr_gateway.from_esr.passing import lay_down, take_up

SLOW = ("pydantic", "sqlalchemy", "psycopg", "fastapi", "esrlink.contracts", "esrlink.db")


def test_it_imports_nothing_that_takes_long() -> None:
    shown = "import sys; import esr_gateway.from_esr.hand; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)
    assert not [name for name in told.stdout.split() if name.startswith(SLOW)]


def test_large_texts_come_by_the_file_and_the_rest_with_the_answer() -> None:
    first = Written(b"people" * 1000, b"events" * 2000, "shown", ["1", "2"], looked_at=2, without_parent=0)
    second = Written(b"", b"e", "", [], looked_at=0, without_parent=1)
    with TemporaryFile() as file:
        for one in (first, second):
            content, lengths = lay_down(one, file.fileno())
            assert lengths == [len(one.people), len(one.events)]
            assert len(content) < 500
            assert take_up((content, lengths), file.fileno()) == one
        assert take_up(lay_down(None, file.fileno()), file.fileno()) is None
