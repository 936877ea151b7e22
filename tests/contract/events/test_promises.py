"""What the last release promised of the events still holds; who says what is in one place, and true."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from esrlink.contracts import REGISTRY
from esrlink.contracts.compatibility import breaking
from esrlink.contracts.schemas import schemas
from esrlink.reference.release import NotReleasable, release, released

HERE = Path(__file__).parent
RELEASED = HERE / "released"
SERVICES = HERE.parents[2] / "services"
NOT_YET = "Not published yet"


def test_the_last_release_is_kept_word_by_word() -> None:
    assert [str(change) for change in breaking(released(RELEASED), schemas())] == []


def test_there_are_messages_of_every_version_ever_released() -> None:
    ever = {path.name.removesuffix(".json") for path in RELEASED.glob("*/*.json")}
    assert ever
    assert {name for name in ever if not list((HERE / "golden" / name).glob("*.json"))} == set()


def test_only_the_producer_makes_an_event() -> None:
    made = {(service, name) for service, name in _events_made({event.__name__ for event in REGISTRY.values()})}
    published = {event for event in REGISTRY.values() if NOT_YET not in (event.__doc__ or "")}
    assert made == {(event.PRODUCER, event.__name__) for event in published}


def test_a_release_keeps_the_schemas_and_tells_what_is_new(tmp_path: Path) -> None:
    first = dict(list(schemas().items())[1:])
    [left_out] = schemas().keys() - first.keys()
    assert [str(change) for change in release(tmp_path, "0.9.0", first)] == [f"{name}: is new" for name in first]
    assert released(tmp_path) == first
    assert [str(change) for change in release(tmp_path, "0.10.0")] == [f"{left_out}: is new"]
    assert released(tmp_path) == schemas()


def test_a_release_that_would_break_a_promise_is_refused(tmp_path: Path) -> None:
    release(tmp_path, "0.9.0")
    changed = json.loads(json.dumps(schemas()))
    del changed["profile.linked.v1"]["properties"]["revision"]
    with pytest.raises(NotReleasable, match=r"profile.linked.v1: the field `revision` is gone"):
        release(tmp_path, "0.10.0", changed)
    assert not (tmp_path / "0.10.0").exists()


def test_a_release_is_never_written_over(tmp_path: Path) -> None:
    release(tmp_path, "0.9.0")
    with pytest.raises(NotReleasable, match=r"0\.9\.0 was released before"):
        release(tmp_path, "0.9.0")


def _events_made(names: set[str]) -> Iterator[tuple[str, str]]:
    """The name of a service and of an event, wherever the service's code makes one."""
    for path in SERVICES.glob("*/*/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield path.relative_to(SERVICES).parts[0], node.func.id
