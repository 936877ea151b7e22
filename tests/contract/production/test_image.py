"""The Dockerfile installs what the lock names and nothing else, and the wheel that it builds holds all that a service needs."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from esrlink.runtime import installed_services
from esrlink.web.static_files import ASSETS

from .shape import ROOT, compose, dockerfile

STEPS = dockerfile()
LAST = STEPS[-1].stage
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def of(name: str, stage: int | None = None) -> list[str]:
    return [step.text for step in STEPS if step.name == name and stage in {None, step.stage}]


def test_every_base_image_is_of_one_version_and_from_where_everybody_has_it() -> None:
    for line in of("FROM"):
        image, _, tag = line.split()[0].partition(":")
        assert re.match(r"\d+\.\d+\.\d+-", tag), f"{image} is not pinned"
        assert "/" not in image, "an official image, of no particular registry"


def test_it_runs_on_the_python_that_the_tests_run_on() -> None:
    pythons = {line.split()[0] for line in of("FROM") if line.startswith("python:")}
    (python,) = pythons
    assert python.startswith(f"python:{sys.version_info.major}.{sys.version_info.minor}.")


def test_python_packages_come_from_the_lock_by_their_hashes_or_are_our_own() -> None:
    commands = [part.strip() for line in of("RUN") for part in line.split("&&") if re.match(r"\s*pip ", part)]
    for command in commands:
        locked = "--require-hashes" in command and command.endswith("-r requirements.lock")
        ours = "--no-deps" in command and ("--no-build-isolation" in command or "--no-index" in command)
        assert locked or ours, command
    assert any("--require-hashes" in command for command in commands)
    assert any(re.match(r"npm ci ", line) for line in of("RUN", 0))


def test_nothing_is_fetched_by_address_and_nothing_secret_is_told_to_the_build() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert of("ADD") == []
    assert not re.search(r"https?://|curl|wget|apt-get|--index-url|--extra-index", text)
    assert of("ARG") == ["REVISION=unknown"]


def test_what_runs_has_no_tools_to_build_and_is_not_root() -> None:
    assert not any(re.search(r"pip|npm|gcc|apt", line) for line in of("RUN", LAST))
    (user,) = of("USER", LAST)
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)
    assert [step.name for step in STEPS if step.stage == LAST].index("USER") > max(
        index for index, step in enumerate(s for s in STEPS if s.stage == LAST) if step.name in {"COPY", "RUN"}
    )
    assert {part["user"] for part in compose()["services"].values() if part["image"].startswith("esr-link:")} == {user}
    assert of("ENTRYPOINT", LAST) == ['["esrlink"]']


def test_every_package_of_the_project_is_copied_and_may_be_sent_to_the_builder() -> None:
    copied = {source for line in of("COPY") if "--from" not in line for source in line.split()[:-1]}
    for source in copied:
        assert (ROOT / source).exists(), source
        assert _is_sent(source), f"{source} is kept back by .dockerignore"
    for package in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
        assert any(package.startswith(f"{source}/") or package == source for source in copied), package


def test_no_secret_and_no_data_is_sent_to_the_builder() -> None:
    for kept in (".env", ".git", ".esrlink", ".venv", "deploy/secrets/tls_key", "tests", "shared/esrlink/web/assets"):
        assert not _is_sent(kept), kept


def _is_sent(path: str) -> bool:
    """Whether .dockerignore lets `path` through: the last line that fits it, or a folder above it, decides."""
    sent = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        if line and not line.startswith("#"):
            above = [path, *(str(folder) for folder in Path(path).parents if str(folder) != ".")]
            if any(fnmatch.fnmatch(one, pattern) for one in above):
                sent = line.startswith("!")
    return sent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built as the Dockerfile builds it, taken apart in a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([sys.executable, "-m", "pip", "--quiet", *build], check=True, capture_output=True, text=True)
    (wheel,) = folder.glob("esr_link-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, *arguments: str) -> str:
    """What a fresh interpreter says that finds the project in the wheel only, and knows nothing of this folder."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=installed.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_wheel_has_every_page_layout_migration_and_style(installed: Path) -> None:
    lacking = []
    for package in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
        folder = ROOT / package
        for path in folder.rglob("*"):
            relative = path.relative_to(folder.parent)
            if path.is_file() and "__pycache__" not in path.parts and not (installed / relative).is_file():
                lacking.append(str(relative))
    assert lacking == []


def test_the_wheel_has_the_styles_where_they_are_built(installed: Path) -> None:
    if not ASSETS.is_dir():
        pytest.skip("the styles are not built here: run `make build/assets.stamp`")
    assert (installed / "esrlink" / "web" / "assets" / "nhsuk-frontend.min.css").is_file()


def test_the_command_line_works_from_the_wheel(installed: Path) -> None:
    told = run(installed, "-c", "from esrlink.cli import main; main()", "--help")
    for command in ("serve", "site", "migrate", "databases", "topics", "reporting", "sandbox"):
        assert command in told


def test_services_from_the_wheel_are_those_from_here_with_their_migrations(installed: Path) -> None:
    ask = (
        "import json; from esrlink.runtime import installed_services; from esrlink.db.migrations import head_of;"
        "print(json.dumps([[d.name, str(d.migrations), head_of(d.migrations)] for d in installed_services()]))"
    )
    told = json.loads(run(installed, "-c", ask))
    assert [name for name, *_ in told] == [definition.name for definition in installed_services()]
    for _, folder, head in told:
        assert Path(folder).is_relative_to(installed), "it must not have looked in the repository"
        assert head is not None
