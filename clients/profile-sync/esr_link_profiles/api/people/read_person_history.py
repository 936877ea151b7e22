from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.person_history import PersonHistory
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    vpd: str,
    employee_number: str,
    *,
    before: int | None | Unset = UNSET,
    limit: int | Unset = 50,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_before: int | None | Unset
    if isinstance(before, Unset):
        json_before = UNSET
    else:
        json_before = before
    params["before"] = json_before

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/people/{vpd}/{employee_number}/history".format(
            vpd=quote(str(vpd), safe=""),
            employee_number=quote(str(employee_number), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PersonHistory | Problem | None:
    if response.status_code == 200:
        response_200 = PersonHistory.from_dict(response.json())

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
) -> Response[PersonHistory | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    vpd: str,
    employee_number: str,
    *,
    client: AuthenticatedClient,
    before: int | None | Unset = UNSET,
    limit: int | Unset = 50,
) -> Response[PersonHistory | Problem]:
    """Read what ESR changed of a person: when, from which file, and field by field

     Newest first. What is older than the hub's setting is forgotten; the newest revision never is.

    Args:
        vpd (str): A trust on ESR: three digits.
        employee_number (str): The ESR number of a person within a trust. Text: it may start with
            zeros.
        before (int | None | Unset): `next` of the page before.
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PersonHistory | Problem]
    """

    kwargs = _get_kwargs(
        vpd=vpd,
        employee_number=employee_number,
        before=before,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    vpd: str,
    employee_number: str,
    *,
    client: AuthenticatedClient,
    before: int | None | Unset = UNSET,
    limit: int | Unset = 50,
) -> PersonHistory | Problem | None:
    """Read what ESR changed of a person: when, from which file, and field by field

     Newest first. What is older than the hub's setting is forgotten; the newest revision never is.

    Args:
        vpd (str): A trust on ESR: three digits.
        employee_number (str): The ESR number of a person within a trust. Text: it may start with
            zeros.
        before (int | None | Unset): `next` of the page before.
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PersonHistory | Problem
    """

    return sync_detailed(
        vpd=vpd,
        employee_number=employee_number,
        client=client,
        before=before,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    vpd: str,
    employee_number: str,
    *,
    client: AuthenticatedClient,
    before: int | None | Unset = UNSET,
    limit: int | Unset = 50,
) -> Response[PersonHistory | Problem]:
    """Read what ESR changed of a person: when, from which file, and field by field

     Newest first. What is older than the hub's setting is forgotten; the newest revision never is.

    Args:
        vpd (str): A trust on ESR: three digits.
        employee_number (str): The ESR number of a person within a trust. Text: it may start with
            zeros.
        before (int | None | Unset): `next` of the page before.
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PersonHistory | Problem]
    """

    kwargs = _get_kwargs(
        vpd=vpd,
        employee_number=employee_number,
        before=before,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    vpd: str,
    employee_number: str,
    *,
    client: AuthenticatedClient,
    before: int | None | Unset = UNSET,
    limit: int | Unset = 50,
) -> PersonHistory | Problem | None:
    """Read what ESR changed of a person: when, from which file, and field by field

     Newest first. What is older than the hub's setting is forgotten; the newest revision never is.

    Args:
        vpd (str): A trust on ESR: three digits.
        employee_number (str): The ESR number of a person within a trust. Text: it may start with
            zeros.
        before (int | None | Unset): `next` of the page before.
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PersonHistory | Problem
    """

    return (
        await asyncio_detailed(
            vpd=vpd,
            employee_number=employee_number,
            client=client,
            before=before,
            limit=limit,
        )
    ).parsed
