"""The page of settings: every environment variable, its default and its meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from esrlink.bus.kafka import KafkaSettings
from esrlink.runtime import Definition
from esrlink.settings import ServiceSettings

_HEAD = """# Settings

Every setting is an environment variable. Shared ones (`ESRLINK_…`) serve all services; the others carry the service's name.
A secret may be given as a file instead: name the folder in `ESRLINK_SECRETS_DIR` and call the file like the variable, in
small letters. Durations are ISO 8601 (`PT30S`) or seconds. The try-out needs none of them.

This page is made from the code: `esrlink reference`.
"""


_KAFKA = """## Kafka

Needed only where `ESRLINK_BUS_URL` names Kafka; the same for all services, Central Reporting and `esrlink topics`.
"""


def settings_page(services: Sequence[Definition]) -> str:
    """The whole page, in Markdown."""
    parts = [_HEAD, "## Shared by all services\n", _table(ServiceSettings, only_shared=True)]
    parts += [_KAFKA, _table(KafkaSettings, only_shared=False)]
    for service in services:
        parts += [f"## {service.name}\n", _table(service.settings, only_shared=False)]
    return "\n".join(parts)


def variable_of(settings: type[BaseSettings], name: str, field: FieldInfo) -> str:
    """The environment variable that a field is read from."""
    alias: Any = field.validation_alias
    if alias is not None:
        return str(alias.choices[0])
    return f"{settings.model_config.get('env_prefix', '')}{name}".upper()


def _table(settings: type[BaseSettings], *, only_shared: bool) -> str:
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for name, field in settings.model_fields.items():
        shared = field.validation_alias is not None
        if shared == only_shared:
            default = "required in production" if field.is_required() else _shown(field.get_default())
            rows.append(f"| `{variable_of(settings, name, field)}` | {default} | {field.description or ''} |")
    return "\n".join(rows) + "\n"


def _shown(value: object) -> str:
    text = str(getattr(value, "value", value))
    return f"`{text}`" if text and "*" not in text else ""
