"""Reminders by e-mail in production: off until a server is named, and named where the installation's other answers stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from esrlink.settings import Mode
from submittals.settings import Settings
from tests.contract.production.shape import ANSWERS, ROOT, compose

MAIL = {
    "SUBMITTALS_SMTP_URL": "smtp://mail.trust.example:587",
    "SUBMITTALS_SMTP_USER": "esr-link",
    "SUBMITTALS_SMTP_PASSWORD_FILE": "/run/mail/password",
    "SUBMITTALS_SMTP_CA_FILE": "/run/mail/authorities.pem",
    "SUBMITTALS_MAIL_FROM": "esr-link@trust.example",
}


@pytest.mark.parametrize("named", [False, True])
def test_what_is_not_named_is_as_if_it_were_not_there(named: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    part = compose(ANSWERS | (MAIL if named else {}))["services"]["submittals"]
    for name in MAIL:
        monkeypatch.setenv(name, part["environment"][name])
    settings = Settings(mode=Mode.TRYOUT)
    place = settings.smtp_place
    assert (place is not None) is named
    if place is not None:
        assert (place.url, place.sender, place.user) == tuple(
            MAIL[f"SUBMITTALS_{name}"] for name in ("SMTP_URL", "MAIL_FROM", "SMTP_USER")
        )
        assert (place.password_file, place.ca_file) == (
            Path(MAIL["SUBMITTALS_SMTP_PASSWORD_FILE"]),
            Path(MAIL["SUBMITTALS_SMTP_CA_FILE"]),
        )
        assert part["volumes"][0]["target"] == "/run/mail"


def test_the_example_of_answers_says_the_same() -> None:
    said = dict(re.findall(r"^# (SUBMITTALS_\w+)=(.+)$", (ROOT / "deploy" / "example.env").read_text(), re.MULTILINE))
    assert said == MAIL
