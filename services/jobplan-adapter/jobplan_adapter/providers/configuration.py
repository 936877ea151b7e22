"""What a trust says of each of its providers, by kind. Credentials are named by the path of a file, never written here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, HttpUrl, Tag, field_validator

from esrlink.contracts.types import ExternalId
from jobplan_adapter.providers.upload_layout import BY_NAME, IDENTITY


class _AnyProvider(BaseModel):
    """What providers of every kind have."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ExternalId = Field(description="The trust's own name for it; plans are kept under it.", examples=["sard"])
    poll_seconds: int = Field(default=3600, ge=5, le=86_400, description="How often the provider is asked.")


class SardSettings(_AnyProvider):
    """A trust's SARD, asked over HTTP. What is left out of pace and patience is as the service's settings say."""

    kind: Literal["sard"] = "sard"
    url: HttpUrl = Field(examples=["https://northcliffe.sard.example"])
    email: str = Field(min_length=3, max_length=254, examples=["esr-link@northcliffe.example"])
    token_file: Path = Field(
        description="The file that holds the token; it is never sent to or shown by this API.",
        examples=["/run/secrets/sard-277"],
    )
    identity_field: str = Field(
        default="ui_employee_number",
        pattern=r"^[a-z][a-z0-9_]{0,59}$",
        description="The user attribute that holds the ESR number. Leading zeros are restored to eight digits.",
    )
    requests_per_second: float | None = Field(default=None, gt=0, le=100, description="At most so many requests.")
    page_size: int | None = Field(default=None, ge=1, le=1000, description="How many records one request asks for.")
    request_timeout_seconds: float | None = Field(default=None, gt=0, le=300, description="For one request.")
    retry_budget_seconds: float | None = Field(
        default=None, gt=0, le=3600, description="How long one request may be repeated, in all."
    )

    @field_validator("email")
    @classmethod
    def _one_line(cls, value: str) -> str:
        # It goes into an HTTP header.
        if not value.isascii() or not value.isprintable():
            raise ValueError("must be plain ASCII on one line")
        return value


class UploadSettings(_AnyProvider):
    """Job plans that the trust uploads as CSV or an Excel workbook, for a system that offers nothing to be asked."""

    kind: Literal["upload"]
    identity_field: str = Field(
        default="employee_number",
        pattern=r"^[a-z][a-z0-9_]{0,59}$",
        description="The column that holds the ESR number, in lower case, with `_` for blanks.",
    )

    @field_validator("identity_field")
    @classmethod
    def _no_other_column(cls, value: str) -> str:
        if value in BY_NAME and value != IDENTITY:
            raise ValueError("is another column of the layout")
        return value


def _kind(value: Any) -> str:
    # A body of before there were several kinds says none, and means SARD.
    kind = value.get("kind", "sard") if isinstance(value, dict) else getattr(value, "kind", "sard")
    return kind if isinstance(kind, str) else ""


ProviderSettings = Annotated[
    Annotated[SardSettings, Tag("sard")] | Annotated[UploadSettings, Tag("upload")], Discriminator(_kind)
]
"""A source of job plans."""
