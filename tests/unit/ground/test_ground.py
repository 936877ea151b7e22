"""Small promises of the common ground."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from esrlink.clock import FixedClock, MovableClock, SystemClock, today
from esrlink.contracts import CalendarChanged, Message, PayRun, Unreadable, from_message, to_message
from esrlink.ids import new_id
from esrlink.observability.logs import configure_logs
from esrlink.observability.tracing import continue_trace, current_traceparent
from esrlink.outbox_rows import group_of
from esrlink.settings import Mode, ServiceSettings


def test_a_day_is_a_day_in_london() -> None:
    assert today(FixedClock(datetime(2026, 8, 3, 23, 30, tzinfo=UTC))) == date(2026, 8, 4)
    assert today(FixedClock(datetime(2026, 12, 3, 23, 30, tzinfo=UTC))) == date(2026, 12, 3)


def test_the_movable_clock_goes_on_where_a_killed_process_left_it(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    MovableClock(path).move_to(datetime(2026, 9, 2, 11, 0, tzinfo=UTC))
    again = MovableClock(path).now()
    assert timedelta(0) <= again - datetime(2026, 9, 2, 11, 0, tzinfo=UTC) < timedelta(minutes=1)


def test_new_ids_sort_by_time() -> None:
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids)


def test_an_event_survives_its_message() -> None:
    event = CalendarChanged(vpd="277", revision=3, cut_offs=())
    event_id = new_id()
    got = from_message(to_message(event, event_id=event_id, source="esr-gateway", time=SystemClock().now()))
    assert (got.event, got.id, got.source) == (event, event_id, "esr-gateway")


def test_a_field_that_a_newer_producer_added_is_ignored() -> None:
    message = to_message(
        CalendarChanged(vpd="277", revision=3, cut_offs=()), event_id=new_id(), source="x", time=SystemClock().now()
    )
    newer = json.loads(message.value) | {"colour": "blue"}
    assert (
        from_message(Message(message.topic, message.key, json.dumps(newer).encode(), message.headers)).event.vpd
        == "277"
    )


def test_an_unreadable_message_is_told_without_its_values() -> None:
    message = to_message(
        CalendarChanged(vpd="277", revision=3, cut_offs=()), event_id=new_id(), source="x", time=SystemClock().now()
    )
    bad = Message(message.topic, message.key, b'{"vpd": "Dr Invented", "revision": 0}', message.headers)
    with pytest.raises(Unreadable, match="vpd") as caught:
        from_message(bad)
    assert "Invented" not in str(caught.value)


def test_a_pay_run_has_the_code_that_file_names_carry() -> None:
    assert PayRun(period_type="M", run="N", tax_year=27, period=5).code == "MN2705"


def test_keys_fall_into_lock_groups_the_same_way_in_every_process() -> None:
    here = [group_of(f"277/{n}") for n in range(100)]
    code = "from esrlink.db.outbox import group_of; print([group_of(f'277/{n}') for n in range(100)])"
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert json.loads(there) == here


def test_logs_leave_out_what_could_name_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    try:
        structlog.get_logger().info("put", employee_number="00123456", email="a@b.example", file_id="f1")
    finally:
        structlog.reset_defaults()
    line = json.loads(capsys.readouterr().err)
    assert (line["employee_number"], line["email"], line["file_id"]) == ("(left out)", "(left out)", "f1")


def test_a_trace_goes_on_or_begins() -> None:
    begun = continue_trace(None)
    assert current_traceparent() == begun
    assert continue_trace(begun).split("-")[1] == begun.split("-")[1]
    assert continue_trace("rubbish").split("-")[1] != begun.split("-")[1]


def test_production_names_the_settings_that_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ESRLINK_BUS_URL", raising=False)
    with pytest.raises(ValueError, match=r"database_url, bus_url, issuer_url, session_secret"):
        ServiceSettings()


@pytest.mark.parametrize(("visits", "dies"), [(1, True), (0, False)])
def test_a_crash_point_kills_only_the_process_that_was_told_to_die_there(visits: int, dies: bool) -> None:
    code = "from esrlink import crash; crash.point('here'); print('alive')"
    env = {"ESRLINK_CRASH_AT": "here" if dies else "elsewhere"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=False)
    assert (done.returncode == -9) is dies
    assert ("alive" in done.stdout) is not dies


def test_no_secret_is_in_what_settings_say_of_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESRLINK_BUS_URL", "postgresql://bus:hunter2@db/bus")
    with pytest.raises(ValueError, match="issuer_url") as caught:
        ServiceSettings(session_secret="hunter3")
    assert "hunter" not in str(caught.value)
    assert "hunter" not in repr(ServiceSettings(mode=Mode.TRYOUT, session_secret="hunter3", database_url="hunter4"))


def test_the_folder_of_secrets_is_the_one_that_the_environment_names_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "esrlink_session_secret").write_text("from a file")
    monkeypatch.setenv("ESRLINK_SECRETS_DIR", str(tmp_path))
    assert ServiceSettings(mode=Mode.TRYOUT).session_secret.get_secret_value() == "from a file"


def test_what_a_library_logs_of_an_error_holds_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    try:
        try:
            raise ValueError("Dr Invented Person")  # noqa: TRY301
        except ValueError:
            logging.getLogger("a.library").exception("Exception in ASGI application\n%s", "Dr Invented Person")
    finally:
        structlog.reset_defaults()
        logging.getLogger().handlers.clear()
    said = capsys.readouterr().err
    line = json.loads(said)
    assert "Invented" not in said
    assert (line["logger"], line["error"], line["words"]) == (
        "a.library",
        "ValueError",
        "Exception in ASGI application",
    )
    assert "test_what_a_library_logs_of_an_error_holds_no_values" in line["at"][-1]


def test_a_library_that_repeats_itself_is_heard_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A broker that is away would else fill the disk with the library's complaints."""
    configure_logs()
    try:
        for port in range(50):
            logging.getLogger("a.library").error("Unable connect to port %s", port)
        logging.getLogger("a.library").error("Something else")
    finally:
        structlog.reset_defaults()
        logging.getLogger().handlers.clear()
    heard = [json.loads(line)["words"] for line in capsys.readouterr().err.splitlines()]
    assert heard == ["Unable connect to port %s", "Something else"]
