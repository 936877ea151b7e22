from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.profile_answer import ProfileAnswer
from ...models.profile_body import ProfileBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    product: str,
    department: str,
    profile_id: str,
    *,
    body: ProfileBody,
    vpd: None | str | Unset = UNSET,
    if_match: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    params: dict[str, Any] = {}

    json_vpd: None | str | Unset
    if isinstance(vpd, Unset):
        json_vpd = UNSET
    else:
        json_vpd = vpd
    params["vpd"] = json_vpd

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/v1/profiles/{product}/{department}/{profile_id}".format(
            product=quote(str(product), safe=""),
            department=quote(str(department), safe=""),
            profile_id=quote(str(profile_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | ProfileAnswer | None:
    if response.status_code == 200:
        response_200 = ProfileAnswer.from_dict(response.json())

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

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

    if response.status_code == 412:
        response_412 = Problem.from_dict(response.json())

        return response_412

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
) -> Response[Problem | ProfileAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    product: str,
    department: str,
    profile_id: str,
    *,
    client: AuthenticatedClient,
    body: ProfileBody,
    vpd: None | str | Unset = UNSET,
    if_match: None | str | Unset = UNSET,
) -> Response[Problem | ProfileAnswer]:
    """Store a profile and learn whose it is

     The same put again changes nothing: same version, no event. With `If-Match` it is stored only over
    the version that you read: otherwise 412, with the current one in the header `ETag`.

    Args:
        product (str): A rota product.
        department (str): A department's own short name within a product.
        profile_id (str): An identifier that a rota product gives: letters, digits and . _ : -
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        if_match (None | str | Unset): The version that you last read, in quotation marks.
        body (ProfileBody): A person's record in one department, as the rota product has it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ProfileAnswer]
    """

    kwargs = _get_kwargs(
        product=product,
        department=department,
        profile_id=profile_id,
        body=body,
        vpd=vpd,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    product: str,
    department: str,
    profile_id: str,
    *,
    client: AuthenticatedClient,
    body: ProfileBody,
    vpd: None | str | Unset = UNSET,
    if_match: None | str | Unset = UNSET,
) -> Problem | ProfileAnswer | None:
    """Store a profile and learn whose it is

     The same put again changes nothing: same version, no event. With `If-Match` it is stored only over
    the version that you read: otherwise 412, with the current one in the header `ETag`.

    Args:
        product (str): A rota product.
        department (str): A department's own short name within a product.
        profile_id (str): An identifier that a rota product gives: letters, digits and . _ : -
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        if_match (None | str | Unset): The version that you last read, in quotation marks.
        body (ProfileBody): A person's record in one department, as the rota product has it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ProfileAnswer
    """

    return sync_detailed(
        product=product,
        department=department,
        profile_id=profile_id,
        client=client,
        body=body,
        vpd=vpd,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    product: str,
    department: str,
    profile_id: str,
    *,
    client: AuthenticatedClient,
    body: ProfileBody,
    vpd: None | str | Unset = UNSET,
    if_match: None | str | Unset = UNSET,
) -> Response[Problem | ProfileAnswer]:
    """Store a profile and learn whose it is

     The same put again changes nothing: same version, no event. With `If-Match` it is stored only over
    the version that you read: otherwise 412, with the current one in the header `ETag`.

    Args:
        product (str): A rota product.
        department (str): A department's own short name within a product.
        profile_id (str): An identifier that a rota product gives: letters, digits and . _ : -
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        if_match (None | str | Unset): The version that you last read, in quotation marks.
        body (ProfileBody): A person's record in one department, as the rota product has it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ProfileAnswer]
    """

    kwargs = _get_kwargs(
        product=product,
        department=department,
        profile_id=profile_id,
        body=body,
        vpd=vpd,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    product: str,
    department: str,
    profile_id: str,
    *,
    client: AuthenticatedClient,
    body: ProfileBody,
    vpd: None | str | Unset = UNSET,
    if_match: None | str | Unset = UNSET,
) -> Problem | ProfileAnswer | None:
    """Store a profile and learn whose it is

     The same put again changes nothing: same version, no event. With `If-Match` it is stored only over
    the version that you read: otherwise 412, with the current one in the header `ETag`.

    Args:
        product (str): A rota product.
        department (str): A department's own short name within a product.
        profile_id (str): An identifier that a rota product gives: letters, digits and . _ : -
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        if_match (None | str | Unset): The version that you last read, in quotation marks.
        body (ProfileBody): A person's record in one department, as the rota product has it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ProfileAnswer
    """

    return (
        await asyncio_detailed(
            product=product,
            department=department,
            profile_id=profile_id,
            client=client,
            body=body,
            vpd=vpd,
            if_match=if_match,
        )
    ).parsed
