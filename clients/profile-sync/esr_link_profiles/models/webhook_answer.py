from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.webhook_answer_topics_item import WebhookAnswerTopicsItem, check_webhook_answer_topics_item
from ..types import UNSET, Unset

T = TypeVar("T", bound="WebhookAnswer")


@_attrs_define
class WebhookAnswer:
    """A webhook. Its secret is in no answer but the one that made it.

    Attributes:
        url (str): https, of a public address (in the try-out, http to this machine, too).
        topics (list[WebhookAnswerTopicsItem]):
        webhook_id (UUID):
        vpd (str): A trust on ESR: three digits.
        owner (str): The client that registered it.
        version (int):
        created_at (datetime.datetime):
        changed_at (datetime.datetime):
        waiting (int): Deliveries that are to be tried, or tried again.
        parked (int): Deliveries that were given up: replay them.
        failures (int): Of the endpoint, in a row.
        next_try_at (datetime.datetime | None): The endpoint failed and is left alone until then.
        missed_at (datetime.datetime | None): When changes were forgotten before they could be sent: list your profiles
            anew.
        old_secret_until (datetime.datetime | None): Until then the secret before signs, too.
        departments (list[str] | None | Unset): Only these; without them, all that your token may see.
        paused (bool | Unset): Nothing is sent; what changes waits. Default: False.
    """

    url: str
    topics: list[WebhookAnswerTopicsItem]
    webhook_id: UUID
    vpd: str
    owner: str
    version: int
    created_at: datetime.datetime
    changed_at: datetime.datetime
    waiting: int
    parked: int
    failures: int
    next_try_at: datetime.datetime | None
    missed_at: datetime.datetime | None
    old_secret_until: datetime.datetime | None
    departments: list[str] | None | Unset = UNSET
    paused: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        url = self.url

        topics = []
        for topics_item_data in self.topics:
            topics_item: str = topics_item_data
            topics.append(topics_item)

        webhook_id = str(self.webhook_id)

        vpd = self.vpd

        owner = self.owner

        version = self.version

        created_at = self.created_at.isoformat()

        changed_at = self.changed_at.isoformat()

        waiting = self.waiting

        parked = self.parked

        failures = self.failures

        next_try_at: None | str
        if isinstance(self.next_try_at, datetime.datetime):
            next_try_at = self.next_try_at.isoformat()
        else:
            next_try_at = self.next_try_at

        missed_at: None | str
        if isinstance(self.missed_at, datetime.datetime):
            missed_at = self.missed_at.isoformat()
        else:
            missed_at = self.missed_at

        old_secret_until: None | str
        if isinstance(self.old_secret_until, datetime.datetime):
            old_secret_until = self.old_secret_until.isoformat()
        else:
            old_secret_until = self.old_secret_until

        departments: list[str] | None | Unset
        if isinstance(self.departments, Unset):
            departments = UNSET
        elif isinstance(self.departments, list):
            departments = self.departments

        else:
            departments = self.departments

        paused = self.paused

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "url": url,
                "topics": topics,
                "webhook_id": webhook_id,
                "vpd": vpd,
                "owner": owner,
                "version": version,
                "created_at": created_at,
                "changed_at": changed_at,
                "waiting": waiting,
                "parked": parked,
                "failures": failures,
                "next_try_at": next_try_at,
                "missed_at": missed_at,
                "old_secret_until": old_secret_until,
            }
        )
        if departments is not UNSET:
            field_dict["departments"] = departments
        if paused is not UNSET:
            field_dict["paused"] = paused

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        url = d.pop("url")

        topics = []
        _topics = d.pop("topics")
        for topics_item_data in _topics:
            topics_item = check_webhook_answer_topics_item(topics_item_data)

            topics.append(topics_item)

        webhook_id = UUID(d.pop("webhook_id"))

        vpd = d.pop("vpd")

        owner = d.pop("owner")

        version = d.pop("version")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        changed_at = datetime.datetime.fromisoformat(d.pop("changed_at"))

        waiting = d.pop("waiting")

        parked = d.pop("parked")

        failures = d.pop("failures")

        def _parse_next_try_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_try_at_type_0 = datetime.datetime.fromisoformat(data)

                return next_try_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_try_at = _parse_next_try_at(d.pop("next_try_at"))

        def _parse_missed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                missed_at_type_0 = datetime.datetime.fromisoformat(data)

                return missed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        missed_at = _parse_missed_at(d.pop("missed_at"))

        def _parse_old_secret_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                old_secret_until_type_0 = datetime.datetime.fromisoformat(data)

                return old_secret_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        old_secret_until = _parse_old_secret_until(d.pop("old_secret_until"))

        def _parse_departments(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                departments_type_0 = cast(list[str], data)

                return departments_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        departments = _parse_departments(d.pop("departments", UNSET))

        paused = d.pop("paused", UNSET)

        webhook_answer = cls(
            url=url,
            topics=topics,
            webhook_id=webhook_id,
            vpd=vpd,
            owner=owner,
            version=version,
            created_at=created_at,
            changed_at=changed_at,
            waiting=waiting,
            parked=parked,
            failures=failures,
            next_try_at=next_try_at,
            missed_at=missed_at,
            old_secret_until=old_secret_until,
            departments=departments,
            paused=paused,
        )

        return webhook_answer
