"""What of one of the two reaches the other's phone, over HTTP: the local Telegram's call log is the judge."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.phones import User
from flows.family.model import TRIES
from storage import retention
from storage.schema import due, family_links, inbox, invitations
from tests.kin import asks, comes, his, invited, known, linked, links, opens, reached, ticks, until_knocked
from tests.test_vanishing import shares
from tests.world import World, world

PLAIN = "f_" + "x" * 22
OFTEN = ("Lines for the child", "A heart or a line")


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, joined=True) as one:
        await one.app.rounds()
        yield one


async def a_father(w: World, name: str) -> User:
    him = w.cloud.add_user(name, "en")
    await comes(w, him, "")
    return him


async def states(w: World, role: str) -> list[list[tuple[str, str]]]:
    """The links of everybody of a role: with whom, and how each stands."""
    return [[(kin.who, kin.state) for kin in profile.kin] for _, profile in await known(w, role)]


def wrong(code: str, off: int = 1) -> str:
    return f"{(int(code) + off) % 10**6:06}"


# -- invitations -----------------------------------------------------------------------------------------------------


async def test_six_kinds_of_invitation_are_answered_byte_for_byte_alike(w: World) -> None:
    expired, its_code = await invited(w)
    await w.passes(hours=49)
    fathers = [await a_father(w, f"Somebody {at}") for at in range(6)]
    for_her_mother, grandmothers = await invited(w, "The grandmother")
    right, code = await invited(w)
    used = await asks(w, fathers[0], f"/start {right}", code)  # the right one, which makes it a used one
    answers = [
        used,
        await asks(w, fathers[1], f"/start {right}", code),
        await asks(w, fathers[2], f"/start {expired}", its_code),
        await asks(w, fathers[3], f"/start {for_her_mother}", grandmothers),
        await asks(w, fathers[4], f"/start {PLAIN}", "123456"),
        await asks(w, fathers[5], f"/start {right}", wrong(code)),
    ]
    shown = {json.dumps(answer, sort_keys=True) for answer in answers}
    assert len(shown) == 1, answers
    assert await states(w, "father") == [[("mother", "asked")], [], [], [], [], []]


async def test_her_own_invitation_is_answered_as_one_that_never_was(w: World) -> None:
    token, code = await invited(w)
    own = await asks(w, w.her, f"/start {token}", code)
    assert own == await asks(w, w.her, f"/start {PLAIN}", code)
    assert await states(w, "mother") == [[("husband", "invited")]]


async def test_an_invitation_is_good_only_for_the_role_it_is_meant_for_and_for_nobody_under_age(w: World) -> None:
    token, code = await invited(w, "The grandmother")
    him, her = w.cloud.add_user("A", "en"), w.cloud.add_user("B", "en")
    await comes(w, him, token)
    await comes(w, her, token, "Grandmother")
    await w.says(code, him)
    assert (await states(w, "father"), await states(w, "grandmother")) == ([[]], [[]])
    await w.says(code, her)
    assert await states(w, "grandmother") == [[("mother", "asked")]]
    token, code = await invited(w)
    boy = w.cloud.add_user("C", "en")
    await w.says(f"/start {token}", boy)
    for typed in ("English", "Father", "no", *["1"] * 8):
        await w.says(typed, boy)
    await w.says(code, boy)
    assert await states(w, "father") == [[], []]


@pytest.mark.parametrize(("early", "good"), [(timedelta(seconds=1), True), (timedelta(), False)])
async def test_an_invitation_ends_after_exactly_48_hours(w: World, early: timedelta, *, good: bool) -> None:
    him = await a_father(w, "Somebody")
    token, code = await invited(w)
    async with w.app.db.read() as conn:
        until = (await conn.execute(select(invitations.c.until))).scalar_one()
    await w.mover.advance(until - timedelta(hours=1))
    await w.says(f"/start {token}", him)
    await w.mover.advance(until - early)
    await w.says(code, him)
    assert (await states(w, "father") == [[("mother", "asked")]]) is good


@pytest.mark.parametrize(("tries", "good"), [(TRIES - 1, True), (TRIES, False)])
async def test_the_right_digits_count_at_the_fifth_try_and_not_at_the_sixth(
    w: World, tries: int, *, good: bool
) -> None:
    token, code = await invited(w)
    him = await a_father(w, "Somebody")
    await w.says(f"/start {token}", him)
    for off in range(1, tries + 1):
        await w.says(wrong(code, off), him)
    await w.says(code, him)
    assert (await states(w, "father") == [[("mother", "asked")]]) is good


async def test_a_second_invitation_takes_the_place_of_the_first_and_one_of_another_kind_stands_beside_it(
    w: World,
) -> None:
    first, code = await invited(w)
    other, others = await invited(w, "The grandmother")
    second, its_code = await invited(w)
    him, grandmother = await a_father(w, "Somebody"), w.cloud.add_user("Another", "en")
    await comes(w, grandmother, other, "Grandmother")
    await asks(w, him, f"/start {first}", code)
    assert await states(w, "father") == [[]]
    await asks(w, him, f"/start {second}", its_code)
    await w.says(others, grandmother)
    assert await states(w, "father") == await states(w, "grandmother") == [[("mother", "asked")]]
    assert sorted((await states(w, "mother"))[0]) == [("grandmother", "asked"), ("husband", "asked")]


async def test_she_has_one_husband_at_most_also_while_she_is_asked(w: World) -> None:
    await w.says("/family")
    await w.taps("My husband")
    token, code = await invited(w)
    him = await a_father(w, "Somebody")
    await asks(w, him, f"/start {token}", code)
    await w.taps("Yes, invite")  # a button of the older screen
    await w.says("/family")
    assert "My husband" not in [button["text"] for row in w.screen[-1].inline for button in row]
    assert await states(w, "mother") == [[("husband", "asked")]]


async def test_ending_all_links_calls_an_invitation_off_and_so_does_time(w: World) -> None:
    token, code = await invited(w)
    await w.says("/family")
    await w.taps("End all links")
    await w.taps("Yes, end them")
    him = await a_father(w, "Somebody")
    await asks(w, him, f"/start {token}", code)
    assert await states(w, "father") == await states(w, "mother") == [[]]
    await invited(w)
    assert await retention.sweep(w.app.db, w.clock.now() + timedelta(hours=49))
    async with w.app.db.read() as conn:
        assert not (await conn.execute(select(invitations))).all()


# -- what each gets ------------------------------------------------------------------------------------------------


async def test_nothing_known_of_one_reaches_the_other_but_what_both_have_ticked(w: World) -> None:
    him = await linked(w)
    await ticks(w, him, *OFTEN)
    await ticks(w, w.her, *OFTEN)
    hers = ("marker milk", "marker moon", "a long day marker")
    for words in (hers[0], "/feel", "3", hers[2], "/circle", hers[1]):
        await w.says(words)
    ours = ("marker train", "Little one marker snow", "Something marker lamp")
    await w.says(ours[0], him)
    for piece, words in (("Lines for the child", ours[1]), ("Something to do", ours[2])):
        await w.says("/family", him)
        await w.taps("Send something home", him)
        await w.taps(piece, him)
        await w.says(words, him)
    await w.passes(days=4)
    await opens(w, w.her)
    await w.says("A line marker back")
    await until_knocked(w, him)
    await opens(w, him)
    to_him, to_her = (json.dumps(reached(w, one), ensure_ascii=False) for one in (him, w.her))
    assert not [one for one in hers if one in to_him]
    assert [one for one in ours if one in to_her] == ["Little one marker snow"]
    assert "A line marker back" in to_him
    numbers = [str(number) for number in (w.her.id, him.id)]
    assert numbers[0] not in to_him
    assert numbers[1] not in to_her


async def test_a_freeze_at_the_desk_is_silent_and_on_record_and_can_be_undone(w: World) -> None:
    him = await linked(w)
    await ticks(w, him, *OFTEN)
    await ticks(w, w.her, *OFTEN)
    await w.says("I want to talk to a person")
    await w.says("I feel very sad and cannot sleep, I want to die")
    alert = next(one for one in reversed(w.cloud.chats[w.desk].messages.values()) if one.inline)
    w.cloud.tap(w.gulru, w.desk, alert.id, "Взять")
    await w.settle()
    since = len(w.cloud.calls)
    assert [kin.frozen for _, one in await known(w, "mother") for kin in one.kin] == [False]
    for label, frozen in (("Остановить связи", True), ("Вернуть связи", False), ("Остановить связи", True)):
        w.cloud.tap(w.gulru, w.desk, None, label)
        await w.settle()
        assert [kin.frozen for _, one in await known(w, "mother") for kin in one.kin] == [frozen]
        card = next(one.text for one in reversed(w.cloud.chats[w.desk].messages.values()) if "Связи: 1" in one.text)
        assert ("остановлена" in card) is frozen
    assert await links(w) == ["frozen"]
    assert not reached(w, him, since)
    assert not reached(w, w.her, since)
    w.cloud.tap(w.gulru, w.desk, None, "История")
    await w.settle()
    assert "связи остановлены" in list(w.cloud.chats[w.desk].messages.values())[-1].text


@pytest.mark.parametrize("words", ["Когда приеду, я её убью", "Занамро мекушам"])
async def test_his_threat_brings_the_desk_to_her_and_neither_phone_and_no_case_names_the_other(
    w: World, words: str
) -> None:
    him = await linked(w)
    await ticks(w, him, *OFTEN)
    await ticks(w, w.her, *OFTEN)
    since, before = len(w.cloud.calls), set(w.cloud.chats[w.desk].messages)
    await w.says("/family", him)
    await w.taps("Send something home", him)
    await w.taps("Lines for the child", him)
    await w.says(words, him)
    assert not reached(w, w.her, since)
    assert await links(w) == ["frozen"]
    new = [one for number, one in w.cloud.chats[w.desk].messages.items() if number not in before and one.inline]
    assert len(new) == 2, [one.text for one in new]
    for alert in new:
        w.cloud.tap(w.gulru, w.desk, alert.id, "Взять")
        await w.settle()
    desk = "\n".join(one.text for one in w.cloud.chats[w.desk].messages.values())
    assert w.app.library.text("ru", "desk.why.kin_threat") in desk
    assert words in desk  # in his own case alone
    to_her = json.dumps(reached(w, w.her, since), ensure_ascii=False)
    assert words not in to_her
    await w.passes(days=4)
    assert words not in json.dumps(reached(w, w.her, since), ensure_ascii=False)
    assert "snow" not in to_her


# -- forgetting, a shared phone ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["she", "he"])
async def test_after_delete_me_of_one_nothing_of_her_is_left_with_the_other(w: World, who: str) -> None:
    him = await linked(w)
    await ticks(w, him, *OFTEN)
    await ticks(w, w.her, *OFTEN)
    await w.says("/family", him)
    await w.taps("Send something home", him)
    await w.taps("Lines for the child", him)
    await w.says("Sleep well, marker", him)
    await invited(w, "The grandmother")
    [(her_row, hers)], [(his_row, _)] = await known(w, "mother"), await known(w, "father")
    assert hers.brought
    gone, stays = (w.her, him) if who == "she" else (him, w.her)
    since = len(w.cloud.calls)
    await w.says("/delete", gone)
    await w.taps("Yes, delete it", gone)
    await w.passes(hours=1)
    assert not reached(w, stays, since)
    [(row, profile)] = await known(w, "father" if who == "she" else "mother")
    assert row == (his_row if who == "she" else her_row)
    assert [kin.person for kin in profile.kin if kin.state == "linked"] == [0]
    assert not profile.brought
    other = her_row if who == "she" else his_row
    async with w.app.db.read() as conn:
        assert not (await conn.execute(select(family_links))).all()
        assert bool((await conn.execute(select(invitations))).all()) == (who == "he")
        for table in (due, inbox):
            assert not (await conn.execute(select(table).where(table.c.person_id == other))).all()


async def test_on_a_shared_phone_a_piece_knocks_and_vanishes_and_the_family_stands_behind_neutral_labels(
    w: World,
) -> None:
    him = await linked(w)
    await ticks(w, him, *OFTEN)
    await ticks(w, w.her, *OFTEN)
    await shares(w)
    await w.says("/family", him)
    await w.taps("Send something home", him)
    await w.taps("Lines for the child", him)
    await w.says("Sleep well, marker", him)
    for _ in range(12):
        await w.passes(hours=6)
        assert "marker" not in "".join(w.heard)
        if "No more of these" in [button["text"] for one in w.screen for row in one.inline for button in row]:
            break
    await opens(w, w.her)
    assert "marker" in "".join(w.heard)
    await w.passes(hours=26)
    assert "marker" not in "".join(w.heard)
    await w.says("More")
    await w.taps("Settings")
    await w.taps("About me")
    await w.taps("Family")
    assert "Whom would you like near" in w.heard[-1]


async def test_nothing_is_said_of_a_husband_who_stopped_before_he_joined(w: World) -> None:
    token, code = await invited(w)
    him = w.cloud.add_user("Somebody", "en")
    await w.says(f"/start {token}", him)
    await w.says("English", him)
    await w.says("stop", him)
    await w.says(code, him)
    await w.passes(days=3)
    assert await states(w, "mother") == [[("husband", "invited")]]
    assert not [one for one in w.heard if "came by your invitation" in one]
    assert his(w, him)
