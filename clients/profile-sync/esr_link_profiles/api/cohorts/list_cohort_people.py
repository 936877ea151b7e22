from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.cohort_rows import CohortRows
from ...models.list_cohort_people_action_type_0 import (
    ListCohortPeopleActionType0,
)
from ...models.list_cohort_people_format import ListCohortPeopleFormat
from ...models.list_cohort_people_kind_type_0 import ListCohortPeopleKindType0
from ...models.list_cohort_people_outcome_type_0 import (
    ListCohortPeopleOutcomeType0,
)
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    cohort_id: UUID,
    *,
    format_: ListCohortPeopleFormat | Unset = "json",
    vpd: None | str | Unset = UNSET,
    action: ListCohortPeopleActionType0 | None | Unset = UNSET,
    kind: ListCohortPeopleKindType0 | None | Unset = UNSET,
    outcome: ListCohortPeopleOutcomeType0 | None | Unset = UNSET,
    product: None | str | Unset = UNSET,
    department: None | str | Unset = UNSET,
    changed: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 100,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_

    params["format"] = json_format_

    json_vpd: None | str | Unset
    if isinstance(vpd, Unset):
        json_vpd = UNSET
    else:
        json_vpd = vpd
    params["vpd"] = json_vpd

    json_action: None | str | Unset
    if isinstance(action, Unset):
        json_action = UNSET
    elif isinstance(action, str):
        json_action = action
    else:
        json_action = action
    params["action"] = json_action

    json_kind: None | str | Unset
    if isinstance(kind, Unset):
        json_kind = UNSET
    elif isinstance(kind, str):
        json_kind = kind
    else:
        json_kind = kind
    params["kind"] = json_kind

    json_outcome: None | str | Unset
    if isinstance(outcome, Unset):
        json_outcome = UNSET
    elif isinstance(outcome, str):
        json_outcome = outcome
    else:
        json_outcome = outcome
    params["outcome"] = json_outcome

    json_product: None | str | Unset
    if isinstance(product, Unset):
        json_product = UNSET
    else:
        json_product = product
    params["product"] = json_product

    json_department: None | str | Unset
    if isinstance(department, Unset):
        json_department = UNSET
    else:
        json_department = department
    params["department"] = json_department

    params["changed"] = changed

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/cohorts/{cohort_id}/people".format(
            cohort_id=quote(str(cohort_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> CohortRows | Problem | None:
    if response.status_code == 200:
        response_200 = CohortRows.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CohortRows | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    cohort_id: UUID,
    *,
    client: AuthenticatedClient,
    format_: ListCohortPeopleFormat | Unset = "json",
    vpd: None | str | Unset = UNSET,
    action: ListCohortPeopleActionType0 | None | Unset = UNSET,
    kind: ListCohortPeopleKindType0 | None | Unset = UNSET,
    outcome: ListCohortPeopleOutcomeType0 | None | Unset = UNSET,
    product: None | str | Unset = UNSET,
    department: None | str | Unset = UNSET,
    changed: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 100,
) -> Response[CohortRows | Problem]:
    """Read the rows of a plan, as JSON by page, or all of them as CSV or an Excel workbook

    Args:
        cohort_id (UUID):
        format_ (ListCohortPeopleFormat | Unset):  Default: 'json'.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        action (ListCohortPeopleActionType0 | None | Unset): Only where this is to be done.
        kind (ListCohortPeopleKindType0 | None | Unset): Only these.
        outcome (ListCohortPeopleOutcomeType0 | None | Unset): Only what came to this.
        product (None | str | Unset): Only this product's.
        department (None | str | Unset): Only this department's.
        changed (bool | Unset): Only rows that the last computing changed. Default: False.
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset):  Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CohortRows | Problem]
    """

    kwargs = _get_kwargs(
        cohort_id=cohort_id,
        format_=format_,
        vpd=vpd,
        action=action,
        kind=kind,
        outcome=outcome,
        product=product,
        department=department,
        changed=changed,
        cursor=cursor,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    cohort_id: UUID,
    *,
    client: AuthenticatedClient,
    format_: ListCohortPeopleFormat | Unset = "json",
    vpd: None | str | Unset = UNSET,
    action: ListCohortPeopleActionType0 | None | Unset = UNSET,
    kind: ListCohortPeopleKindType0 | None | Unset = UNSET,
    outcome: ListCohortPeopleOutcomeType0 | None | Unset = UNSET,
    product: None | str | Unset = UNSET,
    department: None | str | Unset = UNSET,
    changed: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 100,
) -> CohortRows | Problem | None:
    """Read the rows of a plan, as JSON by page, or all of them as CSV or an Excel workbook

    Args:
        cohort_id (UUID):
        format_ (ListCohortPeopleFormat | Unset):  Default: 'json'.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        action (ListCohortPeopleActionType0 | None | Unset): Only where this is to be done.
        kind (ListCohortPeopleKindType0 | None | Unset): Only these.
        outcome (ListCohortPeopleOutcomeType0 | None | Unset): Only what came to this.
        product (None | str | Unset): Only this product's.
        department (None | str | Unset): Only this department's.
        changed (bool | Unset): Only rows that the last computing changed. Default: False.
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset):  Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CohortRows | Problem
    """

    return sync_detailed(
        cohort_id=cohort_id,
        client=client,
        format_=format_,
        vpd=vpd,
        action=action,
        kind=kind,
        outcome=outcome,
        product=product,
        department=department,
        changed=changed,
        cursor=cursor,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    cohort_id: UUID,
    *,
    client: AuthenticatedClient,
    format_: ListCohortPeopleFormat | Unset = "json",
    vpd: None | str | Unset = UNSET,
    action: ListCohortPeopleActionType0 | None | Unset = UNSET,
    kind: ListCohortPeopleKindType0 | None | Unset = UNSET,
    outcome: ListCohortPeopleOutcomeType0 | None | Unset = UNSET,
    product: None | str | Unset = UNSET,
    department: None | str | Unset = UNSET,
    changed: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 100,
) -> Response[CohortRows | Problem]:
    """Read the rows of a plan, as JSON by page, or all of them as CSV or an Excel workbook

    Args:
        cohort_id (UUID):
        format_ (ListCohortPeopleFormat | Unset):  Default: 'json'.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        action (ListCohortPeopleActionType0 | None | Unset): Only where this is to be done.
        kind (ListCohortPeopleKindType0 | None | Unset): Only these.
        outcome (ListCohortPeopleOutcomeType0 | None | Unset): Only what came to this.
        product (None | str | Unset): Only this product's.
        department (None | str | Unset): Only this department's.
        changed (bool | Unset): Only rows that the last computing changed. Default: False.
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset):  Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CohortRows | Problem]
    """

    kwargs = _get_kwargs(
        cohort_id=cohort_id,
        format_=format_,
        vpd=vpd,
        action=action,
        kind=kind,
        outcome=outcome,
        product=product,
        department=department,
        changed=changed,
        cursor=cursor,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    cohort_id: UUID,
    *,
    client: AuthenticatedClient,
    format_: ListCohortPeopleFormat | Unset = "json",
    vpd: None | str | Unset = UNSET,
    action: ListCohortPeopleActionType0 | None | Unset = UNSET,
    kind: ListCohortPeopleKindType0 | None | Unset = UNSET,
    outcome: ListCohortPeopleOutcomeType0 | None | Unset = UNSET,
    product: None | str | Unset = UNSET,
    department: None | str | Unset = UNSET,
    changed: bool | Unset = False,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 100,
) -> CohortRows | Problem | None:
    """Read the rows of a plan, as JSON by page, or all of them as CSV or an Excel workbook

    Args:
        cohort_id (UUID):
        format_ (ListCohortPeopleFormat | Unset):  Default: 'json'.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        action (ListCohortPeopleActionType0 | None | Unset): Only where this is to be done.
        kind (ListCohortPeopleKindType0 | None | Unset): Only these.
        outcome (ListCohortPeopleOutcomeType0 | None | Unset): Only what came to this.
        product (None | str | Unset): Only this product's.
        department (None | str | Unset): Only this department's.
        changed (bool | Unset): Only rows that the last computing changed. Default: False.
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset):  Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CohortRows | Problem
    """

    return (
        await asyncio_detailed(
            cohort_id=cohort_id,
            client=client,
            format_=format_,
            vpd=vpd,
            action=action,
            kind=kind,
            outcome=outcome,
            product=product,
            department=department,
            changed=changed,
            cursor=cursor,
            limit=limit,
        )
    ).parsed
