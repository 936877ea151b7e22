"""Where an exchange's password or private key comes from: a file or an environment variable that the settings name.

What is named is read when a connection is made, so a secret that was changed is taken without a restart, and none is ever in
the database, a log or an answer. Whoever may set a trust up names secrets; so that nobody can have the service send somebody
else's secret to a server of their own, a name has to be one of that trust's.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import asyncssh

from esr_gateway.exchange.port import ExchangeRefused
from esr_gateway.trust_settings import ExchangeSettings
from esrlink.errors import Invalid

PREFIX = "ESR_EXCHANGE_"
"""Environment variables of exchanges start with it and go on with the VPD."""


def check_names(settings: ExchangeSettings, vpd: str, folder: Path | None) -> None:
    """Raise `Invalid` when the settings name a secret that is not this trust's.

    A variable is `ESR_EXCHANGE_<VPD>` with or without `_` and more; a file is in `folder/<VPD>/`, where a folder is set.
    """
    for field in ("host", "user"):
        if not getattr(settings, field).isprintable():
            raise Invalid("A name has no characters that cannot be seen.", field=f"exchange.{field}")
    for field in ("password_env", "key_env"):
        variable = getattr(settings, field)
        mine = f"{PREFIX}{vpd}"
        if variable is not None and variable != mine and not variable.startswith(f"{mine}_"):
            raise Invalid(
                f"The variable has to be {mine}, or that with _ and more behind it.", field=f"exchange.{field}"
            )
    for field in ("password_file", "key_file"):
        path = getattr(settings, field)
        if path is None or folder is None:
            continue
        if not _is_in(path, folder / vpd):
            raise Invalid(f"The file has to be in {folder / vpd}.", field=f"exchange.{field}")


def _is_in(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError):  # no path at all
        return False


def password_of(settings: ExchangeSettings, environment: Mapping[str, str] = os.environ) -> str | None:
    """The password; none where a key is used. Raises `ExchangeRefused` when it cannot be read."""
    text = _secret(settings.password_file, settings.password_env, "password", environment)
    return None if text is None else text.strip("\r\n ")


def key_of(settings: ExchangeSettings, environment: Mapping[str, str] = os.environ) -> asyncssh.SSHKey | None:
    """The private key; none where a password is used. Raises `ExchangeRefused` when it cannot be read."""
    text = _secret(settings.key_file, settings.key_env, "private key", environment)
    if text is None:
        return None
    if "\n" not in text.strip():
        text = text.replace("\\n", "\n")  # as variables are often written on one line
    try:
        return asyncssh.import_private_key(text.strip() + "\n")
    except asyncssh.KeyEncryptionError:
        raise ExchangeRefused(
            "The private key is locked with a passphrase, which nobody can type in here: store it without one."
        ) from None
    except asyncssh.KeyImportError:
        raise ExchangeRefused("What stands where the private key should be is no private key.") from None


def _secret(path: Path | None, variable: str | None, what: str, environment: Mapping[str, str]) -> str | None:
    if path is not None:
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, ValueError):
            raise ExchangeRefused(f"The file that holds the {what} cannot be read by the service.") from None
    if variable is not None:
        text = environment.get(variable, "") if variable.startswith(PREFIX) else ""
        if not text.strip():
            raise ExchangeRefused(f"The environment variable {variable}, which holds the {what}, is not set.")
        return text
    return None
