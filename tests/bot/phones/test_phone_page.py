"""The page's own API: what it shows, what it does, and whom it refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.phones import Cast, Cloud, Levers, default_cast, serve
from bot.phones.media import Upload


@pytest.fixture
def cast(cloud: Cloud) -> Cast:
    return default_cast(cloud)


@pytest.fixture
async def page(cloud: Cloud, cast: Cast, clock) -> AsyncIterator[aiohttp.ClientSession]:
    async def step(request: dict[str, Any]) -> None:
        clock.step(**request)

    async with (
        serve(cloud, "1:page", cast=cast, levers=Levers(step=step)) as server,
        aiohttp.ClientSession(server.url) as session,
    ):
        yield session


async def test_the_page_is_whole_and_asks_nobody_else(page: aiohttp.ClientSession) -> None:
    for path in ("/", "/page.css", "/page.js", "/screen.css", "/words.js", "/bubbles.js", "/tajik.js", "/favicon.svg"):
        async with page.get(path) as answer:
            assert answer.status == 200
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
            assert "https://" not in await answer.text()
    async with page.get("/../server.py") as answer:
        assert answer.status == 404


async def test_people_act_on_their_phones_and_see_it(
    page: aiohttp.ClientSession, cloud: Cloud, cast: Cast, clock
) -> None:
    lola, desk = cast.phones[0].user, cast.desk[0]
    acts: list[tuple[str, dict[str, Any]]] = [
        ("start", {"user": lola.id, "payload": "c_17"}),
        ("say", {"user": lola.id, "text": "<img src=x onerror=alert(1)>"}),
        ("say", {"user": desk.id, "chat": cast.desk_chat_id, "text": "hello", "thread": None}),
        ("block", {"user": lola.id}),
        ("clock", {"hours": 1}),
    ]
    for what, body in acts:
        async with page.post(f"/phones/{what}", json=body) as answer:
            assert answer.status == 200, what
    async with page.get("/phones/state") as answer:
        seen = await answer.json()
    assert [one["text"] for one in seen["phones"][0]["messages"]] == ["/start c_17", acts[1][1]["text"]]
    assert seen["phones"][0]["blocked"]
    assert seen["desk"]["messages"][0]["text"] == "hello"
    assert seen["now"] == clock.now().isoformat()


async def test_what_cannot_be_done_is_said(page: aiohttp.ClientSession, cast: Cast) -> None:
    lola = cast.phones[0].user
    for body, status in (
        ({"user": lola.id, "message": 9, "data": "x"}, 409),
        ({"user": 1, "message": 9, "data": "x"}, 409),
        ({"user": lola.id}, 400),
    ):
        async with page.post("/phones/tap", json=body) as answer:
            assert answer.status == status


async def test_other_sites_are_refused(page: aiohttp.ClientSession, cast: Cast, cloud: Cloud) -> None:
    body = {"user": cast.phones[0].user.id}
    async with page.post("/phones/start", json=body, headers={"Origin": "https://elsewhere.example"}) as answer:
        assert answer.status == 403
    async with page.post("/phones/start", data=b"{}", headers={"Content-Type": "text/plain"}) as answer:
        assert answer.status == 415
    for host in ("elsewhere.example", "127.0.0.1.elsewhere.example", "[broken"):
        async with page.get("/phones/state", headers={"Host": host}) as answer:
            assert answer.status in (400, 403)
    assert cloud.offered == []


async def test_no_page_reaches_the_bots_door(page: aiohttp.ClientSession, cloud: Cloud, cast: Cast) -> None:
    lola = cast.phones[0].user
    cloud.start(lola)
    for headers in ({"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "elsewhere.example"}):
        for path in (
            f"/bot1:page/sendMessage?chat_id={lola.id}&text=x",
            "/bot1:page/getUpdates",
            "/file/bot1:page/files/x",
        ):
            async with page.get(path, headers=headers) as answer:
                assert answer.status == 403
    assert len(cloud.chat_view(lola.id)) == 1
    async with page.get(f"/bot1:page/sendMessage?chat_id={lola.id}&text=x") as answer:
        assert answer.status == 200


async def test_a_sent_picture_is_shown_and_any_other_file_only_downloaded(
    page: aiohttp.ClientSession, cloud: Cloud, cast: Cast
) -> None:
    lola = cast.phones[0].user
    cloud.start(lola)
    for kind, content in (("photo", b"\x89PNG..."), ("document", b"<script>")):
        upload = Upload("a name", content)
        cloud.call("send" + kind.title(), {"chat_id": lola.id, kind: upload})
    async with page.get("/phones/state") as answer:
        [_, picture, document] = (await answer.json())["phones"][0]["messages"]
    async with page.get(f"/phones/file/{picture['file']['id']}") as answer:
        assert answer.content_type == "image/png"
    async with page.get(f"/phones/file/{document['file']['id']}") as answer:
        assert answer.headers["Content-Disposition"] == "attachment"
        assert await answer.read() == b"<script>"


async def test_a_broken_character_does_not_blind_the_page(
    page: aiohttp.ClientSession, cloud: Cloud, cast: Cast
) -> None:
    cloud.say(cast.phones[0].user, "half a face \ud83d")
    async with page.get("/phones/state") as answer:
        assert answer.status == 200


async def test_a_change_is_told_at_once(page: aiohttp.ClientSession, cloud: Cloud, cast: Cast) -> None:
    async with page.get("/phones/events") as events:
        assert await events.content.readline() == b"data: changed\n"
        await events.content.readline()
        cloud.start(cast.phones[0].user)
        assert await events.content.readline() == b"data: changed\n"
