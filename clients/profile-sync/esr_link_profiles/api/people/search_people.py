from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.people_found import PeopleFound
from ...models.people_search import PeopleSearch
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    *,
    body: PeopleSearch,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/people:search",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PeopleFound | Problem | None:
    if response.status_code == 200:
        response_200 = PeopleFound.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

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
    body: PeopleSearch,
) -> Response[PeopleFound | Problem]:
    """Find people by name, ESR number, assignment number or registration number

     In all your trusts, or in one. Accents do not matter, one slip of the keys in a word neither;
    preferred and previous names are found. If nobody is found so, people whose names sound alike are
    given. Names are sent in the body: an address would take them into the logs of every proxy.

    Args:
        body (PeopleSearch): Whom to look for, and where.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PeopleFound | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: PeopleSearch,
) -> PeopleFound | Problem | None:
    """Find people by name, ESR number, assignment number or registration number

     In all your trusts, or in one. Accents do not matter, one slip of the keys in a word neither;
    preferred and previous names are found. If nobody is found so, people whose names sound alike are
    given. Names are sent in the body: an address would take them into the logs of every proxy.

    Args:
        body (PeopleSearch): Whom to look for, and where.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PeopleFound | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: PeopleSearch,
) -> Response[PeopleFound | Problem]:
    """Find people by name, ESR number, assignment number or registration number

     In all your trusts, or in one. Accents do not matter, one slip of the keys in a word neither;
    preferred and previous names are found. If nobody is found so, people whose names sound alike are
    given. Names are sent in the body: an address would take them into the logs of every proxy.

    Args:
        body (PeopleSearch): Whom to look for, and where.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PeopleFound | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: PeopleSearch,
) -> PeopleFound | Problem | None:
    """Find people by name, ESR number, assignment number or registration number

     In all your trusts, or in one. Accents do not matter, one slip of the keys in a word neither;
    preferred and previous names are found. If nobody is found so, people whose names sound alike are
    given. Names are sent in the body: an address would take them into the logs of every proxy.

    Args:
        body (PeopleSearch): Whom to look for, and where.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PeopleFound | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
