from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.onboarding_page import OnboardingPage
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    cohort_id: UUID,
    *,
    product: None | str | Unset = UNSET,
    department: None | str | Unset = UNSET,
    acknowledged: bool | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    vpd: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

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

    json_acknowledged: bool | None | Unset
    if isinstance(acknowledged, Unset):
        json_acknowledged = UNSET
    else:
        json_acknowledged = acknowledged
    params["acknowledged"] = json_acknowledged

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params["limit"] = limit

    json_vpd: None | str | Unset
    if isinstance(vpd, Unset):
        json_vpd = UNSET
    else:
        json_vpd = vpd
    params["vpd"] = json_vpd

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/cohorts/{cohort_id}/onboarding".format(
            cohort_id=quote(str(cohort_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> OnboardingPage | Problem | None:
    if response.status_code == 200:
        response_200 = OnboardingPage.from_dict(response.json())

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
) -> Response[OnboardingPage | Problem]:
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
    product: None | str | Unset = UNSET,
    department: None | str | Unset = UNSET,
    acknowledged: bool | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    vpd: None | str | Unset = UNSET,
) -> Response[OnboardingPage | Problem]:
    """Read what a product must do: the same as the events, for a product that asks

     Only rows that were applied. A row of an undone cohort stays, with `withdrawn`.

    Args:
        cohort_id (UUID):
        product (None | str | Unset): Only this product's.
        department (None | str | Unset): Only this department's.
        acknowledged (bool | None | Unset): Only what was acknowledged, or only what was not.
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset):  Default: 100.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[OnboardingPage | Problem]
    """

    kwargs = _get_kwargs(
        cohort_id=cohort_id,
        product=product,
        department=department,
        acknowledged=acknowledged,
        cursor=cursor,
        limit=limit,
        vpd=vpd,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    cohort_id: UUID,
    *,
    client: AuthenticatedClient,
    product: None | str | Unset = UNSET,
    department: None | str | Unset = UNSET,
    acknowledged: bool | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    vpd: None | str | Unset = UNSET,
) -> OnboardingPage | Problem | None:
    """Read what a product must do: the same as the events, for a product that asks

     Only rows that were applied. A row of an undone cohort stays, with `withdrawn`.

    Args:
        cohort_id (UUID):
        product (None | str | Unset): Only this product's.
        department (None | str | Unset): Only this department's.
        acknowledged (bool | None | Unset): Only what was acknowledged, or only what was not.
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset):  Default: 100.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        OnboardingPage | Problem
    """

    return sync_detailed(
        cohort_id=cohort_id,
        client=client,
        product=product,
        department=department,
        acknowledged=acknowledged,
        cursor=cursor,
        limit=limit,
        vpd=vpd,
    ).parsed


async def asyncio_detailed(
    cohort_id: UUID,
    *,
    client: AuthenticatedClient,
    product: None | str | Unset = UNSET,
    department: None | str | Unset = UNSET,
    acknowledged: bool | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    vpd: None | str | Unset = UNSET,
) -> Response[OnboardingPage | Problem]:
    """Read what a product must do: the same as the events, for a product that asks

     Only rows that were applied. A row of an undone cohort stays, with `withdrawn`.

    Args:
        cohort_id (UUID):
        product (None | str | Unset): Only this product's.
        department (None | str | Unset): Only this department's.
        acknowledged (bool | None | Unset): Only what was acknowledged, or only what was not.
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset):  Default: 100.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[OnboardingPage | Problem]
    """

    kwargs = _get_kwargs(
        cohort_id=cohort_id,
        product=product,
        department=department,
        acknowledged=acknowledged,
        cursor=cursor,
        limit=limit,
        vpd=vpd,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    cohort_id: UUID,
    *,
    client: AuthenticatedClient,
    product: None | str | Unset = UNSET,
    department: None | str | Unset = UNSET,
    acknowledged: bool | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    vpd: None | str | Unset = UNSET,
) -> OnboardingPage | Problem | None:
    """Read what a product must do: the same as the events, for a product that asks

     Only rows that were applied. A row of an undone cohort stays, with `withdrawn`.

    Args:
        cohort_id (UUID):
        product (None | str | Unset): Only this product's.
        department (None | str | Unset): Only this department's.
        acknowledged (bool | None | Unset): Only what was acknowledged, or only what was not.
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset):  Default: 100.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        OnboardingPage | Problem
    """

    return (
        await asyncio_detailed(
            cohort_id=cohort_id,
            client=client,
            product=product,
            department=department,
            acknowledged=acknowledged,
            cursor=cursor,
            limit=limit,
            vpd=vpd,
        )
    ).parsed
