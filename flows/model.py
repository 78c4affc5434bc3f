"""The nouns of a turn: what one step may look at. All frozen; a step changes nothing, it yields effects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from content.library import Library
from content.schema import Level, Need
from flows.circles.model import Seat, Ways
from flows.desk.office import Book, Member
from flows.family.model import Invitation, Kin, Parcel


class Button(Struct, frozen=True):
    """`data` is what comes back: `talk:question:value`, at most 64 bytes.

    With `copy`, at most 256 characters, the phone copies that instead, and nothing comes back.
    """

    label: str
    data: str
    copy: str = ""


def in_rows(buttons: Sequence[Button], wide: int = 2) -> tuple[tuple[Button, ...], ...]:
    """Put buttons side by side, so many in a row."""
    return tuple(tuple(buttons[at : at + wide]) for at in range(0, len(buttons), wide))


class Message(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a chat shows: text, rows of buttons under it, and rows of a keyboard at the bottom.

    `keys` None leaves the keyboard as it is, an empty tuple takes it away. `file` is what somebody sent, by kind and
    Telegram's id (`voice:AwAC…`); the text is its caption. `instead`: the words, where Telegram gives it no more.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    keys: tuple[tuple[str, ...], ...] | None = None
    file: str = ""
    instead: str = ""


class Past(Struct, frozen=True):
    """A case of hers that was closed: when, the highest level it had, and how it ended."""

    at: datetime
    level: str
    outcome: str


class Referral(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place she was asked about, until it is known whether she got there.

    `service` is its id in the directory, `id` the number of its row without a person. `state`: `asked`, `agreed`,
    `sent`. `who` and `when` are what somebody there confirmed, as a moderator wrote it; `takes`: that they take her.
    """

    id: int
    need: Need
    service: str
    asked_at: datetime
    region: str = ""
    district: str = ""
    state: str = "asked"
    who: str = ""
    when: str = ""
    takes: bool = False


class Note(Struct, frozen=True, kw_only=True):
    """The last note of the calendar she was told, `page` by its name as `shelf/page`.

    `shelf` is the line it is on: `pregnancy`, where `at` is in weeks, or `child`, where it is in months of age.
    """

    shelf: str
    at: int
    told_at: datetime
    page: str


class Checked(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A check-in she answered: the instrument `of` which, when, and its result; `score` None and no band: too much missing.

    So many questions of `asked` she `answered`; `validated`: the instrument was studied in the language she read.
    """

    of: str
    at: datetime
    score: int | None = None
    band: str = ""
    answered: int = 0
    asked: int = 0
    validated: bool = False


class Face(Struct, frozen=True):
    """A face of the pulse she pressed: 1 is very heavy, 5 very good."""

    at: datetime
    value: int


class Profile(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What she told us and no query needs. Sealed whole with her key.

    `centre` is the family centre whose card brought her. `shared`: others hold this phone too. `knocks`: every push
    knocks first, always so on a shared phone. `child` is the month of birth, or the one it is due (`stage` says
    which), as `2026-03`. `hours` are safe hours of her own, from and to; `part` speaks without them. `paused_until`,
    `hidden_until`: no push before. `lost_at`: she told of a loss, and nothing about babies is sent. `alone`: nobody else
    raises the child. `consent` is the version of the words she agreed to, `declined` the one she said no to later.
    `nudged_at`: when she was reminded of joining, once and never again. `programme` is "" until hers is written.
    `contact` (a safe way and time), `never_know` and `ambulance` (where one would come) are her own words for the
    desk alone; `offered` is what she said when asked for them: `yes`, `later`, `never`; till then
    `put`. `research` is the version of
    the consent to it, "" without one; `research_at` when she last answered. `waited`: she was told that check-ins
    wait for her, and not yet that there is room.
    `week` and `push` say which page comes next, `push` counting inside the week. `pushed`: when the last of the
    programme's pushes came, three at most. `waiting`: pages (`week:push`) whose knock gave way to a newer one before
    she had read them. `trying`: the week whose have-a-go came last and was not asked after yet. `births_asked`,
    `birth_asked_at`: how often, and when last, we asked whether the baby has come.
    `watched`: the days (her own calendar) of the last week on which concern found something to watch, eight at most.
    `replied`: when her worrying words were last answered, by `category:level`; `watch` and `idiom` have one moment each.
    `loss_asked_at`: words of hers told of a loss, and she has not said yet whether pages about babies shall stop;
    `loss_again_at`: when she was asked that once more.
    `tonight`: until then a person may write to her at any hour. `overlooked_until`: until then others may see the
    screen, and replies knock. `quiet_at`: since then nothing comes, until she writes.
    `referred`: places she was asked about, until it is known whether she got there.
    `delete_at`: she asked us to forget her, then. `left_behind`: messages stand in her chat that we could not remove,
    and she does not know yet. `pages_from`: no page of the programme before. `noted`: the last note of the calendar.
    `ended_at`: when she was told that all weeks had been; `later` how far the notes after that have come. `caught`: when
    somebody with no fixed days last opened the next page of his own accord, three at most. `lost_before`: she has told of
    a loss, now or before this child; `mourned`: how far the notes after it have come, None once she wants no more.
    `checked`: results of her check-ins in the last year, the latest last; `put`: when each instrument was last put to
    her, answered or not; `doors`: when one was put for a time of its own, by that time; `owed`: what comes at her next
    pushes, one at each, as `instrument:reason`; `lows`: how many faces in a row were low; `faces`: the last four. `second`, `second_at`: the
    second tap of the pulse that was put last, and when. `birth_told_at`: when she told of the birth here. `room_until`: she is in the room of her circle, until then if nothing is said. `kin`: her family links; `brought`: what came through them and waits; `invited`: what
    the invitation she came by hashes to, `invited_until`: so long digits are taken for its code. `own_pace`:
    words that fit a child with a disability are wanted. `circle_wish`: whether she wants a circle, `waits`, `no`, ""
    not asked; `neighbours`: people from where she lives may sit in it; `circle_since`: since when she waits;
    `rather_wait`: she was told that somebody from there would be in it, and would rather wait; `circle_date`: why she waits and
    until when at the earliest, as seating last saw it (`why:2026-03-16`). `ways`: how she has it
    with her circle. `unseen`: when pushes went out since her last sign, the first three (`flows/reachable.py`). `past`: her earlier cases, the latest few. `drill`: she is made
    up (`flows/desk/drill.py`).
    """

    adult: bool | None = None
    consent: str = ""
    consented_at: datetime | None = None
    declined: str = ""
    nudged_at: datetime | None = None
    joined_at: datetime | None = None
    alone: bool = False
    centre: str = ""
    shared: bool = False
    knocks: bool = True
    child: str = ""
    own_pace: bool = False
    put: dict[str, datetime] = {}
    doors: dict[str, datetime] = {}
    birth_told_at: datetime | None = None
    district: str = ""
    days: tuple[int, ...] = ()
    part: str = ""
    hours: tuple[int, int] | None = None
    programme: str = ""
    week: int = 0
    push: int = 0
    pulsed_at: datetime | None = None
    stopped_at: datetime | None = None
    left_at: datetime | None = None
    paused_until: datetime | None = None
    hidden_until: datetime | None = None
    lost_at: datetime | None = None
    delete_at: datetime | None = None
    left_behind: bool = False
    told_end: bool = False
    pages_from: datetime | None = None
    noted: Note | None = None
    ended_at: datetime | None = None
    later: int = 0
    caught: tuple[datetime, ...] = ()
    lost_before: bool = False
    mourned: int | None = 0
    contact: str = ""
    never_know: str = ""
    ambulance: str = ""
    offered: str = ""
    research: str = ""
    research_at: datetime | None = None
    waited: bool = False
    pushed: tuple[datetime, ...] = ()
    waiting: tuple[str, ...] = ()
    trying: int = 0
    births_asked: int = 0
    birth_asked_at: datetime | None = None
    watched: tuple[date, ...] = ()
    replied: dict[str, datetime] = {}
    loss_asked_at: datetime | None = None
    loss_again_at: datetime | None = None
    tonight: datetime | None = None
    overlooked_until: datetime | None = None
    quiet_at: datetime | None = None
    past: tuple[Past, ...] = ()
    drill: str = ""
    referred: tuple[Referral, ...] = ()
    checked: tuple[Checked, ...] = ()
    owed: tuple[str, ...] = ()
    lows: int = 0
    faces: tuple[Face, ...] = ()
    second: str = ""
    second_at: datetime | None = None
    room_until: datetime | None = None
    circle_wish: str = ""
    neighbours: bool = False
    circle_since: datetime | None = None
    rather_wait: bool = False
    circle_date: str = ""
    ways: Ways = Ways()
    kin: tuple[Kin, ...] = ()
    brought: tuple[Parcel, ...] = ()
    invited: str = ""
    invited_until: datetime | None = None
    unseen: tuple[datetime, ...] = ()

    @property
    def joined(self) -> bool:
        """Whether she has answered the questions of joining, all of them."""
        return self.joined_at is not None or bool(self.programme)


class Person(Struct, frozen=True, kw_only=True):
    """One person, as far as queries need her in the clear, and her profile.

    `state`: `new` (met, nothing known), `joining`, `active`, `stopped` (asked for quiet), `left` (blocked us).
    `zone` is an IANA name. `talks` counts the talks begun, so that each has a short number of its own.
    `heard_at` is when she last wrote or tapped. `waits_since`: she is on the waiting list for check-ins and circles.
    """

    id: int
    state: str = "new"
    language: str = ""
    role: str = ""
    stage: str = ""
    region: str = ""
    zone: str = "Asia/Dushanbe"
    talks: int = 0
    heard_at: datetime | None = None
    waits_since: datetime | None = None
    profile: Profile = Profile()

    @property
    def tz(self) -> ZoneInfo:
        """Her time zone."""
        return ZoneInfo(self.zone)


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where she stands in one talk: her answers by question, in order, and the name of the open one.

    `facts` are what the flow branched on when it first looked, so that a replay takes the same road.
    `version` names flow and content the talk began with. `repeated`: the open question was put once more behind another
    talk. JSON in and out loses nothing.
    """

    talk: int
    flow: str
    about: str = ""
    version: str = ""
    answers: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    question: str = ""
    asked_at: datetime | None = None
    misses: int = 0
    repeated: bool = False


class CaseLine(Struct, frozen=True, kw_only=True):
    """A line of a case: `voice` is `hers`, `ours`, `note`, `draft` or `flag` (why it was raised). `file`: what was shown.

    `message`: Telegram's number of the desk's message that said it, where somebody of the desk wrote it.
    """

    at: datetime
    voice: str
    text: str
    by: str = ""
    file: str = ""
    message: int = 0


class Judged(Struct, frozen=True, kw_only=True):
    """What a rule raised in a case, and how staff judged it: `right`, `wrong` (its level), `none`; "" not yet."""

    key: str
    rule: str
    category: str
    level: Level
    language: str
    mark: str = ""


class Deed(Struct, frozen=True):
    """Something done in a case, as its history has it: the act as on the record, and the name of who did it."""

    at: datetime
    act: str
    name: str = ""


class Closing(Struct, frozen=True):
    """Somebody (Telegram number `by`) asks that the case be closed with this outcome: a second person has to agree."""

    outcome: str
    by: int
    name: str


class Arrival(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a reply would reach her: `open` (at once, `until`), `now` (as a knock), `knock` (from that moment on).

    Or `quiet` (with her next message), or `not`. Where it ends, `knock` says from when on it knocks after that.
    `waiting`: how many replies wait for her tap.
    """

    kind: str
    until: datetime | None = None
    knock: datetime | None = None
    waiting: int = 0


class Matter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the desk keeps of a case and no query needs. Sealed whole with her key.

    People of the desk are Telegram numbers here. `holder` is whoever has the case; `passed` know her and let others
    do it; `offered`, to whom the holder hands it over, until that person takes it; `strangers` were refused and told.
    `stage` of a taken case: "" (in work), `waiting` (for her), `followed` (she was asked after at least once).
    `peak` is the level it was lowered from, the highest; `closing` waits for a second person; `outcome` is how it
    ended. `history`: what was done, oldest first. `follow_from`: since when she is to be asked after, `follows` how
    often that was done, `follow_due` whether it is time again. `turned`: a call-back that a person made a case.
    `shown`: when her contact was last shown, by our number of who looked; `drawn`: her last weeks,
    likewise. `told`: what the bot told her last at once.
    `mirrored`: how many of her words stood in the topic when somebody let go of the case.
    `waiting` are the desk's messages whose words wait for her tap; `arrives` what the card says of a reply; `preview`
    the saved reply that is shown and not sent yet; `draft` the desk's message with words for her after the closing,
    until somebody says that the case is opened again for them (the words are a line of the case).
    `paged`: the private chats called about it so far; `late_told`: when she was last told that nobody has come yet.
    `own`: in a case opened on the words of somebody else (`flows/desk/discreet.py`), the level her own words have
    reached, `none` at first; "" where the case is hers from its beginning. `hers_at`: since when she waits in such a one.
    `drill`: the case is made up, of this scenario; `drill_heard_at`: when the first words of a person reached her.
    """

    holder: int = 0
    waiting: tuple[int, ...] = ()
    arrives: Arrival | None = None
    preview: str = ""
    draft: int = 0
    paged: tuple[str, ...] = ()
    late_told: datetime | None = None
    passed: tuple[int, ...] = ()
    offered: int = 0
    strangers: tuple[int, ...] = ()
    stage: str = ""
    peak: str = ""
    closing: Closing | None = None
    outcome: str = ""
    history: tuple[Deed, ...] = ()
    follow_from: datetime | None = None
    follows: int = 0
    follow_due: bool = False
    turned: bool = False
    shown: tuple[tuple[int, datetime], ...] = ()
    drawn: tuple[tuple[int, datetime], ...] = ()
    told: str = ""
    own: str = ""
    hers_at: datetime | None = None
    mirrored: int = 0
    drill: str = ""
    drill_heard_at: datetime | None = None


class Case(Struct, frozen=True, kw_only=True):
    """A person's open matter at the desk. `state`: `open`, `taken`, `closed`. `number` is random.

    `alarm_at`: since when it waits for a person to act, None while somebody has it in hand. `handled_at`: when a
    person last acted on it.
    """

    number: int
    level: Level
    category: str
    state: str = "open"
    language: str = ""
    opened_at: datetime
    taken_at: datetime | None = None
    taken_by: str = ""
    closed_at: datetime | None = None
    alarm_at: datetime | None = None
    handled_at: datetime | None = None
    pages: int = 0
    lines: int = 0
    matter: Matter = Matter()


class Desk(Struct, frozen=True, kw_only=True):
    """What settings say of the desk: opening hours (local, whole hours), how many leads can be paged.

    `samples`: the lead reads a few unflagged words a week. `staff` are those who may act, `book` what they agreed on.
    `recorded`: the voices of what is read, each by the mark of its words (`content/passages.py`), as kind and file id.
    """

    opens: int = 9
    closes: int = 18
    zone: str = "Asia/Dushanbe"
    leads: int = 0
    language: str = "ru"
    answers: bool = True
    samples: bool = False
    staff: tuple[Member, ...] = ()
    book: Book = Book()
    recorded: dict[str, str] = {}

    def member(self, id: int) -> Member | None:
        """Whoever has this Telegram number, if she may act here."""
        return next((one for one in self.staff if one.id == id), None)


class Capacity(Struct, frozen=True, kw_only=True):
    """How many active mothers the staff can carry (`limit`; None: no limit was set), and how full it is.

    `active` are mothers in the programme with a place, `waiting` those on the waiting list, `moved` how many of the
    list got the place of another in the last four weeks.
    """

    limit: int | None = None
    active: int = 0
    waiting: int = 0
    moved: int = 0


class Scene(Struct, frozen=True, kw_only=True):
    """All that one step may look at.

    `places` is her stack of talks, the open one last. `chance` is 63 random bits for this turn. `quoted` is the
    slot of the message that the event replies to, reacts to or edits, "" if it is none of ours. `lines` are the case's lines, loaded
    for events of the desk and while somebody has it; `flags` what rules raised in it, loaded only for events of the
    desk. `closed` is the closed case that an event of the desk is about, `elsewhere` the number of her open one then. `known` is False in the turn that first meets her. `capacity` is there while she
    joins, where the desk has set a limit. `seat`: her place in her circle. `invitation`: the one she came by, while there is one.
    `token`: 128 bits of chance as text, for what guards something; `bot`: the bot's own name in Telegram.
    """

    now: datetime
    person: Person
    library: Library
    desk: Desk
    places: tuple[Place, ...] = ()
    case: Case | None = None
    hidden: Case | None = None
    lines: tuple[CaseLine, ...] = ()
    flags: tuple[Judged, ...] = ()
    quoted: str = ""
    chance: int = 0
    known: bool = True
    capacity: Capacity | None = None
    closed: Case | None = None
    elsewhere: int = 0
    seat: Seat | None = None
    invitation: Invitation | None = None
    token: str = ""
    bot: str = ""

    @property
    def source(self) -> str:
        """The code of the language the content is written in."""
        return next(language.code for language in self.library.languages if language.source)

    def say(self, key: str, /, **variables: object) -> str:
        """The text `key` in her language, or in the source language until she has chosen one."""
        language = self.person.language
        return self.library.text(language if language in self.library.texts else self.source, key, **variables)

    def say_to_all(self, key: str, /, **variables: object) -> str:
        """The text `key` in her language; before she has chosen one, in each that is offered, one under the other."""
        return "\n\n".join(scene.say(key, **variables) for scene in self.in_each())

    def in_each(self) -> list[Scene]:
        """This scene; before she has chosen a language, one scene for each that is offered."""
        if self.person.language:
            return [self]
        offered = [language.code for language in self.library.languages if language.live]
        return [structs.replace(self, person=structs.replace(self.person, language=code)) for code in offered]

    def tell(self, key: str, /, **variables: object) -> str:
        """The text `key` in the desk's language."""
        return self.library.text(self.desk.language, key, **variables)
