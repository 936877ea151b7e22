"""docker-compose.yml and Dockerfile, read the way their tools read them, as far as these tests need."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
SERVICES = ("esr-gateway", "profile-sync", "submittals", "jobplan-adapter")
# What `.env` must say, and a person's answers.
ANSWERS = {
    "ESRLINK_PUBLIC_URL": "https://hub.example.org",
    "ESRLINK_ISSUER_URL": "https://id.example.org/realms/trust",
}

_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<how>:-|:\?)(?P<text>[^}]*))?\}")


def compose(answers: Mapping[str, str] = ANSWERS) -> dict[str, Any]:
    """The file with its variables filled in. Raises `KeyError` with the file's own words for one that must be given."""

    def filled(match: re.Match[str]) -> str:
        name, how, text = match["name"], match["how"], match["text"]
        if name in answers:
            return answers[name]
        if how == ":-":
            return str(text)
        raise KeyError(f"{name}: {text}")

    def fill(value: Any) -> Any:
        if isinstance(value, str):
            return _VARIABLE.sub(filled, value)
        if isinstance(value, list):
            return [fill(one) for one in value]
        if isinstance(value, dict):
            return {key: fill(one) for key, one in value.items()}
        return value

    return dict(fill(yaml.safe_load((ROOT / "docker-compose.yml").read_text())))


def is_ours(service: Mapping[str, Any]) -> bool:
    """Whether it runs our own image."""
    return str(service["image"]).startswith("esr-link:")


def is_job(service: Mapping[str, Any]) -> bool:
    """Whether it runs once and ends."""
    return service["restart"] == "no"


@dataclass(frozen=True)
class Instruction:
    """One instruction of a Dockerfile with all its lines joined; `stage` counts from 0."""

    stage: int
    name: str
    text: str

    @property
    def words(self) -> list[str]:
        """The text, as a shell would take it apart."""
        return shlex.split(self.text)


def dockerfile() -> list[Instruction]:
    """The instructions, in order."""
    text = "\n".join(line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.startswith("#"))
    found, stage = [], -1
    for line in text.replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        name, _, rest = line.strip().partition(" ")
        stage += name == "FROM"
        found.append(Instruction(stage, name, " ".join(rest.split())))
    return found
