"""The try-out's clinicians are doctors of the sandbox's ESR: they meet their own records on the pages."""

from __future__ import annotations

from esr_sandbox.settings import SandboxSettings
from esr_sandbox.world.trusts import TRUSTS
from esr_sandbox.world.world import World
from esrlink.auth.issuer import PEOPLE

# The first people are the same however many a trust employs.
_ENOUGH = 60


def test_the_sample_clinicians_are_doctors_whom_the_sandbox_employs() -> None:
    settings = SandboxSettings()
    employed = {
        f"{trust.vpd}/{doctor.employee_number}": f"{doctor.title} {doctor.first_name} {doctor.last_name}"
        for trust in TRUSTS
        for doctor in World.begin(trust, settings.seed, settings.anchor, _ENOUGH).in_departments()
    }
    samples = {number: sample.name for sample in PEOPLE for number in sample.esr_numbers}
    assert len(samples) == len(TRUSTS)
    assert samples.items() <= employed.items()
