from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.people_found import PeopleFound
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    search: str,
    vpd: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["search"] = search

    json_vpd: None | str | Unset
    if isinstance(vpd, Unset):
        json_vpd = UNSET
    else:
        json_vpd = vpd
    params["vpd"] = json_vpd

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
        "url": "/v1/people",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PeopleFound | Problem | None:
    if response.status_code == 200:
        response_200 = PeopleFound.from_dict(response.json())

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
) -> Response[PeopleFound | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    search: str,
    vpd: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
) -> Response[PeopleFound | Problem]:
    """Find people by name, ESR number, assignment number or registration number

     In all your trusts, or in one. Accents do not matter, one slip of the keys in a word neither;
    preferred and previous names are found. If nobody is found so, people whose names sound alike are
    given.

    Args:
        search (str): Names, or an ESR, assignment or registration number, or a work e-mail
            address.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset):  Default: 20.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PeopleFound | Problem]
    """

    kwargs = _get_kwargs(
        search=search,
        vpd=vpd,
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
    search: str,
    vpd: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
) -> PeopleFound | Problem | None:
    """Find people by name, ESR number, assignment number or registration number

     In all your trusts, or in one. Accents do not matter, one slip of the keys in a word neither;
    preferred and previous names are found. If nobody is found so, people whose names sound alike are
    given.

    Args:
        search (str): Names, or an ESR, assignment or registration number, or a work e-mail
            address.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset):  Default: 20.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PeopleFound | Problem
    """

    return sync_detailed(
        client=client,
        search=search,
        vpd=vpd,
        cursor=cursor,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    search: str,
    vpd: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
) -> Response[PeopleFound | Problem]:
    """Find people by name, ESR number, assignment number or registration number

     In all your trusts, or in one. Accents do not matter, one slip of the keys in a word neither;
    preferred and previous names are found. If nobody is found so, people whose names sound alike are
    given.

    Args:
        search (str): Names, or an ESR, assignment or registration number, or a work e-mail
            address.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset):  Default: 20.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PeopleFound | Problem]
    """

    kwargs = _get_kwargs(
        search=search,
        vpd=vpd,
        cursor=cursor,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    search: str,
    vpd: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 20,
) -> PeopleFound | Problem | None:
    """Find people by name, ESR number, assignment number or registration number

     In all your trusts, or in one. Accents do not matter, one slip of the keys in a word neither;
    preferred and previous names are found. If nobody is found so, people whose names sound alike are
    given.

    Args:
        search (str): Names, or an ESR, assignment or registration number, or a work e-mail
            address.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset):  Default: 20.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PeopleFound | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            search=search,
            vpd=vpd,
            cursor=cursor,
            limit=limit,
        )
    ).parsed
