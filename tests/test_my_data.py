"""My data as a file, and our policy: whatever state she is in, and on a shared phone never in the chat."""

from __future__ import annotations

import json
import re

import pytest

from tests.test_vanishing import change
from tests.world import World


def file(w: World) -> tuple[str, str]:
    """The name and the text of the file on her phone."""
    (shown,) = [one.wire["document"] for one in w.screen if "document" in one.wire]
    return shown["file_name"], w.cloud.files[shown["file_id"]].decode()


async def test_it_comes_as_one_file_with_a_name_that_says_nothing(w: World) -> None:
    await w.says("How I feel")
    await w.says("4")
    await w.says("/data")
    name, text = file(w)
    assert name == "page.html"
    assert "Time of day" in text
    kept = json.loads(re.search(r'id="data">(.*)</script>', text, re.DOTALL)[1])  # type: ignore[index]
    assert kept["accounts"][0]["telegram"] == w.her.id
    assert kept["answers"][0]["value"] == 4
    assert kept["people"][0]["part"] == "evening"


async def test_how_the_rules_judged_her_words_is_not_in_it(w: World) -> None:
    await w.says("I don't want to live any more")
    await w.says("/data")
    _, text = file(w)
    assert "to live any more" in text
    assert not {word for word in ("urgent", "self_harm", "replied", "watched") if f'"{word}' in text}


async def test_it_survives_a_restart_and_no_copy_waits(w: World) -> None:
    w.server.faults.add(method="sendDocument", times=20, status=502, json={"ok": False, "description": "Bad Gateway"})
    w.cloud.say(w.her, "/data")
    await w.settle()
    await w.life.aclose()
    w.server.faults.clear()
    await w.restart()
    await w.passes(minutes=2)
    assert file(w)[0] == "page.html"


async def test_on_a_shared_phone_a_person_is_told_and_no_file_comes(w: World) -> None:
    await change(w, shared=True)
    await w.says("/data")
    assert not w.cloud.called("sendDocument")
    assert "hand it over" in w.heard[-1]
    assert any("наблюдение" in one.text for one in w.cloud.chat_view(w.desk))


@pytest.mark.parametrize(
    ("language", "words"), [("en", "What we keep"), ("ru", "Что мы храним"), ("tg", "нигоҳ медорем")]
)
async def test_our_policy_is_told_in_her_language(w: World, language: str, words: str) -> None:
    await change(w, language=language)
    await w.says("/privacy")
    told = w.heard[-4:]
    assert words in told[0]
    assert told[2] == w.app.library.text(language, "privacy.sample")
    assert "/delete" in told[3]


async def test_our_policy_is_told_to_anybody(w: World) -> None:
    other = w.cloud.add_user("Malika", "ru")
    await w.says("/privacy", other)
    await w.says("/data", other)
    assert len(w.cloud.chat_view(other.id)) > 4
