"""`check` with a token: how the bot stands at its desk, as sentences; without one nothing is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from bot import cli
from bot.desk import checkup
from bot.phones.cloud import Cloud
from bot.phones.server import Server, serve
from bot.settings import Settings
from flows.events import Staff
from flows.model import Desk
from storage.database import FILE, Database
from storage.office import Office
from storage.seal import Master

TOKEN = "12345678:invented-token-invented-token-inv"
KEY = bytes(range(32))
NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)


class House:
    """A desk with a lead, Gulru, and the bot as its administrator."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.cloud, self.folder = server.cloud, folder
        self.gulru, self.nozim = (self.cloud.add_user(name) for name in ("Gulru", "Nozim"))
        self.desk = self.cloud.add_forum("Desk", [self.gulru, self.nozim])
        self.settings = Settings(
            token=TOKEN,
            telegram_api_url=server.url,
            desk_chat_id=self.desk,
            lead_ids=(self.gulru.id,),
            data_dir=folder,
            data_key=KEY.hex(),
        )

    def rights(self, **rights: bool) -> None:
        self.cloud.set_bot_status(self.desk, "administrator", announce=False, **rights)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with serve(Cloud(lambda: NOW), TOKEN) as server:
        yield House(server, tmp_path)


async def test_a_desk_in_order_is_described(house: House) -> None:
    found = await checkup.look(house.settings)
    assert found.faults == []
    assert found.fine[1:] == [
        "The desk is the group “Desk”, with topics.",
        "The bot is an administrator there.",
        "It may manage topics, delete messages, pin messages.",
        f"Registered as lead: Gulru ({house.gulru.id}).",
    ]
    assert not (house.folder / FILE).exists()


async def test_those_registered_at_the_desk_itself_are_named_too(house: House) -> None:
    db = await Database.open(None, Master(KEY), house.folder)
    async with db.write() as conn:
        await Office(db, Desk()).enrol(conn, Staff(id=house.nozim.id, name="Nozim"), "moderator", NOW)
    # Read beside the bot, which holds the database.
    found = await checkup.look(house.settings)
    await db.close()
    assert f"Registered as moderator: Nozim ({house.nozim.id})." in found.fine
    assert found.faults == []


FAULTS: list[tuple[Callable[[House], Any], str]] = [
    (lambda it: it.rights(can_manage_topics=False), "may not manage topics in “Desk”"),
    (lambda it: it.rights(can_delete_messages=False), "may not delete messages in “Desk”"),
    (lambda it: it.rights(can_pin_messages=False), "may not pin messages in “Desk”"),
    (lambda it: it.cloud.set_bot_status(it.desk, "member", announce=False), "is not an administrator of “Desk”"),
    (
        lambda it: it.cloud.set_bot_status(it.desk, "kicked", announce=False),
        "DESK_CHAT_ID: the bot is not in that group",
    ),
    (lambda it: it.cloud.leave(it.gulru, it.desk), "registered as lead, is not in the desk's group"),
]


@pytest.mark.parametrize(("spoil", "said"), FAULTS)
async def test_each_fault_is_one_sentence_of_what_to_do(house: House, spoil: Callable[[House], Any], said: str) -> None:
    spoil(house)
    (fault,) = (await checkup.look(house.settings)).faults
    assert said in fault


async def test_a_wrong_token_is_said(house: House) -> None:
    (fault,) = (await checkup.look(structs.replace(house.settings, token="12345678:another"))).faults
    assert fault.startswith("BOT_TOKEN: ")
    assert "another" not in fault


def test_check_asks_only_with_a_token(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[Settings] = []

    def look(settings: Settings) -> checkup.Found:
        asked.append(settings)
        return checkup.Found(["The bot is @x."], ["The bot may not pin."])

    monkeypatch.setattr(cli, "content_faults", list)
    monkeypatch.setattr(checkup, "asked", look)
    assert cli.check(Settings()) == cli.OK
    assert asked == []
    capsys.readouterr()
    assert cli.check(Settings(token=TOKEN, allow_drafts=True)) == cli.FAILED
    said = capsys.readouterr()
    assert "The bot is @x." in said.out
    assert said.err == "The bot may not pin.\n"
    assert cli.check(Settings(token=TOKEN)) == cli.FAILED
    assert "no named person has approved" in capsys.readouterr().err
