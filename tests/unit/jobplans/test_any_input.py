"""Whatever a provider answers and whatever somebody uploads: a value, a fault or a refusal, and never a crash."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jobplan_adapter.plans.plan import Plan, state_of
from jobplan_adapter.providers.port import Fault
from jobplan_adapter.providers.sard_answers import read_page, read_plan, read_user
from jobplan_adapter.providers.upload import content_of, content_read
from jobplan_adapter.providers.upload_layout import COLUMNS, LineKind
from jobplan_adapter.providers.upload_reading import read_upload
from jobplan_adapter.providers.upload_template import EXAMPLE_PLANS
from jobplan_adapter.providers.upload_writing import rows_written

FIELDS = [
    *("state", "owner_id", "effective_date", "job_plan_signatories", "contract_core_pas", "contracted_dcc"),
    *("working_weeks", "job_contents", "spa_activities", "on_call_supplement", "speciality", "directorate"),
]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["day", "pas", "role", "x"]), inner),
    max_leaves=8,
)
GOOD = [cell for row in rows_written((), EXAMPLE_PLANS) for cell in row if cell]
CELLS = st.sampled_from(["", "", *GOOD, *(one.value for one in LineKind), "\x00", "\ud800", "=1+1"]) | st.text(
    max_size=12
)

ROWS = st.fixed_dictionaries(
    {"line": st.sampled_from([one.value for one in LineKind]), "plan": st.sampled_from(["P1", "P2", ""])},
    optional={
        **{column.name: CELLS for column in COLUMNS if column.name not in ("line", "plan")},
        "employee_number": st.sampled_from(["101", "102", ""]),
        "state": st.sampled_from(["draft", "completed", "?"]),
        "effective_from": st.sampled_from(["2026-04-01", "1/4/2026", "soon"]),
    },
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, ANYTHING)), ANYTHING)
@settings(max_examples=80, deadline=None)
def test_any_answer_of_sard_is_a_plan_or_a_fault_that_can_be_kept(attributes: dict[str, Any], plan_id: Any) -> None:
    resource = {"id": plan_id, "type": "online_job_plans", "attributes": attributes}
    (wired,) = read_page(json.dumps({"data": [resource]}).encode()).resources

    found = read_plan(wired)

    assert not isinstance(read_user(wired, identity_field="state"), str)
    if isinstance(found, Fault):
        return
    document = found.model_dump_json()
    document.encode()
    assert "\\u0000" not in document
    again = Plan.model_validate_json(document)
    assert again.content_hash() == found.content_hash()
    assert state_of(again, was_signed_off=True) == state_of(found, was_signed_off=True)


@given(st.lists(ROWS, max_size=8))
@settings(max_examples=80, deadline=None)
def test_any_table_is_plans_and_troubles_or_is_refused(rows: list[dict[str, str]]) -> None:
    table = [[row.get(column.name, "") for column in COLUMNS] for row in rows]
    found = read_upload([[column.name for column in COLUMNS], *table], "employee_number")

    assert found.rows == len(rows)
    assert {one.row for one in found.troubles} <= set(range(1, len(rows) + 2))
    kept = json.loads(json.dumps(content_of(found.users, found.plans, found.faults)))
    users, plans, faults = content_read(kept)
    assert (users, plans, faults) == (list(found.users), list(found.plans), list(found.faults))
    aside = {one.record_id for one in faults if one.kind == "plan"}
    assert not aside & {plan.plan_id for plan in plans}, "a plan is taken or set aside"
