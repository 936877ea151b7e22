"""Two trusts are set up in each service, from what the sandbox says of them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from esr_demo.story import FIRST_DAY, TRUSTS, Story

title = "Two trusts are set up"

# What the trust's rate card says, in pounds, by the unit of the element.
_RATES = {"sessions": "520.00", "hours": "68.50", "weekend": "610.00"}
# Payroll closed this code, but the department's list still has it: ESR will refuse the claim that uses it.
CLOSED_COST_CODE = "E19990"


async def tell(story: Story) -> None:
    """Put each trust's settings into the four services."""
    await story.move_clock(FIRST_DAY)
    for vpd in TRUSTS:
        trust = await story.from_sandbox(f"trusts/{vpd}")
        about = {"ods_code": trust["ods_code"], "name": trust["name"]}
        departments = [{k: d[k] for k in ("product", "department", "name")} for d in trust["departments"]]
        await story.operations.put(f"/esr-gateway/v1/trusts/{vpd}", about | _gateway(trust, story.secrets))
        await story.operations.put(f"/profile-sync/v1/trusts/{vpd}", about | {"departments": departments})
        await story.operations.put(f"/submittals/v1/trusts/{vpd}", about | _submittals(trust))
        plans = {"departments": departments, "providers": _providers(trust, story.secrets)}
        await story.operations.put(f"/jobplan-adapter/v1/trusts/{vpd}", about | plans)
        rotas = ", ".join(f"{d['name']} ({d['product']})" for d in departments)
        story.telling.say(f"{vpd}: {trust['name']}; rotas: {rotas}")


def element_code(name: str) -> str:
    """The trust's own short code for a pay element."""
    return re.sub(r"[^A-Z0-9]+", "-", name.upper())


def _kept(folder: Path, name: str, secret: str) -> str:
    """Put a secret into a file of its own; services are told the path, never the value."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.touch(mode=0o600)
    path.write_text(secret)
    return str(path)


def _gateway(trust: dict[str, Any], secrets: Path) -> dict[str, Any]:
    sftp = trust["sftp"]
    return {
        "exchange": {
            "host": sftp["host"],
            "port": sftp["port"],
            "user": sftp["user"],
            "password_file": _kept(secrets, f"sftp-{trust['vpd']}", sftp["password"]),
            "host_key": sftp["host_public_key"],
            "out_folder": sftp["outbound_folder"],
            "in_folder": sftp["inbound_folder"],
            "supplier": trust["supplier"],
            "poll_seconds": 3600,
        },
        "elements": {
            element_code(e["name"]): {"esr_element": e["name"], "inputs": e["inputs"]} for e in trust["pay_elements"]
        },
        "calendar": [
            {
                "period_type": p["period_type"],
                "run": "N",
                "tax_year": int(p["yy"]),
                "period": int(p["pp"]),
                "pay_name": f"{date.fromisoformat(p['start']):%B %Y} pay",
                "starts": p["start"],
                "ends": p["end"],
                "cut_off_local": p["cut_off"],
                "pay_date": p["pay_date"],
            }
            for p in trust["payroll_calendar"]
        ],
        # One trust has its runs signed, the other lets them go.
        "sign": "named_officer" if trust["vpd"] == TRUSTS[0] else "unsigned",
    }


def _submittals(trust: dict[str, Any]) -> dict[str, Any]:
    return {
        "departments": [
            {k: d[k] for k in ("product", "department", "name", "cost_code")} for d in trust["departments"]
        ],
        "absence_types": [
            {
                "code": kind["category"],
                "esr_name": kind["esr_name"],
                "unit": "days" if kind["category"] in {"Sickness", "Maternity"} else "hours",
                "reasons": [
                    {"code": reason["code"] or reason["esr_name"], "words": reason["esr_name"]}
                    for reason in kind["reasons"]
                ],
                "reason_required": kind["reason_required"],
            }
            for kind in trust["absence_types"]
        ],
        "pay_elements": [_pay_element(element) for element in trust["pay_elements"]],
        "cost_codes": [*trust["open_cost_codes"], CLOSED_COST_CODE],
    }


def _pay_element(element: dict[str, Any]) -> dict[str, Any]:
    unit = "hours" if any("Hour" in given["name"] for given in element["inputs"]) else "sessions"
    return {
        "code": element_code(element["name"]),
        "name": element["name"],
        "unit": unit,
        "default_rate": _RATES["weekend" if element["weekend"] else unit],
        "job_roles": element["grades"],
    }


def _providers(trust: dict[str, Any], secrets: Path) -> list[dict[str, Any]]:
    sard = trust["sard"]
    if sard is None:
        return []
    token = _kept(secrets, f"sard-{trust['vpd']}", sard["token"])
    return [{"name": "sard", "kind": "sard", "url": sard["url"], "email": sard["email"], "token_file": token}]
