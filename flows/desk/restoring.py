"""A case whose topic somebody deleted: Telegram keeps nothing of it, so what stood there is shown again from the record."""

from __future__ import annotations

from flows.desk.cases import in_topic, mirrored
from flows.desk.taps import card
from flows.effects import AnyEffect, Record
from flows.events import TopicLost
from flows.model import Scene


def restored(scene: Scene, event: TopicLost) -> list[AnyEffect]:
    """The card, her words in their order, and the notes. Not of a case that is not taken: its topic shows nothing."""
    case = scene.case
    if case is None or case.number != event.case or case.state in {"open", "closed"}:
        return []
    effects: list[AnyEffect] = [in_topic(case, scene.tell("group.topic_again")), card(scene, case)]
    hers = [line for line in scene.lines if line.voice == "hers"]
    effects += [mirrored(case, count, line.text, line.file) for count, line in enumerate(hers, start=1)]
    notes = [f"{line.by}: {line.text}" for line in scene.lines if line.voice == "note"]
    if notes:
        effects.append(in_topic(case, "\n".join([scene.tell("group.notes"), *notes])))
    return [*effects, Record(act="topic:again", case=case.number)]
