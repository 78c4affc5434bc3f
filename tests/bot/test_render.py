"""A message of ours as Telegram can show it: no word lost, no limit broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot.render import LONGEST, Part, Unsendable, length, parts, split
from flows.model import Button, Message


@given(st.text(max_size=300), st.integers(5, 40))
def test_split_loses_nothing_but_space_and_keeps_the_limit(text: str, longest: int) -> None:
    pieces = list(split(text, longest))
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(0 < length(piece) <= longest for piece in pieces)


def test_split_prefers_paragraphs_then_lines_then_sentences_then_words() -> None:
    assert list(split("one two\n\nthree four", 12)) == ["one two", "three four"]
    assert list(split("one two\nthree four", 12)) == ["one two", "three four"]
    assert list(split("One two. Three four.", 12)) == ["One two.", "Three four."]
    assert list(split("one two three four", 12)) == ["one two", "three four"]
    assert list(split("x" * 25, 12)) == ["x" * 12, "x" * 12, "x"]


def test_letters_outside_the_basic_plane_count_twice() -> None:
    assert length("😊а") == 3
    assert [length(piece) for piece in split("😊" * 3000)] == [4096, 1904]


def test_keyboards() -> None:
    (asked,) = parts(Message(text="?", buttons=((Button("Yes", "1:q:y"),), ())))
    assert isinstance(asked.markup, InlineKeyboardMarkup)
    assert asked.markup.inline_keyboard[0][0].callback_data == "1:q:y"
    (menu,) = parts(Message(text="Here.", keys=(("Menu", "Help"),)))
    assert isinstance(menu.markup, ReplyKeyboardMarkup)
    assert (menu.markup.resize_keyboard, menu.markup.is_persistent) == (True, True)
    (gone,) = parts(Message(text="Bye.", keys=()))
    assert isinstance(gone.markup, ReplyKeyboardRemove)
    assert parts(Message(text="plain")) == (Part("plain"),)


def test_one_sentence_with_both_keyboards_keeps_its_buttons() -> None:
    (only,) = parts(Message(text="Shall we?", keys=(("Menu",),), buttons=((Button("Yes", "1:q:y"),),)))
    assert isinstance(only.markup, InlineKeyboardMarkup)


@pytest.mark.parametrize(
    "message",
    [
        Message(text=""),
        Message(text=" \n "),
        Message(text="x", buttons=((Button("", "1:q:y"),),)),
        Message(text="x", buttons=((Button("Yes", ""),),)),
        Message(text="x", buttons=((Button("Yes", "ҷ" * 33),),)),
    ],
)
def test_what_telegram_would_refuse_is_refused_here(message: Message) -> None:
    with pytest.raises(Unsendable):
        parts(message)


def test_the_limit_is_telegrams() -> None:
    assert LONGEST == 4096
