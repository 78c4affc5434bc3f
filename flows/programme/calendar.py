"""When: safe hours, her hour, the next push, and what becomes of what is late. Pure functions of moments.

All moments are aware. Hours are hers (`person.zone`), the answers are in UTC. A push belongs to one of her
days, at her own minute inside the part of the day she chose; the parts and their hours are those of the
programme's description (morning 7-11, midday 11-16, evening 16-20, late 20-23).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from content.courses import Band, Wording
from flows.desk import duty
from flows.model import Desk, Person, Place

PARTS: dict[str, tuple[int, int]] = {"morning": (7, 11), "midday": (11, 16), "evening": (16, 20), "late": (20, 23)}
DAYS: dict[str, tuple[int, ...]] = {"mon": (0, 2, 4), "tue": (1, 3, 5), "wed": (2, 4, 6)}
"""Sets of three days a week, Monday 0."""

REPLY_WINDOW = timedelta(minutes=30)
"""How long her own message keeps the conversation open for a person's replies."""

QUESTION_FRESH = timedelta(hours=2)
"""For how long a question she has not answered holds back a push about something else."""

LATE = timedelta(minutes=10)
"""An answer that took longer is no longer waited for: it is a push."""

WEEKLY_ALONE = "weekly"
"""What a late row is `about` when only knocks were held back."""

NIGHT_ENDS = 7
LEAST_NIGHT = timedelta(hours=6)
"""A yes to "may we write tonight" ends at this hour of hers, but holds so long at least."""

HIDDEN_FOR = timedelta(days=1)
"""How long nothing comes by itself after she hid the chat."""

PULSE_EVERY = timedelta(days=7)
PULSE_FRESH = timedelta(days=5)
PUT_OFF = timedelta(minutes=30)
LATER_TODAY = timedelta(hours=3)
MARGIN_MINUTES = 10

WEEKLY_MOST = 3
"""So many pushes of the programme's own a week, Monday to Sunday of hers, and never two on one day."""

ABROAD = "abroad"
"""The region of those who live in another country."""

WITHOUT_END = datetime(2999, 1, 1, tzinfo=UTC)
"""`paused_until` of a pause that ends only when she says so."""

MOURNING = timedelta(weeks=4)
"""For so long after a loss not even the pulse is sent. A choice of ours, for a clinician to confirm."""

MIDDLE = 15
"""The day taken for an event of which only the month is known: it is wrong by half a month at most."""

DAYS_OF_WEEK = 7

YOUNG, GROWING = 6, 18
"""Months: where the age bands of the programme part (clinical outline, section C)."""


def band(person: Person, now: datetime) -> Band:
    """The age band of her child at this moment.

    Not born yet, or month unknown: `a`. What is written for a baby in arms can be done with any child and harms none;
    what is written for one who sits or walks may not be safe with a newborn.
    """
    if not person.profile.child or person.stage == "expecting":
        return "a"
    age = months_since(person.profile.child, now.astimezone(person.tz))
    return "a" if age < YOUNG else "b" if age < GROWING else "c"


def wordings(person: Person, now: datetime) -> tuple[Wording, ...]:
    """The wordings meant for this person, the most fitting first: the child's own pace, its age, where a father is.

    Most fathers are abroad: one who did not say where he lives is taken to be.
    """
    own: tuple[Wording, ...] = ("own",) if person.profile.own_pace else ()
    where: Wording = "home" if person.region not in {"", ABROAD} else "away"
    return (*own, band(person, now), where)


def months_since(month: str, local: datetime) -> int:
    """Whole months from the middle of `month` (`2026-03`) to a local moment; negative before it."""
    year, number = map(int, month.split("-"))
    return (local.year - year) * 12 + local.month - number - (local.day < MIDDLE)


def middle_of(person: Person, month: str) -> datetime:
    """The beginning of the day in the middle of a month (`2026-03`), by her clock."""
    year, number = map(int, month.split("-"))
    return datetime(year, number, MIDDLE, tzinfo=person.tz).astimezone(UTC)


def safe_hours(person: Person) -> tuple[int, int]:
    """From and to, whole hours of her day: her own, else those of the part she chose, else the evening.

    Hours of her own may pass midnight (22 to 6); from and to alike say nothing, and the part speaks.
    """
    own = person.profile.hours
    if own is not None and own[0] % 24 != own[1] % 24:
        return own
    return PARTS.get(person.profile.part, PARTS["evening"])


def hushed(person: Person, moment: datetime) -> bool:
    """Whether she hid the chat, wants quiet until she writes, or asked to be forgotten: nothing comes by itself."""
    profile = person.profile
    if profile.quiet_at is not None:
        return True
    return any(until is not None and moment < until for until in (profile.hidden_until, profile.delete_at))


def is_safe(person: Person, moment: datetime) -> bool:
    """Whether anything may be pushed to her at this moment."""
    if hushed(person, moment):
        return False
    begins, ends = safe_hours(person)
    hour = moment.astimezone(person.tz).hour
    return (hour - begins) % 24 < (ends - begins) % 24


def safe_turns(person: Person, moment: datetime) -> tuple[datetime, datetime]:
    """When safe hours begin next, and when they end next, by the clock alone."""
    local = moment.astimezone(person.tz).replace(minute=0, second=0, microsecond=0)
    begins, ends = (timedelta(hours=(at - local.hour - 1) % 24 + 1) for at in safe_hours(person))
    return (local + begins).astimezone(UTC), (local + ends).astimezone(UTC)


def her_minute(person: Person) -> int:
    """Minutes after midnight, a fixed spot inside safe hours, spread over people by their id."""
    begins, ends = safe_hours(person)
    width = (ends - begins) % 24 * 60 - 2 * MARGIN_MINUTES
    # Ids grow with time and their low bits are alike. Fibonacci hashing (Knuth, TAOCP 6.4): the high bits are mixed.
    spread = (person.id * 0x9E3779B97F4A7C15 % (1 << 64) >> 32) % width
    return (begins * 60 + MARGIN_MINUTES + spread) % (24 * 60)


def her_hour(person: Person, day: datetime) -> datetime:
    """Her minute on the local day of `day`."""
    local = day.astimezone(person.tz).date()
    hours, minutes = divmod(her_minute(person), 60)
    return datetime.combine(local, time(hours, minutes), person.tz).astimezone(UTC)


def next_push(person: Person, after: datetime) -> datetime:
    """Her hour on the first of her days that comes strictly after `after`."""
    days = person.profile.days or DAYS["mon"]
    for ahead in range(9):
        moment = her_hour(person, after + timedelta(days=ahead))
        if moment > after and moment.astimezone(person.tz).weekday() in days:
            return moment
    raise ValueError("no day of the week was chosen")


def next_day_push(person: Person, after: datetime) -> datetime:
    """The next push on a later local day than that of `after`, so that one day never brings two."""
    return next_push(person, _day_end(person, after))


def next_free_push(person: Person, after: datetime) -> datetime:
    """The next push after `after` that keeps to three a week and one a day, given those she had last."""
    came = (*person.profile.pushed[-1:], *person.profile.caught[-1:])
    if any(day_of(person, moment) == day_of(person, after) for moment in came):
        after = _day_end(person, after)
    moment = next_push(person, after)
    return next_week_push(person, moment) if _week_is_full(person, moment) else moment


def next_week_push(person: Person, after: datetime) -> datetime:
    """The first push of the calendar week, hers, that follows the one of `after`."""
    local = after.astimezone(person.tz)
    monday = local.date() + timedelta(days=7 - local.weekday())
    return next_push(person, datetime.combine(monday, time(0), person.tz) - timedelta(microseconds=1))


def day_after(person: Person, moment: datetime) -> datetime:
    """Her hour on the local day after `moment`, whether it is one of her days or not."""
    return her_hour(person, _day_end(person, moment) + timedelta(hours=12))


def quiet_until(person: Person, now: datetime) -> datetime:
    """Until when nothing of the programme may come: a pause, a hidden day, a loss. `now` if there is none of these."""
    lost_at, rested = person.profile.lost_at, rested_at(person, now)
    return max(rested, lost_at + MOURNING) if lost_at is not None else rested


def rested_at(person: Person, now: datetime) -> datetime:
    """Until when she wants nothing: a pause, a hidden day. `now` if there is neither."""
    profile = person.profile
    return max(moment for moment in (now, profile.paused_until, profile.hidden_until) if moment is not None)


def is_paused(person: Person, now: datetime) -> bool:
    """Whether she has asked for a pause that is not over."""
    return person.profile.paused_until is not None and person.profile.paused_until > now


def day_of(person: Person, moment: datetime) -> date:
    """Her local day."""
    return moment.astimezone(person.tz).date()


def _day_end(person: Person, moment: datetime) -> datetime:
    midnight = datetime.combine(day_of(person, moment) + timedelta(days=1), time(0), person.tz)
    return (midnight - timedelta(microseconds=1)).astimezone(UTC)


def _week_is_full(person: Person, moment: datetime) -> bool:
    """Whether all the pushes of the calendar week of `moment` have been."""
    week = day_of(person, moment).isocalendar()[:2]
    had = [push for push in person.profile.pushed if day_of(person, push).isocalendar()[:2] == week]
    return len(had) >= WEEKLY_MOST


def next_pulse(person: Person, after: datetime) -> datetime:
    """Her hour a week on, when the pulse goes alone."""
    return next_push(person, after + PULSE_EVERY - timedelta(hours=12))


def next_safe(person: Person, after: datetime) -> datetime:
    """Now if the hour is safe, else the next safe hour, at her minute. Never, while she wants quiet until she writes."""
    if person.profile.quiet_at is not None:
        return WITHOUT_END
    if hushed(person, after):
        profile = person.profile
        after = max(until for until in (profile.hidden_until, profile.delete_at) if until is not None)
    if is_safe(person, after):
        return after
    today = her_hour(person, after)
    return today if today > after else her_hour(person, after + timedelta(days=1))


def later(person: Person, now: datetime) -> datetime:
    """'Later today' is three hours on if that is a safe hour, else at her minute in the next ones."""
    return next_safe(person, now + LATER_TODAY)


def put_off(person: Person, places: tuple[Place, ...], now: datetime, *, mourns: bool = False) -> datetime | None:
    """When to try a push instead of now; None: it may go.

    It may not while she paused, hid or mourns; nor on a day that has brought one, or in a week that has brought
    three; nor outside her safe hours (a late row, a changed hour); nor while a question she was asked in the last two
    hours is open. A pause without end is not for here: nothing is planned in it. `mourns`: it is a note for the time
    after a loss, which comes in that quiet too.
    """
    if (quiet := rested_at(person, now) if mourns else quiet_until(person, now)) > now:
        return next_free_push(person, quiet - timedelta(microseconds=1))
    pushed = person.profile.pushed
    if (pushed and day_of(person, pushed[-1]) == day_of(person, now)) or _week_is_full(person, now):
        return next_free_push(person, now)
    if not is_safe(person, now):
        return next_safe(person, now)
    asked = [place.asked_at for place in places if place.question and place.asked_at is not None]
    if any(now - moment < QUESTION_FRESH for moment in asked):
        soon = now + PUT_OFF
        return soon if is_safe(person, soon) else next_day_push(person, now)
    return None


def pulse_is_fresh(person: Person, now: datetime) -> bool:
    """Whether she answered a pulse so lately that another would be one too many."""
    last = person.profile.pulsed_at
    return last is not None and now - last < PULSE_FRESH


def conversation_open(person: Person, now: datetime) -> bool:
    """Whether a person's reply may reach her as it is: she wrote or tapped in the last thirty minutes.

    Or she said that we may write tonight; on a shared phone that yes brings a knock. Not while others see the screen.
    Not by the word that hid the chat: only by what she wrote since.
    """
    profile, hidden = person.profile, person.profile.hidden_until
    if profile.quiet_at is not None or (profile.overlooked_until is not None and now < profile.overlooked_until):
        return False
    if hidden is not None and now < hidden and person.heard_at is not None and person.heard_at <= hidden - HIDDEN_FOR:
        return False
    return _wrote_lately(person, now) or (agreed(person, now) and not profile.shared)


def agreed(person: Person, now: datetime) -> bool:
    """Whether a reply may reach her, at least as a knock, outside her safe hours.

    She said that we may write tonight; or she has just written, though others can see the screen.
    """
    profile = person.profile
    tonight = profile.tonight is not None and now < profile.tonight
    overlooked = profile.overlooked_until is not None and now < profile.overlooked_until
    return not hushed(person, now) and (tonight or (overlooked and _wrote_lately(person, now)))


def next_knock(person: Person, now: datetime) -> datetime:
    """When a reply that cannot reach her as it is may knock: as her safe hours begin, not at her minute in them.

    A person has answered her: she does not wait longer than she has to, and few replies come at one moment.
    """
    if agreed(person, now):
        return now
    at = next_safe(person, now)
    if at <= now or at == WITHOUT_END:
        return at
    quiet = [until for until in (person.profile.hidden_until, person.profile.delete_at) if until is not None]
    since = max([now, *quiet])
    return since if is_safe(person, since) else safe_turns(person, since)[0]


def tonight_ends(person: Person, now: datetime) -> datetime:
    """Until when a yes to "may we write tonight" holds: her next morning at seven that is six hours off or more."""
    local = (now + LEAST_NIGHT).astimezone(person.tz)
    today = datetime.combine(local.date(), time(NIGHT_ENDS), person.tz)
    morning = (
        today if today >= local else datetime.combine(local.date() + timedelta(days=1), time(NIGHT_ENDS), person.tz)
    )
    return morning.astimezone(UTC)


def _wrote_lately(person: Person, now: datetime) -> bool:
    return person.heard_at is not None and now - person.heard_at <= REPLY_WINDOW


def zone_of(desk: Desk) -> ZoneInfo:
    """The time zone of the desk's opening hours."""
    return ZoneInfo(desk.zone)


def at_desk(desk: Desk, moment: datetime) -> str:
    """A day and an hour by the desk's clock."""
    return f"{moment.astimezone(zone_of(desk)):%d.%m %H:%M}"


def desk_open(desk: Desk, now: datetime) -> bool:
    """Whether the desk reads now: opening hours of a working day and, with a rota, somebody on duty."""
    return duty.is_open(desk, now)


def desk_opens_at(desk: Desk, now: datetime) -> datetime:
    """When the desk reads next (now, if it does); a day on where no rota has anybody for weeks."""
    span = duty.opening(desk, now)
    return now + timedelta(days=1) if span is None else max(now, span.begins)


def working_days_on(desk: Desk, now: datetime, days: int) -> datetime:
    """The same hour so many working days on, by the desk's clock; not after closing time of that day."""
    return duty.working_day_on(desk, now, days)
