"""The embedded PostgreSQL comes up again whatever a process that was killed has left behind."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from esrlink.embedded import EmbeddedPostgres


@pytest.fixture
def folder(open_tmp: Path) -> Iterator[Path]:
    folder = open_tmp / f"pg-{uuid4().hex[:8]}"
    yield folder
    if (folder / "postmaster.opts").exists():
        EmbeddedPostgres(folder).stop()
    shutil.rmtree(folder, ignore_errors=True)


def answers(folder: Path) -> bool:
    server = EmbeddedPostgres(folder)
    try:
        with psycopg.connect(server.owner_url("postgres")) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()


@pytest.mark.parametrize("left", [["PG_VERSION"], ["global", "pg_wal"]])
def test_a_folder_that_was_being_made_is_made_anew(folder: Path, left: list[str]) -> None:
    folder.mkdir()
    for name in left:
        (folder / name).touch() if name == "PG_VERSION" else (folder / name).mkdir()
    assert answers(folder)


def test_a_folder_that_is_somebody_elses_is_left_alone(folder: Path) -> None:
    folder.mkdir()
    (folder / "letters.txt").write_text("mine")
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever initdb says of a folder that is not empty
        EmbeddedPostgres(folder)
    assert (folder / "letters.txt").read_text() == "mine"


@pytest.mark.parametrize("torn", ["", "[12", "[999999999]"])
def test_a_list_of_users_that_was_cut_off_or_names_the_dead_holds_nothing_up(folder: Path, torn: str) -> None:
    assert answers(folder)
    (folder / ".handle_pids.json").write_text(torn)
    server = EmbeddedPostgres(folder)
    server.stop()
    assert not (folder / "postmaster.pid").exists(), "the last of the living stops the server"


@pytest.mark.parametrize("claim", ["", "PID\n/elsewhere\n0\n5432\n/tmp\n\n0\nready\n"], ids=["cut off", "of another"])
def test_a_claim_of_a_process_that_is_no_postgresql_is_set_aside(folder: Path, claim: str) -> None:
    assert answers(folder)
    (folder / "postmaster.pid").write_text(claim.replace("PID", str(os.getpid())))
    assert answers(folder)
