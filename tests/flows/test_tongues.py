"""A button's words typed in another language than hers are the same answer: she mixes two of them in one day."""

from __future__ import annotations

import pytest

from flows import tongues
from tests.talk import LIBRARY, Her


@pytest.mark.parametrize("typed", ["Хорошо", "🙂 Хорошо", "хорошо.", "Good"])
def test_a_face_in_russian_or_english_answers_a_question_in_tajik(typed: str) -> None:
    her = Her().joins("Тоҷикӣ", "Бегоҳӣ, соати 16 то 20").says("/feel").quietly()
    her.says(typed)
    assert her.person.profile.faces[-1].value == 4


def test_skip_in_another_language_is_no_word_of_hers() -> None:
    her = Her().joins("Тоҷикӣ", "Бегоҳӣ, соати 16 то 20").says("/contact").quietly()
    her.says("Пропустить")
    assert her.person.profile.contact == ""
    assert her.kept.places[-1].question != "contact"


def test_her_own_words_stay_hers() -> None:
    labels = [LIBRARY.text("tg", f"pulse.{face}") for face in range(1, 6)]
    assert tongues.in_hers(LIBRARY, "tg", labels, "хуб") == "хуб"
    assert tongues.in_hers(LIBRARY, "tg", labels, "кӯдакам хоб аст") == "кӯдакам хоб аст"
    assert tongues.in_hers(LIBRARY, "tg", labels, "Тяжело") == LIBRARY.text("tg", "pulse.2")


def test_what_could_be_two_of_the_buttons_is_not_guessed() -> None:
    ids: dict[str, set[str]] = {}
    for key, text in LIBRARY.texts["en"].items():
        if isinstance(text, str) and len(text) <= tongues.LONGEST:
            ids.setdefault(text, set()).add(str(LIBRARY.texts["tg"].get(key)))
    typed, labels = next((text, several) for text, several in ids.items() if len(several) > 1)
    assert tongues.in_hers(LIBRARY, "tg", sorted(labels), typed) == typed
