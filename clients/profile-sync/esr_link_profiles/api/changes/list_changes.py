from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.changes_answer import ChangesAnswer
from ...models.list_changes_topic_type_0_item import ListChangesTopicType0Item
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    vpd: None | str | Unset = UNSET,
    after: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    wait: int | Unset = 0,
    topic: list[ListChangesTopicType0Item] | None | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_vpd: None | str | Unset
    if isinstance(vpd, Unset):
        json_vpd = UNSET
    else:
        json_vpd = vpd
    params["vpd"] = json_vpd

    json_after: None | str | Unset
    if isinstance(after, Unset):
        json_after = UNSET
    else:
        json_after = after
    params["after"] = json_after

    params["limit"] = limit

    params["wait"] = wait

    json_topic: list[str] | None | Unset
    if isinstance(topic, Unset):
        json_topic = UNSET
    elif isinstance(topic, list):
        json_topic = []
        for topic_type_0_item_data in topic:
            topic_type_0_item: str = topic_type_0_item_data
            json_topic.append(topic_type_0_item)

    else:
        json_topic = topic
    params["topic"] = json_topic

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/changes",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ChangesAnswer | Problem | None:
    if response.status_code == 200:
        response_200 = ChangesAnswer.from_dict(response.json())

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

    if response.status_code == 410:
        response_410 = Problem.from_dict(response.json())

        return response_410

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ChangesAnswer | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    vpd: None | str | Unset = UNSET,
    after: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    wait: int | Unset = 0,
    topic: list[ListChangesTopicType0Item] | None | Unset = UNSET,
) -> Response[ChangesAnswer | Problem]:
    """Follow what changes: links, people and onboarding, in your trusts and departments

     Begin with the cursor `changes` of the first page of `GET /v1/profiles`, then go on from `next` of
    each answer. Nothing is left out, and the changes of one person come in their order; a change may
    come twice. With `wait`, the answer comes when there is something, or empty when the time is over. A
    cursor whose changes are forgotten is answered 410: list your profiles anew.

    Args:
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        after (None | str | Unset): `next` of the answer before; from the oldest kept without it.
        limit (int | Unset):  Default: 100.
        wait (int | Unset): Seconds to wait for a change, if there is none yet. Default: 0.
        topic (list[ListChangesTopicType0Item] | None | Unset): Only these topics; may be
            repeated.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ChangesAnswer | Problem]
    """

    kwargs = _get_kwargs(
        vpd=vpd,
        after=after,
        limit=limit,
        wait=wait,
        topic=topic,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    vpd: None | str | Unset = UNSET,
    after: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    wait: int | Unset = 0,
    topic: list[ListChangesTopicType0Item] | None | Unset = UNSET,
) -> ChangesAnswer | Problem | None:
    """Follow what changes: links, people and onboarding, in your trusts and departments

     Begin with the cursor `changes` of the first page of `GET /v1/profiles`, then go on from `next` of
    each answer. Nothing is left out, and the changes of one person come in their order; a change may
    come twice. With `wait`, the answer comes when there is something, or empty when the time is over. A
    cursor whose changes are forgotten is answered 410: list your profiles anew.

    Args:
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        after (None | str | Unset): `next` of the answer before; from the oldest kept without it.
        limit (int | Unset):  Default: 100.
        wait (int | Unset): Seconds to wait for a change, if there is none yet. Default: 0.
        topic (list[ListChangesTopicType0Item] | None | Unset): Only these topics; may be
            repeated.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ChangesAnswer | Problem
    """

    return sync_detailed(
        client=client,
        vpd=vpd,
        after=after,
        limit=limit,
        wait=wait,
        topic=topic,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    vpd: None | str | Unset = UNSET,
    after: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    wait: int | Unset = 0,
    topic: list[ListChangesTopicType0Item] | None | Unset = UNSET,
) -> Response[ChangesAnswer | Problem]:
    """Follow what changes: links, people and onboarding, in your trusts and departments

     Begin with the cursor `changes` of the first page of `GET /v1/profiles`, then go on from `next` of
    each answer. Nothing is left out, and the changes of one person come in their order; a change may
    come twice. With `wait`, the answer comes when there is something, or empty when the time is over. A
    cursor whose changes are forgotten is answered 410: list your profiles anew.

    Args:
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        after (None | str | Unset): `next` of the answer before; from the oldest kept without it.
        limit (int | Unset):  Default: 100.
        wait (int | Unset): Seconds to wait for a change, if there is none yet. Default: 0.
        topic (list[ListChangesTopicType0Item] | None | Unset): Only these topics; may be
            repeated.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ChangesAnswer | Problem]
    """

    kwargs = _get_kwargs(
        vpd=vpd,
        after=after,
        limit=limit,
        wait=wait,
        topic=topic,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    vpd: None | str | Unset = UNSET,
    after: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    wait: int | Unset = 0,
    topic: list[ListChangesTopicType0Item] | None | Unset = UNSET,
) -> ChangesAnswer | Problem | None:
    """Follow what changes: links, people and onboarding, in your trusts and departments

     Begin with the cursor `changes` of the first page of `GET /v1/profiles`, then go on from `next` of
    each answer. Nothing is left out, and the changes of one person come in their order; a change may
    come twice. With `wait`, the answer comes when there is something, or empty when the time is over. A
    cursor whose changes are forgotten is answered 410: list your profiles anew.

    Args:
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        after (None | str | Unset): `next` of the answer before; from the oldest kept without it.
        limit (int | Unset):  Default: 100.
        wait (int | Unset): Seconds to wait for a change, if there is none yet. Default: 0.
        topic (list[ListChangesTopicType0Item] | None | Unset): Only these topics; may be
            repeated.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ChangesAnswer | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            vpd=vpd,
            after=after,
            limit=limit,
            wait=wait,
            topic=topic,
        )
    ).parsed
