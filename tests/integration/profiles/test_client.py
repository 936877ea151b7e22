"""The typed client is what the service offers, and links a profile with it: put, read the person, follow the changes."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from esr_link_profiles import AuthenticatedClient
from esr_link_profiles.api.changes import list_changes
from esr_link_profiles.api.people import read_person
from esr_link_profiles.api.profiles import list_profiles, put_profile, put_profiles
from esr_link_profiles.api.system import read_system
from esr_link_profiles.api.webhooks import create_webhook, list_webhooks
from esr_link_profiles.models import (
    Batch,
    BatchAnswer,
    BatchProfileRow,
    ChangesAnswer,
    PersonAnswer,
    Problem,
    ProfileAnswer,
    ProfileBody,
    ProfilePage,
    SystemAnswer,
    WebhookBody,
    WebhookList,
    WebhookMade,
)

from .conftest import SCOPES, Hub, imported

FOLDER = Path(__file__).parents[3] / "clients" / "profile-sync"


@pytest.fixture
def client(hub: Hub) -> AuthenticatedClient:
    headers = hub.running.bearer(*SCOPES, "contacts:read", "webhooks:write")
    made = AuthenticatedClient(base_url="http://hub.test", token=headers["Authorization"].removeprefix("Bearer "))
    transport = httpx.ASGITransport(hub.running.service.app)
    return made.set_async_httpx_client(
        httpx.AsyncClient(transport=transport, base_url="http://hub.test", headers=headers)
    )


@pytest.fixture(scope="module")
def document() -> ModuleType:
    spec = importlib.util.spec_from_file_location("client_document", FOLDER / "document.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_the_client_is_made_from_what_the_service_offers(hub: Hub, document: Any) -> None:
    offered = await asyncio.to_thread(hub.running.service.app.openapi)
    kept = json.loads((FOLDER / "openapi.json").read_text())
    assert document.for_products(offered) == kept, "run: make client"


def test_no_file_of_the_client_was_made_otherwise_or_edited(document: Any) -> None:
    assert document.digest() == document.STAMP.read_text(), "run: make client"


async def test_a_product_puts_a_profile_reads_its_person_and_follows_the_changes(
    hub: Hub, client: AuthenticatedClient
) -> None:
    await hub.people(imported(email="adaeze.okafor@example.nhs.uk"))
    page = await list_profiles.asyncio(client=client, limit=1)
    assert isinstance(page, ProfilePage)
    body = ProfileBody(family_name="Okafor", given_name="Adaeze", employee_number="20001001")
    put = await put_profile.asyncio("clwrota", "anaesthetics", "ao1", client=client, body=body)
    assert isinstance(put, ProfileAnswer)
    assert (put.version, put.link.state, put.link.employee_number) == (1, "matched", "20001001")
    person = await read_person.asyncio("277", "20001001", client=client)
    assert isinstance(person, PersonAnswer)
    assert (person.email, person.profiles[0].profile_id) == ("adaeze.okafor@example.nhs.uk", "ao1")
    assert person.assignments[0].effective_from.year == 2020
    changes = await list_changes.asyncio(client=client, after=page.changes)
    assert isinstance(changes, ChangesAnswer)
    assert [(one.topic, one.employee_number, one.revision) for one in changes.items] == [
        ("profile.linked", "20001001", 1)
    ]
    again = await list_changes.asyncio(client=client, after=changes.next_)
    assert isinstance(again, ChangesAnswer)
    assert again.items == []


async def test_a_refusal_and_an_answer_that_is_held_already_are_typed_too(
    hub: Hub, client: AuthenticatedClient
) -> None:
    body = ProfileBody(family_name="Okafor")
    put = await put_profile.asyncio_detailed("clwrota", "anaesthetics", "ao1", client=client, body=body)
    newer = ProfileBody(family_name="Bell")
    assert (await put_profile.asyncio_detailed("clwrota", "anaesthetics", "ao1", client=client, body=newer)).parsed
    stale = await put_profile.asyncio_detailed(
        "clwrota", "anaesthetics", "ao1", client=client, body=body, if_match=put.headers["ETag"]
    )
    assert isinstance(stale.parsed, Problem)
    assert (stale.status_code, stale.parsed.code, stale.headers["ETag"]) == (412, "stale_version", '"2"')
    nobody = await read_person.asyncio("277", "20009999", client=client)
    assert isinstance(nobody, Problem)
    assert nobody.field == "employee_number"


async def test_batches_webhooks_and_the_system_are_typed(hub: Hub, client: AuthenticatedClient) -> None:
    row = BatchProfileRow(product="clwrota", department="anaesthetics", profile_id="ao1", family_name="Okafor")
    batch = await put_profiles.asyncio(client=client, body=Batch(profiles=[row, row]))
    assert isinstance(batch, BatchAnswer)
    assert (batch.stored, batch.refused, batch.rows[1].problem.field) == (1, 1, "profile_id")
    body = WebhookBody(url="http://127.0.0.1:9/", topics=["profile.linked"])
    made = await create_webhook.asyncio(client=client, body=body)
    assert isinstance(made, WebhookMade)
    listed = await list_webhooks.asyncio(client=client)
    assert isinstance(listed, WebhookList)
    assert [one.webhook_id for one in listed.items] == [made.webhook_id]
    system = await read_system.asyncio(client=client)
    assert isinstance(system, SystemAnswer)
    assert system.limits.batch_rows == 5000
