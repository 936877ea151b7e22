"""A container's health check: 0 for an answer of success, 1 for any other and for silence."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.issuer import served_issuer

from esrlink.healthy import is_healthy


def asked(*arguments: str) -> int:
    return subprocess.run(
        [sys.executable, "-m", "esrlink.healthy", *arguments], capture_output=True, check=False
    ).returncode


def test_an_answer_of_success_is_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with served_issuer() as server:
        assert asked(f"{server.url}/jwks") == 0


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/ready", "nonsense", "http://[::1"])
def test_silence_is_not_healthy(address: str) -> None:
    assert not is_healthy(address)


def test_an_answer_of_failure_is_not_healthy() -> None:
    with served_issuer(status=503) as server:
        assert asked(f"{server.url}/jwks") == 1


def test_it_says_what_it_needs() -> None:
    assert asked() == 1
