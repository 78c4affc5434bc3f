"""Settings, and the small screens behind the neutral labels of a shared phone: pressed through, edited in place.

`about` of settings is `item:doors`: `item` is opened at once ("" shows the screen), `doors` are the screens of others
that exist. Nothing here asks what joining asks in words of its own: both use `questions`. One visit changes one
thing, says so in one line, and ends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flows import consent, joining, menu, questions, reachable, rhythm
from flows.circles import reading
from flows.circles.model import Ways
from flows.effects import Flag, Schedule, Send, Wish
from flows.model import Message, Person, Scene
from flows.programme import calendar, pages
from flows.script import Choice, Flow, Script, ask, become, changed, given, speak
from flows.worry import support

GROUPS = {
    "when": ("days", "part", "hours", "zone", "come"),
    "phone": ("language", "shared", "knocks"),
    "us": ("who", "child", "pace", "home", "programme", "family", "contact"),
    "data_all": ("privacy", "data", "research", "delete"),
    "quiet": ("hide", "pause", "stop"),
}
"""The first screen, and what each of its buttons opens."""

HOURS = ((5, 8), (9, 12), (12, 15), (15, 18), (18, 22), (21, 24), (7, 22))
"""Safe hours to choose from, beside the parts of the day: local, whole hours, from and to."""

PART = "part"
HOME_ZONE = Person(id=0).zone
Changes = dict[str, Any]


def _settings(scene: Scene, about: str) -> Script[None]:
    item, _, there = about.partition(":")
    doors = frozenset(there.split(","))
    item = item or (yield from _chosen(scene, doors))
    if item == "close":
        yield speak(scene.say("settings.unchanged"))
    elif item == "programme":
        yield speak(_programme(scene))
    elif item in ITEMS:
        changes = yield from ITEMS[item](scene)
        yield from _change(scene, item, changes)
    else:
        yield Wish(name=item)


def _chosen(scene: Scene, doors: frozenset[str]) -> Script[str]:
    """Which of the items she wants, on two screens."""
    groups = [group for group in GROUPS if _shown(scene, group, doors)]
    wanted = Choice(tuple((name, scene.say(f"settings.{name}")) for name in (*groups, "close")))
    group = yield from ask("group", scene.say("settings.ask"), wanted, loose=True)
    if group == "close":
        return "close"
    items = Choice(tuple((name, _label(scene, name)) for name in _shown(scene, group, doors)))
    return (yield from ask("item", _now(scene, group), items, back=True, loose=True))  # type: ignore[no-any-return]


def _label(scene: Scene, name: str) -> str:
    """What an item is called; to those who went away, their family is home."""
    away = name == "family" and scene.person.role == "father"
    return scene.say("kin.menu_father" if away else f"settings.{name}")


def _shown(scene: Scene, group: str, doors: frozenset[str]) -> tuple[str, ...]:
    """Those items of a group that there are for her."""
    profile = scene.person.profile
    absent = {
        "knocks": profile.shared,
        "who": profile.lost_at is not None or not profile.joined,
        "child": profile.lost_at is not None or not profile.joined or not scene.person.stage,
        "pace": profile.lost_at is not None or not profile.joined or scene.person.stage != joining.STAGES[1],
        "programme": profile.lost_at is not None or not profile.programme,
    }
    doors = doors if scene.seat is not None else doors - {"come"}
    ours = {*ITEMS, "programme", "stop"} - {name for name, gone in absent.items() if gone}
    return tuple(name for name in GROUPS[group] if name in ours or name in doors)


# -- what stands there now ---------------------------------------------------------------------------------------


def _now(scene: Scene, group: str) -> str:
    """The question of a group's screen, and what she has chosen so far."""
    lines = {"when": _when_now, "phone": _phone_now}.get(group)
    said = [f"{scene.say(f'settings.{name}')}: {value}" for name, value in lines(scene).items()] if lines else []
    return "\n".join([scene.say("settings.ask"), *([""] if said else []), *said])


def _when_now(scene: Scene) -> dict[str, str]:
    person, profile = scene.person, scene.person.profile
    days = next((name for name, days in calendar.DAYS.items() if days == profile.days), "")
    hours = {"hours": _from_to(scene, profile.hours)} if profile.hours else {}
    part = {PART: scene.say(f"part.{profile.part}")} if profile.part and not hours else {}
    city = next((city.name[person.language] for city in scene.library.cities if city.zone == person.zone), "")
    zone = {"zone": city or (scene.say("settings.zone_home") if person.zone == HOME_ZONE else "")}
    shown = ({"days": scene.say(f"days.{days}")} if days else {}) | part | hours | zone
    return {name: value for name, value in shown.items() if value}


def _phone_now(scene: Scene) -> dict[str, str]:
    names = {language.code: language.name for language in scene.library.languages}
    phone = scene.say("phone.shared" if scene.person.profile.shared else "phone.own")
    knocks = scene.say("word.yes" if scene.person.profile.knocks else "word.no")
    asks = {} if scene.person.profile.shared else {"knocks": knocks}
    return {"language": names.get(scene.person.language, ""), "shared": phone} | asks


def _from_to(scene: Scene, hours: tuple[int, int]) -> str:
    return scene.say("settings.from_to", **{"from": hours[0], "to": hours[1]})


def _programme(scene: Scene) -> str:
    profile = scene.person.profile
    length = scene.library.programme(profile.programme).length
    return scene.say("settings.programme_is", n=length, week=min(profile.week, length))


# -- the items: each asks, and gives what changes; None leaves all as it is ---------------------------------------


def _days(scene: Scene) -> Script[Changes | None]:
    days = yield from questions.days(scene)
    return None if days is None else {"days": days}


def _part(scene: Scene) -> Script[Changes | None]:
    part = yield from questions.part(scene)
    return None if part is None else {"part": part, "hours": None}


def _hours(scene: Scene) -> Script[Changes | None]:
    presets = tuple((f"{begins}-{ends}", _from_to(scene, (begins, ends))) for begins, ends in HOURS)
    as_part = (PART, scene.say("settings.hours_part"))
    wanted = Choice((*presets, as_part), columns=2)
    answer = yield from ask("hours", scene.say("settings.hours_ask"), wanted, back=True, skip=True)
    if answer is None or answer == PART:
        return None if answer is None else {"hours": None}
    begins, ends = answer.split("-")
    return {"hours": (int(begins), int(ends))}


def _zone(scene: Scene) -> Script[Changes | None]:
    wanted = Choice(tuple((name, scene.say(f"settings.zone_{name}")) for name in ("home", "away")))
    answer = yield from ask("zone", scene.say("settings.zone_ask"), wanted, back=True, skip=True)
    if answer is None:
        return None
    father = scene.person.role == reachable.FATHER  # his pages have other words near and far
    if answer == "home":
        far = scene.person.region in {"", calendar.ABROAD}
        return (yield from questions.home(scene)) if father and far else {"zone": HOME_ZONE}
    zone = yield from questions.city(scene)
    away = {"region": calendar.ABROAD, "district": ""} if father else {}
    return None if zone is None else {"zone": zone, **away}


def _language(scene: Scene) -> Script[Changes | None]:
    languages = [language for language in scene.library.languages if language.live]
    hello = "\n".join(scene.library.text(language.code, "settings.language_ask") for language in languages)
    names = Choice(tuple((language.code, language.name) for language in languages))
    return {"language": (yield from ask("language", hello, names, back=True))}


def _shared(scene: Scene) -> Script[Changes | None]:
    wanted = Choice(tuple((whose, scene.say(f"phone.{whose}")) for whose in ("own", "shared")))
    whose = yield from ask("phone", scene.say("join.phone"), wanted, back=True)
    # Whoever else holds the phone does not find the room of her circle open.
    return {"shared": True, "knocks": True, "room_until": None} if whose == "shared" else {"shared": False}


def _knocks(scene: Scene) -> Script[Changes | None]:
    wanted = questions.yes_no(scene)
    answer = yield from ask("knocks", scene.say("settings.knocks_ask"), wanted, back=True, skip=True)
    return None if answer is None else {"knocks": answer == "yes"}


def _child(scene: Scene) -> Script[Changes | None]:
    person = scene.person
    was = yield from given("expecting", person.stage == joining.STAGES[0])
    child, expecting = yield from questions.childs_month(scene, person.role, was)
    return None if child is None else {"child": child, "stage": joining.STAGES[0 if expecting else 1]}


def _pace(scene: Scene) -> Script[Changes | None]:
    """Whether the words fit a child with a disability, at the child's own pace."""
    answer = yield from ask("pace", scene.say("settings.pace_ask"), questions.yes_no(scene), back=True, skip=True)
    return None if answer is None else {"own_pace": answer == "yes"}


def _who(scene: Scene) -> Script[Changes | None]:
    """Who she is to the child. Another stage asks for its month, another programme begins at its first week."""
    stage, was = yield from given("was", (scene.person.stage, joining.programme_of(scene.person)))
    who: Changes = yield from joining.who(scene, "settings.who_ask")
    if who["stage"] != stage:
        expecting = who["stage"] == joining.STAGES[0]
        month, expecting = yield from questions.childs_month(scene, who["role"], expecting)
        who = who | {"child": month or "", "stage": joining.STAGES[0 if expecting else 1]}
    if not who["adult"] and scene.person.profile.adult:
        yield Flag(level="watch", category="under_age", why=scene.tell("desk.why.under_age"))
        yield speak(scene.say("join.young_help", emergency=support.emergency(scene)))
    if not (yield from given("circle", not _leaves_circle(scene, who), older=True)):
        yield from reading.departed(scene)
        who = who | {"circle_wish": "", "circle_since": None, "ways": Ways(come=scene.person.profile.ways.come)}
        yield speak(scene.say("circle.over"))
    programme = joining.programme_of(changed(scene, who).person)
    if programme == was:
        return who
    written = programme if programme in scene.library.programmes else ""
    yield from pages.shelved(scene)
    return who | pages.begun(written) | {"noted": None}


def _leaves_circle(scene: Scene, who: Changes) -> bool:
    """Whether her circle is no longer hers: it is for grown women, for men or for grandmothers, and she is none of them."""
    return scene.seat is not None and (not who["adult"] or who["role"] != scene.person.role)


ITEMS: dict[str, Callable[[Scene], Script[Changes | None]]] = {
    "days": _days,
    "part": _part,
    "hours": _hours,
    "zone": _zone,
    "language": _language,
    "shared": _shared,
    "knocks": _knocks,
    "who": _who,
    "child": _child,
    "pace": _pace,
    "home": questions.home,
}


# -- the change --------------------------------------------------------------------------------------------------


def _change(scene: Scene, item: str, changes: Changes | None) -> Script[None]:
    """Do it, plan anew what hangs on it, and say so in one line."""
    if changes is None:
        yield speak(scene.say("settings.unchanged"))
        return
    hours = _rhythm(scene)
    scene = yield from become(scene, **changes)
    plans = _plans(scene) if _rhythm(scene) != hours else []
    yield from plans
    keys = menu.keys(scene) if item in {"language", "shared"} else None
    yield Send(message=Message(text=_said(scene, item, plans), keys=keys))


def _rhythm(scene: Scene) -> tuple[object, ...]:
    """What the hour of her next page hangs on."""
    person, profile = scene.person, scene.person.profile
    waits = pages.page_at(scene) if pages.is_early(scene) else None
    return profile.days, profile.part, profile.hours, person.zone, waits


def _plans(scene: Scene) -> list[Schedule]:
    """Her next page, planned anew; nothing while she has asked for quiet."""
    person, profile = scene.person, scene.person.profile
    quiet = any(until is not None and until > scene.now for until in (profile.paused_until, profile.hidden_until))
    if person.state != "active" or quiet or not profile.programme or consent.is_declined(scene):
        return []
    return [plan for plan in rhythm.next_session(scene) if isinstance(plan, Schedule)]


def _said(scene: Scene, item: str, plans: list[Schedule]) -> str:
    profile = scene.person.profile
    match item:
        case "language":
            return scene.say("settings.done_language")
        case "shared":
            return scene.say("settings.done_shared" if profile.shared else "settings.done_own")
        case "knocks":
            return scene.say("settings.done_knocks" if profile.knocks else "settings.done_no_knocks")
        case "who" if not profile.programme:
            return scene.say("join.waiting")
        case _ if plans and (moment := pages.page_at(scene)) is not None:
            key = "tracks.done_when" if pages.is_early(scene) else "settings.done_when"
            return scene.say(key, **menu.day_and_date(scene, moment))
    return scene.say("settings.done")


# -- behind the neutral labels -----------------------------------------------------------------------------------


def _choose(scene: Scene, about: str) -> Script[None]:
    """A small screen of a shared phone: `about` is `label:items`."""
    _, _, items = about.partition(":")
    wanted = Choice(tuple((item, scene.say(f"menu.{item}")) for item in items.split(",")))
    yield Wish(name=(yield from ask("item", scene.say("menu.choose"), wanted, loose=True)))


FLOWS = (Flow(name="settings", version=1, play=_settings), Flow(name="choose", version=1, play=_choose, passing=True))
