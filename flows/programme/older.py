"""What stands on her phone from before, when the next page comes: it stays to be read, and loses its buttons.

So there is one knock to open, however long the phone was off. A knock gives way to a line that says where its page is
kept; of a page she has half read, or a question she left, the words stay and such a line stands behind them. Telegram
lets a message of any age be changed, and nothing lights up; deleting it, only within two days.
"""

from __future__ import annotations

from flows.programme import pages
from flows.step import Step

WITHOUT_BUTTONS = frozenset({"~later"})
"""She chose "later": what she tapped has lost its buttons by that."""


def closed(step: Step) -> None:
    """Take the buttons from what the coming page puts away."""
    for place in step.places:
        question = place.question.partition(".")[0]
        if question in WITHOUT_BUTTONS or not _gives_way(place.flow, question):
            continue
        line = "week.older" if pages.is_kept(place, step.scene) else "week.past"
        step.take_buttons(place, step.scene.say(line), alone=question in pages.KNOCKS)


def _gives_way(flow: str, question: str) -> bool:
    return question in pages.OFFERS or (flow in pages.PUSHED and question in pages.UNREAD | pages.PASSED)
