"""The control API: what a trust is like, commands to the simulated ESR by day, and the faults."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Body, Query
from pydantic import ValidationError

from esr_sandbox import control_models as m
from esr_sandbox.errors import SandboxError
from esr_sandbox.faults import FAULTS, Fault
from esr_sandbox.sftp import user_of
from esr_sandbox.world.payroll_calendar import pay_periods
from esr_sandbox.world.trusts import ABSENCE_TYPES, TRUSTS, Trust, trust_of

if TYPE_CHECKING:
    from esr_sandbox.run import Sandbox

SARD_TRUST = TRUSTS[0]


def control_routes(sandbox: "Sandbox") -> APIRouter:
    """Return the control API of a sandbox, to stand under `/sandbox`."""
    router = APIRouter(prefix="/sandbox")
    _add_trusts(router, sandbox)
    _add_esr(router, sandbox)
    _add_faults(router, sandbox)
    return router


def _add_trusts(router: APIRouter, sandbox: "Sandbox") -> None:
    @router.get("/trusts", tags=["trusts"])
    def trusts() -> list[m.TrustLine]:
        """List the invented trusts."""
        return [
            m.TrustLine(
                vpd=trust.vpd,
                ods_code=trust.ods_code,
                name=trust.name,
                url=f"{sandbox.http_url}/sandbox/trusts/{trust.vpd}",
            )
            for trust in TRUSTS
        ]

    @router.get("/trusts/{vpd}", tags=["trusts"])
    def trust(vpd: str) -> m.TrustView:
        """Tell everything that a set-up against a trust needs, SFTP sign-in and payroll calendar with it."""
        return _trust_view(_known(vpd), sandbox)

    @router.get("/people", tags=["trusts"])
    def people(vpd: str, department: str | None = Query(default=None)) -> list[m.PersonView]:
        """List the doctors of the rota departments, as a rota product would know them."""
        known = [entry.department for entry in _known(vpd).departments]
        if department is not None and department not in known:
            raise SandboxError("unknown-department", f"Trust {vpd} has no rota in {department!r}.", status=404)
        doctors = sandbox.esr.world(vpd).in_departments()
        asof = sandbox.settings.anchor
        return [
            m.PersonView.of(person, asof)
            for person in doctors
            if department is None or department in person.departments
        ]


def _add_esr(router: APIRouter, sandbox: "Sandbox") -> None:
    @router.post("/esr/{vpd}/snapshot", tags=["esr"])
    def snapshot(vpd: str, day: m.OnDay) -> m.WrittenView:
        """Write the snapshot (GDR) of a day, with bad rows planted. The same day again answers the same file."""
        return m.WrittenView.model_validate(sandbox.esr.snapshot(vpd, day.date))

    @router.post("/esr/{vpd}/changes", tags=["esr"])
    def changes(vpd: str, day: m.OnDay) -> m.WrittenView:
        """Write the changes (GOC) up to a day's first moment. The same day again answers the same file."""
        return m.WrittenView.model_validate(sandbox.esr.changes(vpd, day.date))

    @router.post("/esr/{vpd}/read-inbox", tags=["esr"])
    def read_inbox(vpd: str, day: m.OnDay) -> m.ReadView:
        """Read every complete file in `In/`, apply it and confirm it; answers all files read on that day."""
        files = sandbox.esr.read_inbox(vpd, day.date)
        return m.ReadView(files=[m.ReadFileView.model_validate(file) for file in files])

    @router.get("/esr/{vpd}/applied", tags=["esr"])
    def applied(vpd: str) -> m.AppliedView:
        """List every inbound row with its outcome, and totals by pay element: a row sent twice counts twice."""
        return m.AppliedView.of(sandbox.esr.applied(vpd))


def _add_faults(router: APIRouter, sandbox: "Sandbox") -> None:
    @router.get("/faults", tags=["faults"])
    def faults() -> list[m.FaultView]:
        """List all faults, with the parameters of those that are on."""
        return [_fault_view(fault, sandbox) for fault in FAULTS]

    @router.get("/faults/{name}", tags=["faults"])
    def fault(name: Fault) -> m.FaultView:
        """Tell of one fault."""
        return _fault_view(name, sandbox)

    @router.put("/faults/{name}", tags=["faults"])
    def switch_on(name: Fault, parameters: dict[str, Any] = Body(default_factory=dict)) -> m.FaultView:
        """Switch a fault on. Leave parameters out for their defaults; `takes` of the fault lists them."""
        try:
            checked = FAULTS[name].parameters.model_validate(parameters)
        except ValidationError as error:
            wrong = error.errors()[0]
            field = ".".join(str(part) for part in wrong["loc"])
            raise SandboxError("bad-parameters", f"{name}: {field}: {wrong['msg']}.", status=422) from None
        sandbox.faults.switch_on(name, checked)
        return _fault_view(name, sandbox)

    @router.delete("/faults/{name}", tags=["faults"], status_code=204)
    def switch_off(name: Fault) -> None:
        """Switch a fault off; what it held back goes out now."""
        sandbox.faults.switch_off(name)
        sandbox.esr.publish_all()

    @router.delete("/faults", tags=["faults"], status_code=204)
    def switch_all_off() -> None:
        """Switch all faults off."""
        sandbox.faults.switch_off()
        sandbox.esr.publish_all()


def _known(vpd: str) -> Trust:
    trust = trust_of(vpd)
    if trust is None:
        raise SandboxError("unknown-trust", f"The sandbox has no trust {vpd}.", status=404)
    return trust


def _trust_view(trust: Trust, sandbox: "Sandbox") -> m.TrustView:
    settings = sandbox.settings
    sard = m.SardAccess(
        url=f"{sandbox.http_url}/sard", email=settings.sard_email, token=settings.sard_token.get_secret_value()
    )
    return m.TrustView(
        vpd=trust.vpd,
        ods_code=trust.ods_code,
        name=trust.name,
        supplier=trust.supplier,
        sftp=m.SftpAccess(
            host=settings.host,
            port=sandbox.sftp_port,
            user=user_of(trust.vpd),
            password=settings.password(trust.vpd),
            host_public_key=sandbox.host_public_key,
        ),
        sard=sard if trust is SARD_TRUST else None,
        departments=trust.departments,
        pay_elements=trust.pay_elements,
        open_cost_codes=trust.open_cost_codes,
        absence_types=ABSENCE_TYPES,
        payroll_calendar=pay_periods(),
    )


def _fault_view(fault: Fault, sandbox: "Sandbox") -> m.FaultView:
    kind = FAULTS[fault]
    active = sandbox.faults.active().get(fault)
    return m.FaultView(
        name=fault,
        effect=kind.effect,
        takes=kind.parameters.model_json_schema()["properties"],
        active=None if active is None else active.model_dump(),
    )
