"""Questions that joining and settings both put: the phone, the child's month, where she lives, when to write.

Each is a piece of a flow that asks and gives back the value as `Person` or `Profile` keep it, None where she skipped.
They keep nothing themselves. What stands on the buttons may follow the clock (years, months); what follows from an
answer never does, so a replay takes the same road.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from content.schema import District
from flows import cities
from flows.model import Person, Scene
from flows.programme import calendar
from flows.script import Choice, Script, ask

YEARS = 7
"""This year and the six before: the family centres serve children up to six."""
DUE_MONTHS = 10
FULL, PAGE = 13, 12
"""A screen holds up to `FULL` names; where there are more, the first `PAGE`, and a button for the rest."""
"""The region of a person who lives outside the country."""
MORE, UNSAID, UNBORN = "more", "unsaid", "unborn"


def phone(scene: Scene) -> Script[bool]:
    """Whether others hold this phone too: `profile.shared`. Skipped counts as shared, the careful way."""
    wanted = Choice((("own", scene.say("phone.own")), ("shared", scene.say("phone.shared"))))
    answer = yield from ask("phone", scene.say("join.phone"), wanted, back=True, skip=True)
    return bool(answer != "own")


def childs_month(scene: Scene, role: str, expecting: bool) -> Script[tuple[str | None, bool]]:  # noqa: FBT001 - a fact
    """The month of birth, or the one it is due, and whether it is due: a father can say that it is not born yet."""
    month = None if expecting else (yield from birth_month(scene, unborn=role == "father"))
    if expecting or month == UNBORN:
        return (yield from due_month(scene)), True
    return month, False


def birth_month(scene: Scene, *, unborn: bool = False) -> Script[str | None]:
    """The child's month of birth, the year first: `profile.child`, as `2026-03`; with `unborn` also `UNBORN`."""
    today = scene.now.astimezone(scene.person.tz)
    years = tuple((str(year), str(year)) for year in range(today.year, today.year - YEARS, -1))
    wanted = (*years, (UNBORN, scene.say("year.unborn"))) if unborn else years
    year = yield from ask("year", scene.say("join.year"), Choice(wanted, columns=3), back=True, skip=True)
    if year in {None, UNBORN}:
        return year  # type: ignore[no-any-return]
    last = today.month if year == str(today.year) else 12
    months = tuple((f"{number:02}", scene.say(f"month.{number}")) for number in range(1, last + 1))
    month = yield from ask("month", scene.say("join.month"), Choice(months, columns=3), back=True, skip=True)
    return None if month is None else f"{year}-{month}"


def due_month(scene: Scene) -> Script[str | None]:
    """The month the baby is expected in, this one or one of the nine that follow: `profile.child`, as `2026-03`."""
    today = scene.now.astimezone(scene.person.tz)
    ahead = [divmod(today.year * 12 + today.month - 1 + step, 12) for step in range(DUE_MONTHS)]
    months = tuple((f"{year}-{before + 1:02}", scene.say(f"month.{before + 1}")) for year, before in ahead)
    numbers = tuple(before + 1 for _, before in ahead)
    wanted = Choice(months, columns=2, numbers=numbers)
    return (yield from ask("due", scene.say("join.due"), wanted, back=True, skip=True))  # type: ignore[no-any-return]


def home(scene: Scene) -> Script[dict[str, Any]]:
    """Where she lives, as changes for `become`: `region`, `district` (codes, "" if not said) and `zone`.

    Abroad the city is asked instead of the district, for its hours. Without one, hours stay those of Dushanbe.
    """
    here = {"region": "", "district": "", "zone": Person(id=0).zone}
    language = scene.person.language
    named = [(region.code, region.name[language]) for region in scene.library.regions]
    others = [(calendar.ABROAD, scene.say("region.abroad")), (UNSAID, scene.say("region.unsaid"))]
    region = yield from ask("region", scene.say("join.region"), Choice((*named, *others), columns=2), back=True)
    if region == UNSAID:
        return here
    if region == calendar.ABROAD:
        return here | {"region": calendar.ABROAD, "zone": (yield from city(scene)) or here["zone"]}
    known = next((known for known in scene.library.regions if known.code == region), None)
    districts = known.districts if known is not None else ()
    district = yield from _listed(scene, "district", districts)
    return here | {"region": region, "district": district or ""}


def city(scene: Scene) -> Script[str | None]:
    """The nearest large city abroad, tapped or typed as people write it: `person.zone`, an IANA name."""
    code = yield from _listed(scene, "city", scene.library.cities, known=cities.sought(scene.library.cities))
    return next((city.zone for city in scene.library.cities if city.code == code), None)


def days(scene: Scene) -> Script[tuple[int, ...] | None]:
    """On which days of the week to write: `profile.days`, three of them, Monday 0."""
    answer = yield from ask("days", scene.say("join.days"), _named(scene, "days", calendar.DAYS), back=True, skip=True)
    return None if answer is None else calendar.DAYS[answer]


def part(scene: Scene) -> Script[str | None]:
    """In which part of the day to write: `profile.part`, a name of `calendar.PARTS`."""
    wanted = _named(scene, "part", calendar.PARTS)
    return (yield from ask("part", scene.say("join.part"), wanted, back=True, skip=True))  # type: ignore[no-any-return]


def yes_no(scene: Scene) -> Choice:
    """Yes and no, in her language."""
    return Choice((("yes", scene.say("word.yes")), ("no", scene.say("word.no"))), columns=2)


def _listed(
    scene: Scene, kind: str, listed: Sequence[District], known: tuple[cities.Known, ...] = ()
) -> Script[str | None]:
    """The code of one of a list of names, on two screens where one would be too long.

    A name may be typed in any language, whichever screen shows it.
    """
    named = tuple((one.code, one.name[scene.person.language]) for one in listed)
    spoken = tuple((one.code, name) for one in listed for name in one.name.values())
    if not named:
        return None
    shown = named if len(named) <= FULL else (*named[:PAGE], (MORE, scene.say("join.more")))
    first = cities.Sought(shown, columns=2, also=spoken, known=known)
    code: str | None = yield from ask(kind, scene.say(f"join.{kind}"), first, back=True, skip=True)
    if code == MORE:
        rest = cities.Sought(named[PAGE:], columns=2, also=spoken, known=known)
        code = yield from ask(f"{kind}_more", scene.say("join.more_ask"), rest, back=True, skip=True)
    return code


def _named(scene: Scene, kind: str, values: dict[str, Any]) -> Choice:
    return Choice(tuple((value, scene.say(f"{kind}.{value}")) for value in values))
