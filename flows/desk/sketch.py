"""What the card says of her: who she is to the child, where she lives, her earlier cases, what the bot has told her.

As little as whoever answers her needs to find the right words. No name and no number is known of her.
"""

from __future__ import annotations

from msgspec import structs

from flows import reachable
from flows.desk import trend
from flows.effects import HER, AnyEffect, Become, Line, Send
from flows.model import Case, Past, Scene
from flows.programme import calendar

ANSWERED = "\n\n✓ "
MOST_PAST = 20
SHOWN_PAST = 3
TOLD_SHOWN = 300


def for_card(scene: Scene, case: Case) -> str:
    """One paragraph; "" where nothing is known."""
    lines = [_herself(scene), _reached(scene), *trend.for_card(scene), _before(scene), _told(scene, case)]
    return "\n".join(line for line in lines if line)


def heard(case: Case, effects: list[AnyEffect]) -> Case:
    """What she heard at once when something was flagged, kept for whoever comes to it."""
    flagged = any(isinstance(one, Line) and one.voice == "flag" for one in effects)
    said = [one.message.text for one in effects if isinstance(one, Send) and one.to == HER and not _is_other(one)]
    if not (flagged and said):
        return case
    words = " ".join(" ".join(said).split())
    words = words if len(words) <= TOLD_SHOWN else f"{words[:TOLD_SHOWN].rstrip()}…"
    return structs.replace(case, matter=structs.replace(case.matter, told=words))


def _is_other(send: Send) -> bool:
    """Words of a person at the desk, a question that only shows its answer or loses its buttons, or what waits still."""
    return bool(send.receipt) or send.held or send.stands or (send.edit and ANSWERED in send.message.text)


def closed(scene: Scene, level: str, outcome: str) -> list[AnyEffect]:
    """One case more that she has had."""
    past = (*scene.person.profile.past, Past(scene.now, level, outcome))[-MOST_PAST:]
    return [Become(changes={"past": past})]


def _herself(scene: Scene) -> str:
    person, parts = scene.person, []
    if person.role:
        parts.append(scene.tell(f"cases.role.{person.role}"))
    if person.profile.lost_at is not None:
        parts.append(scene.tell("cases.her.lost"))
    elif person.profile.child:
        key = "cases.her.due" if person.stage == "expecting" else "cases.her.child"
        months = calendar.months_since(person.profile.child, scene.now.astimezone(person.tz))
        parts.append(scene.tell(key, month=person.profile.child, n=max(months, 0)))
    if (where := _where(scene)) is not None:
        parts.append(where)
    if person.profile.shared:
        parts.append(scene.tell("cases.her.shared"))
    return " · ".join(parts)


def _reached(scene: Scene) -> str:
    """Since when nothing has come from this phone, where pushes stood: for the desk alone, and no word about a wish."""
    state = reachable.of(scene.person, scene.now)
    if state not in {reachable.QUIET, reachable.UNREACHABLE}:
        return ""
    since = scene.person.heard_at or reachable.standing(scene.person)[0]
    return scene.tell(f"reach.card_{state}", day=f"{since.astimezone(calendar.zone_of(scene.desk)):%d.%m.%y}")


def _where(scene: Scene) -> str | None:
    """Her district, else her region, by name."""
    region = next((one for one in scene.library.regions if one.code == scene.person.region), None)
    if region is None:
        return None
    district = next((one for one in region.districts if one.code == scene.person.profile.district), None)
    return (district or region).name[scene.desk.language]


def _before(scene: Scene) -> str:
    past = scene.person.profile.past
    if not past:
        return ""
    zone = calendar.zone_of(scene.desk)
    told = [
        f"{one.at.astimezone(zone):%d.%m.%y} {scene.tell(f'desk.level.{one.level}')}, {_outcome(scene, one.outcome)}"
        for one in past[-SHOWN_PAST:]
    ]
    return scene.tell("cases.her.before", n=len(past), cases="; ".join(told))


def _outcome(scene: Scene, outcome: str) -> str:
    area = "done" if outcome in {"reached", "clinic"} else "outcome"
    return scene.tell(f"cases.{area}.{outcome}")


def _told(scene: Scene, case: Case) -> str:
    return scene.tell("cases.her.told", words=case.matter.told) if case.matter.told else ""
