from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.part import Part
from ...models.problem import Problem
from ...models.profile_answer import ProfileAnswer
from ...types import UNSET, Response, Unset


def _get_kwargs(
    product: str,
    department: str,
    profile_id: str,
    *,
    vpd: None | str | Unset = UNSET,
    fields: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_vpd: None | str | Unset
    if isinstance(vpd, Unset):
        json_vpd = UNSET
    else:
        json_vpd = vpd
    params["vpd"] = json_vpd

    json_fields: None | str | Unset
    if isinstance(fields, Unset):
        json_fields = UNSET
    else:
        json_fields = fields
    params["fields"] = json_fields

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/profiles/{product}/{department}/{profile_id}".format(
            product=quote(str(product), safe=""),
            department=quote(str(department), safe=""),
            profile_id=quote(str(profile_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | Part | ProfileAnswer | Problem | None:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> Part | ProfileAnswer:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_0 = ProfileAnswer.from_dict(data)

                return response_200_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_200_type_1 = Part.from_dict(data)

            return response_200_type_1

        response_200 = _parse_response_200(response.json())

        return response_200

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

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
) -> Response[Any | Part | ProfileAnswer | Problem]:
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
    vpd: None | str | Unset = UNSET,
    fields: None | str | Unset = UNSET,
) -> Response[Any | Part | ProfileAnswer | Problem]:
    """Read a profile with its link

    Args:
        product (str): A rota product.
        department (str): A department's own short name within a product.
        profile_id (str): An identifier that a rota product gives: letters, digits and . _ : -
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        fields (None | str | Unset): Only these fields, with commas between; all of them without
            it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Part | ProfileAnswer | Problem]
    """

    kwargs = _get_kwargs(
        product=product,
        department=department,
        profile_id=profile_id,
        vpd=vpd,
        fields=fields,
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
    vpd: None | str | Unset = UNSET,
    fields: None | str | Unset = UNSET,
) -> Any | Part | ProfileAnswer | Problem | None:
    """Read a profile with its link

    Args:
        product (str): A rota product.
        department (str): A department's own short name within a product.
        profile_id (str): An identifier that a rota product gives: letters, digits and . _ : -
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        fields (None | str | Unset): Only these fields, with commas between; all of them without
            it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Part | ProfileAnswer | Problem
    """

    return sync_detailed(
        product=product,
        department=department,
        profile_id=profile_id,
        client=client,
        vpd=vpd,
        fields=fields,
    ).parsed


async def asyncio_detailed(
    product: str,
    department: str,
    profile_id: str,
    *,
    client: AuthenticatedClient,
    vpd: None | str | Unset = UNSET,
    fields: None | str | Unset = UNSET,
) -> Response[Any | Part | ProfileAnswer | Problem]:
    """Read a profile with its link

    Args:
        product (str): A rota product.
        department (str): A department's own short name within a product.
        profile_id (str): An identifier that a rota product gives: letters, digits and . _ : -
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        fields (None | str | Unset): Only these fields, with commas between; all of them without
            it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Part | ProfileAnswer | Problem]
    """

    kwargs = _get_kwargs(
        product=product,
        department=department,
        profile_id=profile_id,
        vpd=vpd,
        fields=fields,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    product: str,
    department: str,
    profile_id: str,
    *,
    client: AuthenticatedClient,
    vpd: None | str | Unset = UNSET,
    fields: None | str | Unset = UNSET,
) -> Any | Part | ProfileAnswer | Problem | None:
    """Read a profile with its link

    Args:
        product (str): A rota product.
        department (str): A department's own short name within a product.
        profile_id (str): An identifier that a rota product gives: letters, digits and . _ : -
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        fields (None | str | Unset): Only these fields, with commas between; all of them without
            it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Part | ProfileAnswer | Problem
    """

    return (
        await asyncio_detailed(
            product=product,
            department=department,
            profile_id=profile_id,
            client=client,
            vpd=vpd,
            fields=fields,
        )
    ).parsed
