"""Secrets of exchanges come from where the settings say, and from nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import asyncssh
import pytest

from esr_gateway.exchange.credentials import check_names, key_of, password_of
from esr_gateway.exchange.port import ExchangeRefused
from esr_gateway.trust_settings import ExchangeSettings
from esrlink.errors import Invalid

KEY = asyncssh.generate_private_key("ssh-ed25519")


def settings(**secret: Any) -> ExchangeSettings:
    return ExchangeSettings(host="h", user="u", host_key="k", supplier="LNK", **secret)


def test_a_password_is_read_from_a_file_or_a_variable(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("hush hush\r\n")
    assert password_of(settings(password_file=path)) == "hush hush"
    given = {"ESR_EXCHANGE_277": "hush", "OTHER_PASSWORD": "not for you"}
    assert password_of(settings(password_env="ESR_EXCHANGE_277"), given) == "hush"
    assert password_of(settings(key_env="ESR_EXCHANGE_277"), given) is None


def test_a_key_is_read_from_a_file_or_a_variable_on_one_line_or_more(tmp_path: Path) -> None:
    text = KEY.export_private_key().decode()
    path = tmp_path / "key"
    path.write_text(text)
    variable = "ESR_EXCHANGE_277_KEY"
    for key in (
        key_of(settings(key_file=path)),
        key_of(settings(key_env=variable), {variable: text}),
        key_of(settings(key_env=variable), {variable: text.strip().replace("\n", "\\n")}),
    ):
        assert key is not None
        assert key.export_public_key() == KEY.export_public_key()


def test_what_cannot_be_read_is_said_without_showing_it(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hush, this is no key")
    (tmp_path / "locked").write_bytes(KEY.export_private_key("pkcs8-pem", passphrase="x"))
    for read in (
        lambda: password_of(settings(password_file=tmp_path / "none")),
        lambda: password_of(settings(password_env="ESR_EXCHANGE_277"), {}),
        lambda: password_of(settings(password_env="DATABASE_PASSWORD"), {"DATABASE_PASSWORD": "hush"}),
        lambda: key_of(settings(key_file=tmp_path / "key")),
        lambda: key_of(settings(key_file=tmp_path / "locked")),
    ):
        with pytest.raises(ExchangeRefused) as refused:
            read()
        assert "hush" not in refused.value.detail


def test_a_trust_can_name_its_own_secrets_only(tmp_path: Path) -> None:
    for good in ("ESR_EXCHANGE_277", "ESR_EXCHANGE_277_SFTP_KEY"):
        check_names(settings(password_env=good), "277", None)
    for bad in ("ESR_EXCHANGE_312", "ESR_EXCHANGE_2770", "ESR_GATEWAY_DATABASE_URL"):
        with pytest.raises(Invalid):
            check_names(settings(key_env=bad), "277", None)
    check_names(settings(password_file=tmp_path / "277" / "password"), "277", tmp_path)
    for path in (tmp_path / "312" / "password", tmp_path / "277" / ".." / "312" / "password", Path("/etc/passwd")):
        with pytest.raises(Invalid):
            check_names(settings(password_file=path), "277", tmp_path)
