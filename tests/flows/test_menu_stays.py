"""On a shared phone the menu comes back with her next answer, for the message that brought it has vanished."""

from __future__ import annotations

from msgspec import structs

from flows.effects import Send
from tests.talk import Her, to_her


def sharing() -> Her:
    her = Her().joins()
    profile = structs.replace(her.person.profile, shared=True)
    her.kept.person = structs.replace(her.person, profile=profile)
    return her


def keyboards(her: Her) -> list[tuple[tuple[str, ...], ...]]:
    sends: list[Send] = to_her(her.effects)
    return [send.message.keys for send in sends if send.message.keys]


def test_whatever_she_writes_or_opens_brings_the_menu_back_once() -> None:
    her = sharing()
    assert keyboards(her.says("today we made bread")) == [(("My page", "Ask", "More"),)]
    assert keyboards(her.says("help")) == [(("My page", "Ask", "More"),)]
    her.is_due("session")
    assert keyboards(her) == []
    her.taps("Open").taps("Show it")
    assert keyboards(her) == [(("My page", "Ask", "More"),)]


def test_on_her_own_phone_nothing_is_sent_for_it() -> None:
    her = Her().joins()
    assert keyboards(her.says("help")) == []


def test_no_line_with_buttons_loses_them_to_it() -> None:
    her = sharing().is_due("session").taps("Open")
    for send in to_her(her.effects):
        assert not (send.message.buttons and send.message.keys)


def test_before_she_has_joined_there_is_no_menu() -> None:
    assert keyboards(Her().says("/start").taps("English")) == []
