"""`deploy/make-secrets`: makes each secret once, and never touches one that is there."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

from .shape import ROOT, compose

SCRIPT = ROOT / "deploy" / "make-secrets"


def make(folder: Path) -> str:
    return subprocess.run(["sh", SCRIPT, folder], check=True, capture_output=True, text=True).stdout


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}


def test_it_makes_every_secret_that_compose_names(tmp_path: Path) -> None:
    make(tmp_path / "secrets")
    assert set(contents(tmp_path / "secrets")) == set(compose()["secrets"])


def test_a_second_run_changes_nothing_and_adds_what_is_missing(tmp_path: Path) -> None:
    make(tmp_path)
    before = contents(tmp_path)
    assert make(tmp_path) == ""
    (tmp_path / "esrlink_session_secret").unlink()
    assert make(tmp_path) == "made esrlink_session_secret\n"
    after = contents(tmp_path)
    assert after.pop("esrlink_session_secret") != before.pop("esrlink_session_secret")
    assert after == before


def test_no_two_passwords_are_the_same(tmp_path: Path) -> None:
    make(tmp_path)
    passwords = [
        text.partition("@")[0].rpartition(":")[2] for name, text in contents(tmp_path).items() if "_url" in name
    ]
    assert len(set(passwords)) == len(passwords)
    assert min(map(len, passwords)) == 64


def test_only_its_owner_may_enter_the_folder_and_containers_may_read_what_they_are_given(tmp_path: Path) -> None:
    make(tmp_path / "secrets")
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "secrets").iterdir() if path.is_file()} == {0o444}
    for service in ("esr-gateway", "jobplan-adapter"):
        assert stat.S_IMODE((tmp_path / "secrets" / service).stat().st_mode) == 0o755


def test_a_certificate_of_ones_own_is_kept(tmp_path: Path) -> None:
    (tmp_path / "tls_certificate").write_text("mine")
    (tmp_path / "tls_key").write_text("mine too")
    make(tmp_path)
    assert (tmp_path / "tls_key").read_text() == "mine too"
