"""What a trust may say of itself and of its providers, and that each provider has a pace and patience of its own."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from esrlink.settings import Mode
from jobplan_adapter.polling.connecting import connector
from jobplan_adapter.providers.configuration import SardSettings, UploadSettings
from jobplan_adapter.providers.sard import SardProvider
from jobplan_adapter.providers.upload import UploadProvider
from jobplan_adapter.settings import Settings
from jobplan_adapter.trusts import TrustSettings

SARD = {
    "name": "sard",
    "kind": "sard",
    "url": "https://sard.example",
    "email": "link@trust.example",
    "token_file": "/t",
}
UPLOAD = {"name": "sas-doctors", "kind": "upload"}


def trust(*providers: dict[str, Any], **values: Any) -> TrustSettings:
    return TrustSettings.model_validate({"ods_code": "RPG", "name": "Northcliffe", "providers": providers, **values})


def test_a_trust_may_have_providers_of_several_kinds() -> None:
    settings = trust(SARD, UPLOAD, {**UPLOAD, "name": "nurses", "identity_field": "payroll_no"})

    assert [type(one) for one in settings.providers] == [SardSettings, UploadSettings, UploadSettings]
    assert [one.identity_field for one in settings.providers] == ["ui_employee_number", "employee_number", "payroll_no"]
    assert TrustSettings.model_validate(settings.model_dump(mode="json")) == settings


def test_a_body_of_before_there_were_kinds_means_sard() -> None:
    assert isinstance(trust({name: value for name, value in SARD.items() if name != "kind"}).providers[0], SardSettings)


@pytest.mark.parametrize(
    "change",
    [
        {"url": "ftp://sard.example"},
        {"url": "file:///etc/passwd"},
        {"email": "a@b\r\nX-Evil: 1"},
        {"identity_field": "x; drop table"},
        {"poll_seconds": 1},
        {"kind": "another"},
        {"kind": ["sard"]},
        {"token": "a secret has no place here"},
        {"requests_per_second": 0},
        {"page_size": 0},
        {"request_timeout_seconds": -1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_provider_that_cannot_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        trust({**SARD, **change})


@pytest.mark.parametrize(
    "values",
    [
        {"providers": [SARD, {**UPLOAD, "name": "sard"}]},
        {"providers": [{**UPLOAD, "identity_field": "plan"}]},
        {"providers": [{**UPLOAD, "url": "https://sard.example"}]},
        {"embed_origins": ["http://rota.example"]},
        {"embed_origins": ["https://rota.example/page"]},
        {"embed_origins": ["https://*.example; script-src *"]},
        {"departments": [{"product": "clwrota", "department": "a", "name": "A", "specialties": [""]}]},
    ],
)
def test_settings_that_cannot_be_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        trust(**{"providers": [], **values})


def test_origins_and_specialties_are_kept_as_they_are() -> None:
    origins = ["https://rota.northcliffe.example", "https://rota.example:8443", "http://localhost:3000"]
    department = {"product": "clwrota", "department": "a", "name": "A", "specialties": ["Anaesthetics", "ICM"]}

    settings = trust(embed_origins=origins, departments=[department])

    assert settings.embed_origins == origins
    assert settings.departments[0].specialties == ["Anaesthetics", "ICM"]


async def test_each_provider_has_a_pace_and_patience_of_its_own_and_else_the_services(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("secret\n")
    own = {"requests_per_second": 20, "page_size": 7, "request_timeout_seconds": 3, "retry_budget_seconds": 9}
    settings = Settings(mode=Mode.TRYOUT, requests_per_second=4, page_size=50, request_timeout=timedelta(seconds=5))
    connect: Any = connector(settings, None)
    found = []
    for changes in (own, {}):
        (provider,) = trust({**SARD, "token_file": str(token), **changes}).providers
        async with connect("277", provider) as source:
            assert isinstance(source, SardProvider)
            patience = source._patience
            found.append((source._pace._gap, source._page_size, patience.timeout, patience.budget))

    assert found == [
        (0.05, 7, timedelta(seconds=3), timedelta(seconds=9)),
        (0.25, 50, timedelta(seconds=5), settings.retry_budget),
    ]
    (upload,) = trust(UPLOAD).providers
    async with connect("277", upload) as source:
        assert isinstance(source, UploadProvider)
