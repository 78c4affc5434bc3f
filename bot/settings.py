"""What the operator decides, read once from the environment and `.env`, then frozen.

Every fault is found in one run, each as `NAME: what is wrong. What to do.`, and none repeats a value, for a value
may be a secret. The reader of `.env` is ours: thirty strict lines that name the faulty line, where the usual
library skips it, and one dependency less beside the token.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from msgspec import Struct

from flows.desk.office import Role

SECRETS: Final = ("BOT_TOKEN", "DATABASE_URL", "DATA_KEY", "WEBHOOK_SECRET")
NAMES: Final = (
    *SECRETS,
    *(
        "DESK_CHAT_ID",
        "LEAD_IDS",
        "STAFF_IDS",
        "TELEGRAM_API_URL",
        "WEBHOOK_URL",
        "WEBHOOK_LISTEN",
        "ALLOW_DRAFTS",
        "LOG_LEVEL",
    ),
    *("DESK_OPENS", "DESK_CLOSES", "DESK_ZONE", "DESK_LANGUAGE", "SAMPLE_WORDS"),
    *("SECOND_EAR", "PLUGIN_INSTRUMENTS"),
    *("PACE_ALL", "PACE_BULK", "PACE_DESK", "PHONES_PORT", "DATA_DIR"),
)
FILES: Final = tuple(f"{name}_FILE" for name in SECRETS)
KEY_BYTES: Final = 32
TELEGRAM: Final = "https://api.telegram.org"
LOOPBACK: Final = frozenset(("127.0.0.1", "::1", "localhost"))
WEBHOOK_PORTS: Final = frozenset((80, 88, 443, 8443))
"""The only ports Telegram posts to (Bot API, `setWebhook`); a Bot API server of one's own may take any."""
SECRET_LENGTHS: Final = {True: 64, False: 43}
"""Characters in which 32 bytes are written: in hexadecimal, and in base64 without its padding."""
HOW_TO_MAKE_ONE: Final = "Make one with: openssl rand -hex 32"
FEWEST_SIGNS: Final = 10
"""64 random hexadecimal characters have fewer different ones than this in one case of 10**12."""

_TOKEN = re.compile(r"\d{5,20}:[A-Za-z0-9_-]{30,100}")
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
T = TypeVar("T")

_DATABASES = ("sqlite", "sqlite+aiosqlite", "postgresql", "postgresql+psycopg", "postgres")


class Faulty(Exception):  # noqa: N818 (it names what is so, not who erred)
    """The settings cannot be used. `faults` are sentences for the operator, without any value."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Settings(Struct, frozen=True, kw_only=True):
    """As read. `token` "" means the Telegram on this machine; `database_url` "" a file under `data_dir`.

    `data_key` is known to spell 32 bytes, or empty when none was given. `desk_opens` and `desk_closes` are whole hours in
    `desk_zone`. `sample_words`: the lead reads a few unflagged words a week.
    `second_ear`: many small signs together hear beside the rules. `plugin_instruments`: a folder of
    screening instruments that are not ours to ship. Paces are messages a second, `pace_desk` messages a minute. `webhook_url` "" means polling.
    """

    token: str = ""
    desk_chat_id: int = 0
    lead_ids: tuple[int, ...] = ()
    staff_ids: tuple[int, ...] = ()
    database_url: str = ""
    data_key: str = ""
    telegram_api_url: str = TELEGRAM
    webhook_url: str = ""
    webhook_secret: str = ""
    webhook_listen: tuple[str, int] = ("127.0.0.1", 8443)
    allow_drafts: bool = False
    log_level: str = "INFO"
    desk_opens: int = 9
    desk_closes: int = 18
    desk_zone: str = "Asia/Dushanbe"
    desk_language: str = "ru"
    sample_words: bool = True
    second_ear: bool = True
    plugin_instruments: Path | None = None
    pace_all: int = 28
    pace_bulk: int = 25
    pace_desk: int = 18
    phones_port: int = 8080
    data_dir: Path = Path("var")

    def __repr__(self) -> str:
        """Without the secrets, for whatever prints it."""
        return f"Settings(token={'set' if self.token else 'unset'}, desk_zone={self.desk_zone!r}, …)"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        """As `__repr__`: the struct's own would name every field."""
        return [("token", "set" if self.token else "unset")]


def read(environ: Mapping[str, str], dotenv: Path | None = None) -> Settings:
    """Read the names in `NAMES`; the environment goes before `dotenv`, which need not exist.

    Raises `Faulty` with everything that is wrong.
    """
    reading = _Reading(environ, dotenv)
    settings = reading.settings()
    reading.agree(settings)
    if reading.faults:
        raise Faulty(reading.faults)
    return settings


def parse_dotenv(text: str) -> tuple[dict[str, str], list[str]]:
    """Names and values of a `.env`, and its faults by line number. Values never appear in a fault.

    `NAME=value`, one a line; `#` opens a comment at the start of a line or after a space; a value may stand in
    quotes. Nothing is expanded.
    """
    found: dict[str, str] = {}
    faults: list[str] = []
    for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        value = _unquoted(match[2]) if match else None
        if match is None or value is None:
            faults.append(f".env line {number}: it is not NAME=value. Write one such line, quotes closed.")
        elif match[1] in found:
            faults.append(f".env line {number}: {match[1]} stands there twice. Keep one of the two.")
        else:
            found[match[1]] = value
    return found, faults


def _unquoted(text: str) -> str | None:
    """The value, or None when a quote is left open or something follows it."""
    if text[:1] in {"'", '"'}:
        quoted = re.fullmatch(r"""(['"])(.*?)\1\s*(?:#.*)?""", text)
        return quoted[2] if quoted else None
    return re.split(r"(?:^|\s)#", text, maxsplit=1)[0].strip()


class _Reading:
    """One run over the names, gathering faults."""

    def __init__(self, environ: Mapping[str, str], dotenv: Path | None) -> None:
        self.faults: list[str] = []
        kept = self._dotenv(dotenv)
        wanted = {*NAMES, *FILES}
        self.values = {name: value for name, value in {**kept, **environ}.items() if name in wanted}
        for name in SECRETS:
            self._from_file(name)

    def settings(self) -> Settings:
        """The settings, with defaults where a name is absent or faulty."""
        plain = Settings()
        return Settings(
            token=self._take("BOT_TOKEN", _token, ""),
            desk_chat_id=self._take("DESK_CHAT_ID", _group, 0),
            lead_ids=self._take("LEAD_IDS", _people, ()),
            staff_ids=self._take("STAFF_IDS", _people, ()),
            database_url=self._take("DATABASE_URL", _database, ""),
            data_key=self._take("DATA_KEY", _key, ""),
            telegram_api_url=self._take("TELEGRAM_API_URL", _address, plain.telegram_api_url),
            webhook_url=self._take("WEBHOOK_URL", _webhook, ""),
            webhook_secret=self._take("WEBHOOK_SECRET", _secret, ""),
            webhook_listen=self._take("WEBHOOK_LISTEN", _listen, plain.webhook_listen),
            allow_drafts=self._take("ALLOW_DRAFTS", _switch, plain.allow_drafts),
            log_level=self._take("LOG_LEVEL", _level, plain.log_level),
            desk_opens=self._take("DESK_OPENS", _between(0, 23), plain.desk_opens),
            desk_closes=self._take("DESK_CLOSES", _between(1, 24), plain.desk_closes),
            desk_zone=self._take("DESK_ZONE", _zone, plain.desk_zone),
            desk_language=self._take("DESK_LANGUAGE", _language, plain.desk_language),
            second_ear=self._take("SECOND_EAR", _switch, default=True),
            plugin_instruments=self._take("PLUGIN_INSTRUMENTS", _folder, None),
            sample_words=self._take("SAMPLE_WORDS", _switch, not self.values.get("BOT_TOKEN", "").strip()),
            pace_all=self._take("PACE_ALL", _between(1, 30), plain.pace_all),
            pace_bulk=self._take("PACE_BULK", _between(1, 30), plain.pace_bulk),
            pace_desk=self._take("PACE_DESK", _between(1, 20), plain.pace_desk),
            phones_port=self._take("PHONES_PORT", _between(0, 65535), plain.phones_port),
            data_dir=self._take("DATA_DIR", Path, plain.data_dir),
        )

    def agree(self, it: Settings) -> None:
        """Faults that only show between two settings."""
        if it.token and "DESK_CHAT_ID" not in self.values:
            self._say(
                "DESK_CHAT_ID",
                "it is missing, and with BOT_TOKEN real people may need the desk",
                "Add the bot to the moderators' group and give the group's number, it begins with -100",
            )
        if it.webhook_url and not self.values.get("WEBHOOK_SECRET", "").strip():
            self._say(
                "WEBHOOK_SECRET",
                "it is missing, and without it anybody could post to WEBHOOK_URL in Telegram's name",
                HOW_TO_MAKE_ONE,
            )
        port = (urlsplit(it.webhook_url).port or 443) if it.webhook_url else 443
        if it.telegram_api_url == TELEGRAM and port not in WEBHOOK_PORTS:
            self._say("WEBHOOK_URL", "Telegram does not post to that port", "Use 443, 80, 88 or 8443")
        if it.desk_opens >= it.desk_closes:
            self._say("DESK_CLOSES", "the desk closes before it opens", "Give an hour after DESK_OPENS")
        if it.pace_bulk > it.pace_all:
            self._say("PACE_BULK", "it is more than PACE_ALL", "Give at most as much, so that help finds room")

    def _take(self, name: str, parse: Callable[[str], T], default: T) -> T:
        value = self.values.get(name, "").strip()
        if not value:
            return default
        try:
            return parse(value)
        except _Wrong as error:
            self._say(name, error.wrong, error.todo)
            return default

    def _say(self, name: str, wrong: str, todo: str) -> None:
        self.faults.append(f"{name}: {wrong}. {todo}.")

    def _dotenv(self, path: Path | None) -> dict[str, str]:
        if path is None or not path.exists():
            return {}
        try:
            found, faults = parse_dotenv(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):
            self._say(".env", "it cannot be read as UTF-8 text", "Check its encoding and who may read it")
            return {}
        self.faults += faults
        for name in found:
            self._spelling(name)
        return found

    def _spelling(self, name: str) -> None:
        """Name what looks like one of ours; other names in the file are somebody else's and pass."""
        if name in NAMES or name in FILES:
            return
        near = difflib.get_close_matches(name.upper(), (*NAMES, *FILES), n=1, cutoff=0.8)
        if near:
            self._say(name, "no setting has this name", f"Write {near[0]} if that is meant, or remove the line")

    def _from_file(self, name: str) -> None:
        file = self.values.get(f"{name}_FILE", "").strip()
        if not file:
            return
        if self.values.get(name, "").strip():
            self._say(f"{name}_FILE", f"{name} itself is set too", "Keep one of the two")
            return
        try:
            self.values[name] = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            self._say(f"{name}_FILE", "the file it names cannot be read", "Check the path and who may read it")


class _Wrong(ValueError):  # noqa: N818 (it names what is so, not who erred)
    """What is wrong with a value and what to do, without the value."""

    def __init__(self, wrong: str, todo: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.todo = todo


def _token(value: str) -> str:
    if not _TOKEN.fullmatch(value):
        raise _Wrong("it has not the shape of a bot token", "Copy it whole from @BotFather, digits:letters")
    return value


def _number(value: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise _Wrong("it is not a whole number", "Write digits only")
    return int(value)


def _group(value: str) -> int:
    number = _number(value)
    if number >= 0:
        raise _Wrong("it is not the number of a group", "A supergroup's number begins with -100")
    return number


def _people(value: str) -> tuple[int, ...]:
    numbers = tuple(_number(one.strip()) for one in value.split(",") if one.strip())
    if any(number <= 0 for number in numbers):
        raise _Wrong("one of them is not a person's number", "People's numbers are positive; separate them by commas")
    if len(set(numbers)) < len(numbers):
        raise _Wrong("one number stands there twice", "Give each person once, in the order they are paged")
    return numbers


def _database(value: str) -> str:
    if value.partition("://")[0] not in _DATABASES or "://" not in value:
        raise _Wrong("it is neither SQLite nor PostgreSQL", "Begin it with sqlite:/// or postgresql://")
    return value


def _key(value: str) -> str:
    """As it was given, once it is known to be 32 bytes in hexadecimal or in base64, of either alphabet."""
    try:
        key = bytes.fromhex(value) if re.fullmatch(r"[0-9A-Fa-f]{64}", value) else _from_base64(value)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise _Wrong("it is not 32 bytes in base64 or hexadecimal", "Make one with: openssl rand -base64 32")
    return value


def _from_base64(value: str) -> bytes:
    plain = value.replace("-", "+").replace("_", "/")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise _Wrong("it is not an http or https address", "Write it like https://api.telegram.org")
    return value.rstrip("/")


def _webhook(value: str) -> str:
    """Over https only; plain http within this machine, where nobody can listen in."""
    wrong = _Wrong("it is not an https address", "Write it like https://bot.example.org/telegram")
    try:
        parts = urlsplit(value)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        plain = parts.username is None and not parts.fragment and parts.port != 0
    except ValueError:
        raise wrong from None
    if not safe or not parts.hostname or not plain:
        raise wrong
    return value


def _secret(value: str) -> str:
    """Characters Telegram takes (Bot API, `setWebhook`: `secret_token`), and as many as 32 random bytes need."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value):
        raise _Wrong("it is longer than 256 or has a sign other than A-Z, a-z, 0-9, _ and -", HOW_TO_MAKE_ONE)
    in_hex = bool(re.fullmatch(r"[0-9A-Fa-f]+", value))
    if len(value) < SECRET_LENGTHS[in_hex] or len(set(value)) < FEWEST_SIGNS:
        raise _Wrong("it is not 32 random bytes", HOW_TO_MAKE_ONE)
    return value


def _listen(value: str) -> tuple[str, int]:
    host, colon, port = value.rpartition(":")
    if not colon or not host.strip("[]") or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        raise _Wrong("it is not host:port", "Write it like 127.0.0.1:8443")
    return host.strip("[]"), int(port)


def _switch(value: str) -> bool:
    if value not in {"0", "1"}:
        raise _Wrong("it is neither 0 nor 1", "Write 1 for yes, 0 for no")
    return value == "1"


def _level(value: str) -> str:
    if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise _Wrong("there is no such level", "Choose DEBUG, INFO, WARNING or ERROR")
    return value.upper()


def _between(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        number = _number(value)
        if not low <= number <= high:
            raise _Wrong(f"it is not between {low} and {high}", "Give a whole number within these")
        return number

    return parse


def _folder(value: str) -> Path | None:
    if not (path := Path(value)).is_dir():
        raise _Wrong("there is no such folder", "Give the folder that holds one folder for each instrument")
    return path


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (OSError, ValueError, KeyError):
        raise _Wrong("no time zone has this name", "Use an IANA name such as Asia/Dushanbe") from None
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", value):
        raise _Wrong("it is not a language code", "Use the code of a language in content/languages.yaml, such as ru")
    return value


def founders(settings: Settings) -> list[tuple[int, Role]]:
    """Whom the operator named: leads, the last of several as director, and those who may act on cases."""
    leads: list[tuple[int, Role]] = [(id, "lead") for id in settings.lead_ids]
    if len(leads) > 1:
        leads[-1] = (settings.lead_ids[-1], "director")
    return [*leads, *((id, "moderator") for id in settings.staff_ids)]
