"""Every way through every flow is walked, and reads as it did when it was last signed off."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import tracks
from tests.beginnings import BEGINNINGS
from tests.prose import transcript
from tests.talk import LIBRARY

FOLDER = Path(__file__).parent / "transcripts"
LANGUAGES = [language.code for language in LIBRARY.languages if language.live]
UPDATE = bool(os.environ.get("UPDATE_TRANSCRIPTS"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", BEGINNINGS)
def test_every_way_ends_and_reads_as_signed_off(flow: str, language: str) -> None:
    _is_signed_off(f"{flow}.{language}.txt", transcript(flow, language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("programme", tracks.TITLES)
def test_every_track_reads_as_signed_off(programme: str, language: str) -> None:
    _is_signed_off(f"track_{programme}.{language}.txt", tracks.track(programme, language, LIBRARY))


def _is_signed_off(name: str, text: str) -> None:
    file = FOLDER / name
    if UPDATE:
        file.write_text(text, encoding="utf-8")
    known = file.read_text(encoding="utf-8") if file.exists() else ""
    assert text == known, f"{file.name} is not what the flows say now. Read the difference after `make transcripts`"


def test_no_transcript_is_left_over() -> None:
    named = [*BEGINNINGS, *(f"track_{programme}" for programme in tracks.TITLES)]
    wanted = {f"{name}.{language}.txt" for name in named for language in LANGUAGES}
    assert {file.name for file in FOLDER.glob("*.txt")} == wanted
