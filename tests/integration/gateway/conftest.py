"""A running gateway beside a sandbox's ESR: real SFTP, real files, real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from esr_gateway.bootstrap import service as definition
from esr_sandbox.run import Sandbox
from esr_sandbox.settings import SandboxSettings
from esr_sandbox.sftp import user_of
from esr_sandbox.world.trusts import TRUSTS
from esrlink.contracts import Absence, Attendance, ProfileKey, Source, SubmittalApproved
from tests.conftest import Running, RunService
from tests.unit.gateway.building import Go

NOON = datetime(2026, 8, 3, 12, 0, tzinfo=UTC)
CUT_OFF = "2026-08-05T12:00"
AFTER_CUT_OFF = datetime(2026, 8, 5, 11, 0, 1, tzinfo=UTC)  # noon in London is eleven in UTC


@dataclass
class GatewayUnderTest:
    """The service, the sandbox, and short words for what tests do with them."""

    hub: Running
    sandbox: Sandbox

    @property
    def out(self) -> Path:
        """ESR's `Out/` of trust 277."""
        return self.sandbox.folders.out("277")

    @property
    def inbox(self) -> Path:
        """ESR's `In/` of trust 277."""
        return self.sandbox.folders.inbox("277")

    def bearer(self, *scopes: str, vpds: tuple[str, ...] = ("277",)) -> dict[str, str]:
        return self.hub.bearer(*(scopes or ("exchange:operate", "trusts:write")), vpds=vpds)

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.hub.client.get(path, params=query, headers=self.bearer())
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def poll_answer(self) -> httpx.Response:
        return await self.hub.client.post("/v1/exchanges/277/poll", headers=self.bearer())

    async def poll(self) -> list[dict[str, Any]]:
        answer = await self.poll_answer()
        assert answer.status_code == 200, answer.text
        return answer.json()["files"]

    async def receive(self, *files: Go) -> list[dict[str, Any]]:
        for file in files:
            file.write(self.out)
        return await self.poll()

    async def close_due_answer(self) -> httpx.Response:
        return await self.hub.client.post("/v1/runs/close-due", headers=self.bearer())

    async def close_due(self) -> list[dict[str, Any]]:
        answer = await self.close_due_answer()
        assert answer.status_code == 200, answer.text
        return answer.json()["runs"]

    async def outcomes(self, submittal_id: UUID) -> list[str]:
        settled = await self.hub.emitted("esr.record.settled")
        return [one.event.outcome.value for one in settled if one.event.submittal_id == submittal_id]

    async def people(self) -> list[Any]:
        return [one.event for one in await self.hub.emitted("esr.profile.imported")]


def exchange_settings(sandbox: Sandbox, tmp_path: Path, **changes: Any) -> dict[str, Any]:
    password = tmp_path / "password"
    password.write_text(sandbox.settings.password("277") + "\n")
    return {
        "host": "127.0.0.1",
        "port": sandbox.sftp_port,
        "user": user_of("277"),
        "password_file": str(password),
        "host_key": sandbox.host_public_key,
        "supplier": "LNK",
        **changes,
    }


def trust_settings(sandbox: Sandbox, tmp_path: Path, **exchange: Any) -> dict[str, Any]:
    trust = TRUSTS[0]
    elements = {
        f"EL{n}": {
            "esr_element": element.name,
            "inputs": [{"name": given.name, "figure": given.figure} for given in element.inputs],
        }
        for n, element in enumerate(trust.pay_elements)
    }
    return {
        "ods_code": trust.ods_code,
        "name": trust.name,
        "exchange": exchange_settings(sandbox, tmp_path, **exchange),
        "elements": elements,
        "calendar": [period(5, CUT_OFF), period(6, "2026-09-04T12:00")],
    }


def period(number: int, cut_off: str) -> dict[str, Any]:
    return {
        "period_type": "M",
        "run": "N",
        "tax_year": 27,
        "period": number,
        "pay_name": f"Pay {number}",
        "starts": f"2026-{number + 3:02d}-01",
        "ends": f"2026-{number + 3:02d}-28",
        "cut_off_local": cut_off,
        "pay_date": f"2026-{number + 4:02d}-27",
    }


@pytest.fixture
async def gateway(run_service: RunService, tmp_path: Path) -> AsyncIterator[GatewayUnderTest]:
    settings = SandboxSettings(staff={"277": 60, "312": 20})
    async with Sandbox(tmp_path / "sandbox", settings) as sandbox:
        hub = await run_service(definition, now=NOON)
        one = GatewayUnderTest(hub, sandbox)
        answer = await hub.client.put("/v1/trusts/277", json=trust_settings(sandbox, tmp_path), headers=one.bearer())
        assert answer.status_code == 200, answer.text
        yield one


def _approved(number: str, assignment_number: str, **values: Any) -> SubmittalApproved:
    given: dict[str, Any] = {
        "vpd": "277",
        "employee_number": number,
        "submittal_id": uuid4(),
        "version": 1,
        "assignment_number": assignment_number,
        "source": Source(
            profile=ProfileKey(product="clwrota", department="anaesthetics", profile_id="p1"), record_id="r1"
        ),
        "content_hash": "0" * 64,
        "rules_version": "1",
        "enriched_by": "a",
        "validated_by": ("b",),
        "approved_by": "c",
        "approved_at": NOON + timedelta(hours=1),
    }
    return SubmittalApproved(**{**given, **values})


def attendance(number: str, day: date, assignment_number: str | None = None, **values: Any) -> SubmittalApproved:
    """An approved extra session; figures of the first pay element."""
    content = {
        "date_worked": day,
        "pay_element": "EL0",
        "units": Decimal(1),
        "unit": "sessions",
        "rate": Decimal(450),
        "cost_code": "E10110",
    }
    own = {key: values.pop(key) for key in list(values) if key in Attendance.model_fields}
    return _approved(
        number, assignment_number or number, kind="attendance", attendance=Attendance(**{**content, **own}), **values
    )


def absence(
    number: str, first: date, last: date | None, assignment_number: str | None = None, **values: Any
) -> SubmittalApproved:
    """An approved absence; open when it has no last day."""
    content = {
        "absence_type": "Annual Leave",
        "start_date": first,
        "end_date": last,
        "days": Decimal((last - first).days + 1) if last else None,
        "open": last is None,
    }
    own = {key: values.pop(key) for key in list(values) if key in Absence.model_fields}
    return _approved(
        number, assignment_number or number, kind="absence", absence=Absence(**{**content, **own}), **values
    )
