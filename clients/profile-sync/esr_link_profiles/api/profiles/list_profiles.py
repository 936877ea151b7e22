from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_profiles_state_type_0 import ListProfilesStateType0
from ...models.problem import Problem
from ...models.profile_page import ProfilePage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    employee_number: None | str | Unset = UNSET,
    vpd: None | str | Unset = UNSET,
    product: None | str | Unset = UNSET,
    department: None | str | Unset = UNSET,
    state: ListProfilesStateType0 | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 100,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_employee_number: None | str | Unset
    if isinstance(employee_number, Unset):
        json_employee_number = UNSET
    else:
        json_employee_number = employee_number
    params["employee_number"] = json_employee_number

    json_vpd: None | str | Unset
    if isinstance(vpd, Unset):
        json_vpd = UNSET
    else:
        json_vpd = vpd
    params["vpd"] = json_vpd

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

    json_state: None | str | Unset
    if isinstance(state, Unset):
        json_state = UNSET
    elif isinstance(state, str):
        json_state = state
    else:
        json_state = state
    params["state"] = json_state

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
        "url": "/v1/profiles",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | ProfilePage | None:
    if response.status_code == 200:
        response_200 = ProfilePage.from_dict(response.json())

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
) -> Response[Problem | ProfilePage]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    employee_number: None | str | Unset = UNSET,
    vpd: None | str | Unset = UNSET,
    product: None | str | Unset = UNSET,
    department: None | str | Unset = UNSET,
    state: ListProfilesStateType0 | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 100,
) -> Response[Problem | ProfilePage]:
    """List profiles by department, by state of their links and by person

    Args:
        employee_number (None | str | Unset): Only those that are linked to this person.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        product (None | str | Unset): Only this product's.
        department (None | str | Unset): Only this department's.
        state (ListProfilesStateType0 | None | Unset): Only those whose link stands so.
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset):  Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ProfilePage]
    """

    kwargs = _get_kwargs(
        employee_number=employee_number,
        vpd=vpd,
        product=product,
        department=department,
        state=state,
        cursor=cursor,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    employee_number: None | str | Unset = UNSET,
    vpd: None | str | Unset = UNSET,
    product: None | str | Unset = UNSET,
    department: None | str | Unset = UNSET,
    state: ListProfilesStateType0 | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 100,
) -> Problem | ProfilePage | None:
    """List profiles by department, by state of their links and by person

    Args:
        employee_number (None | str | Unset): Only those that are linked to this person.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        product (None | str | Unset): Only this product's.
        department (None | str | Unset): Only this department's.
        state (ListProfilesStateType0 | None | Unset): Only those whose link stands so.
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset):  Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ProfilePage
    """

    return sync_detailed(
        client=client,
        employee_number=employee_number,
        vpd=vpd,
        product=product,
        department=department,
        state=state,
        cursor=cursor,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    employee_number: None | str | Unset = UNSET,
    vpd: None | str | Unset = UNSET,
    product: None | str | Unset = UNSET,
    department: None | str | Unset = UNSET,
    state: ListProfilesStateType0 | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 100,
) -> Response[Problem | ProfilePage]:
    """List profiles by department, by state of their links and by person

    Args:
        employee_number (None | str | Unset): Only those that are linked to this person.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        product (None | str | Unset): Only this product's.
        department (None | str | Unset): Only this department's.
        state (ListProfilesStateType0 | None | Unset): Only those whose link stands so.
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset):  Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ProfilePage]
    """

    kwargs = _get_kwargs(
        employee_number=employee_number,
        vpd=vpd,
        product=product,
        department=department,
        state=state,
        cursor=cursor,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    employee_number: None | str | Unset = UNSET,
    vpd: None | str | Unset = UNSET,
    product: None | str | Unset = UNSET,
    department: None | str | Unset = UNSET,
    state: ListProfilesStateType0 | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 100,
) -> Problem | ProfilePage | None:
    """List profiles by department, by state of their links and by person

    Args:
        employee_number (None | str | Unset): Only those that are linked to this person.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        product (None | str | Unset): Only this product's.
        department (None | str | Unset): Only this department's.
        state (ListProfilesStateType0 | None | Unset): Only those whose link stands so.
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset):  Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ProfilePage
    """

    return (
        await asyncio_detailed(
            client=client,
            employee_number=employee_number,
            vpd=vpd,
            product=product,
            department=department,
            state=state,
            cursor=cursor,
            limit=limit,
        )
    ).parsed
