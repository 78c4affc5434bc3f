"""The command that says what concern hears in a file of texts."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from bot import cli, screen
from content.library import load
from flows import concern
from flows.concern import Finding

RULES = concern.compile_rules(load().rules)


def heard(*lines: str) -> tuple[list[dict], list[str]]:
    faults: list[str] = []
    return list(screen.lines(io.StringIO("\n".join(lines)), RULES, faults)), faults


def test_an_object_comes_back_with_what_was_heard_and_with_all_it_had() -> None:
    text = "Салом. Имшаб худамро мекушам"
    [one], faults = heard(json.dumps({"text": text, "role": "mother", "note": 7}))
    assert faults == []
    assert (one["role"], one["note"], one["level"], one["categories"][0]) == ("mother", 7, "now", "self_harm")
    start, end = one["rules"][0]["span"]
    assert "мекушам" in text[start:end]
    assert set(one["rules"][0]) == {"id", "category", "level", "span", "guards"}


def test_nothing_worrying_is_said_so() -> None:
    [one], _ = heard('{"text": "Салом, бачаам хуб хобид"}')
    assert (one["level"], one["categories"]) == ("none", [])


@pytest.mark.parametrize(
    ("told", "level"),
    [
        ({}, "concern"),
        ({"stage": "child"}, "concern"),
        ({"stage": "expecting", "role": "mother"}, "concern"),
        ({"stage": "newborn"}, "urgent"),
        ({"stage": "newborn", "role": "mother"}, "urgent"),
        ({"stage": "newborn", "role": None}, "urgent"),
        ({"stage": "newborn", "role": "father"}, "concern"),
        ({"stage": ["newborn"], "role": 7}, "concern"),
    ],
)
def test_the_first_weeks_after_a_birth_raise_what_they_raise_in_the_bot(
    told: dict, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = (Finding("concern", "basic_need", "a", "en", ()), Finding("concern", "severe_low_mood", "b", "en", ()))
    monkeypatch.setattr(concern, "traced", lambda _text, _rules: found)
    [one], faults = heard(json.dumps({"text": "…"} | told))
    assert faults == []
    assert one["level"] == level
    assert one["categories"][0] == ("severe_low_mood" if level == "urgent" else "basic_need")
    assert [rule["level"] for rule in one["rules"]] == ["concern", "concern"], "the rules' own levels stay"


def test_what_the_second_ear_took_weight_from_says_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    lowered = Finding("concern", "self_harm", "ru.made_up", "ru", ((0, 3),), was="now")
    monkeypatch.setattr(concern, "traced", lambda _text, _rules: (lowered,))
    [one], _ = heard('{"text": "Мне жаль пирожков"}')
    assert (one["level"], one["rules"][0]["level"], one["rules"][0]["was"]) == ("concern", "concern", "now")
    assert screen.explained(one).endswith("ru.made_up on «Мне», now before the second ear")


def test_a_text_that_could_not_be_read_to_its_end_is_explained_without_words() -> None:
    [one], _ = heard(json.dumps({"text": "ох " * 30_000}))
    assert one["level"] == "watch"
    assert "the text as a whole" in screen.explained(one)


def test_for_people_a_text_is_one_line_and_obeys_nothing() -> None:
    [one], _ = heard(json.dumps({"text": "Имшаб\nхудамро мекушам \u001b[2J"}))
    assert one["level"] == "now"
    said = screen.explained(one)
    assert "\u001b" not in said
    assert len(said.split("\n")) == 1 + len(one["rules"])


def test_the_help_says_what_a_stage_does(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["screen", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert all(f'"{stage}"' in said for stage in ("expecting", "newborn", "child"))


@pytest.mark.parametrize(
    "line", ["худамро мекушам", '["text"]', '{"text": 7}', "{}", '{"text": "a', '{"text": ' + "[" * 9_000]
)
def test_a_bad_line_is_named_skipped_and_not_shown(line: str) -> None:
    found, faults = heard('{"text": "салом"}', line, '{"text": "Имшаб худамро мекушам"}')
    assert [one["level"] for one in found] == ["none", "now"]
    assert len(faults) == 1
    assert faults[0].startswith("Line 2: ")
    assert "мекушам" not in faults[0]


def test_a_file_is_screened_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text('{"text": "Имшаб худамро мекушам"}\n\n{"text": "салом"}\n', encoding="utf-8")
    assert cli.main(["screen", str(file)]) == cli.OK
    assert [json.loads(line)["level"] for line in capsys.readouterr().out.splitlines()] == ["now", "none"]
    assert cli.main(["screen", str(file), "--stats"]) == cli.OK
    assert json.loads(capsys.readouterr().out) == {
        "texts": 2,
        "levels": {"now": 1, "none": 1},
        "categories": {"self_harm": 1},
    }
    assert cli.main(["screen", str(file), "--explain"]) == cli.OK
    assert "self_harm" in capsys.readouterr().out


def test_bad_lines_end_with_code_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text("oh\n", encoding="utf-8")
    assert cli.main(["screen", str(file)]) == cli.FAILED
    assert "Line 1" in capsys.readouterr().err
    assert cli.main(["screen", str(tmp_path / "none.jsonl")]) == cli.FAILED
    assert "cannot be read" in capsys.readouterr().err
    file.write_bytes("{'text': 'тест'}".encode("cp1251"))
    assert cli.main(["screen", str(file)]) == cli.FAILED
    assert "UTF-8" in capsys.readouterr().err
