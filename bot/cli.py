"""The command line: what the person who runs the bot types, and the one place where it exits.

Faults are sentences on stderr and an exit code; nobody is shown a traceback, for those quote what they passed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bot import log
from bot.clock import RealClock
from bot.guard import Taken
from bot.receive import Deaf
from bot.settings import Faulty, Settings, read
from content import check as words
from content.library import load
from content.schema import ContentError
from flows import concern
from flows.circles import traces
from storage.faults import StorageError

OK, FAILED, MISUSED = 0, 1, 2
DOTENV: Final = Path(".env")
STORY: Final = """\
A Telegram bot that goes with a family through the first thousand days.

Without BOT_TOKEN it runs with a Telegram of its own on this machine: open http://127.0.0.1:8080 and use the
phones. With BOT_TOKEN it is a real bot. Every setting is explained in .env.example.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the process's exit code: 0 done, 1 it failed, 2 settings or command are wrong."""
    arguments = _parser().parse_args(argv)
    command: Callable[[Settings], int] = arguments.prepare(arguments) if "prepare" in arguments else arguments.command
    try:
        settings = read(os.environ, DOTENV)
    except Faulty as faulty:
        return _complain(faulty.faults, MISUSED)
    log.start(settings.log_level)
    try:
        return command(settings)
    except KeyboardInterrupt:
        return OK
    except Faulty as faulty:
        return _complain(faulty.faults, MISUSED)
    except (StorageError, ContentError) as error:
        return _complain(str(error).splitlines(), FAILED)
    except Deaf:
        return _complain(
            ["Telegram was out of reach for 90 seconds. Check network, token and TELEGRAM_API_URL."], FAILED
        )
    except Taken:
        wrong = "The webhook was set to another address twice: somebody else has the token, or another copy runs"
        return _complain([f"{wrong}. Renew the token with @BotFather, or stop the other copy."], FAILED)
    except Exception as error:  # noqa: BLE001 (the last one to see it: say what kind, exit, never print it)
        return _complain([f"The bot stopped: {log.error_kind(error)}"], FAILED)


def serve(settings: Settings) -> int:
    """Run the bot until it is told to stop."""
    from bot.serving import serve as run  # loading everything takes a second, and --help should not

    return run(settings)


def check(settings: Settings) -> int:
    """Look at settings and content, and say every fault at once; with BOT_TOKEN also how the bot stands at its desk."""
    faults = content_faults() or plugin_faults(settings)
    if faults:
        return _complain(faults, FAILED)
    print("Settings and content are in order.")
    from bot import gate

    print(*gate.standing(), sep="\n")
    if not settings.token:
        return OK
    from bot.desk import checkup

    found = checkup.asked(settings)
    print(*found.fine, sep="\n")
    found.faults += _barred(settings)
    return _complain(found.faults, FAILED) if found.faults else OK


def _barred(settings: Settings) -> list[str]:
    """What `serve` would refuse to start on, once there is a token."""
    if settings.allow_drafts:
        return []
    import asyncio

    from bot.serving import barred

    return asyncio.run(barred(settings, load()))


def content_faults() -> list[str]:
    """A line for each fault of the content: structure, language, and rules whose examples do not hold."""
    found = [str(fault) for fault in words.faults()]
    if found:
        return found
    library = load()
    return [*concern.faults(library.rules), *traces.faults(library.traces, (one.number for one in library.numbers))]


def plugin_faults(settings: Settings) -> list[str]:
    """A line for each fault of the screening instruments from outside the tree."""
    if settings.plugin_instruments is None:
        return []
    try:
        load(plugins=settings.plugin_instruments, today=RealClock().now().date())
    except ContentError as error:
        return [str(fault) for fault in error.faults]
    return []


def screen(arguments: argparse.Namespace) -> Callable[[Settings], int]:
    """Say what concern hears in a file of texts: one JSON object a line, with `text`; the same comes out with `level`.

    Lines may also tell `role` (without it, a mother) and `stage`: "expecting", "newborn" (the first six weeks after the
    birth) or "child"; what the bot raises in those weeks is raised here too. With - the lines are read from the keyboard or a pipe.
    """

    def write(settings: Settings) -> int:
        del settings  # rules need none
        from bot import screen as hearing

        rules = concern.compile_rules(load().rules)
        how = {"explain": arguments.explain, "stats": arguments.stats}
        try:
            if arguments.file == "-":
                faults = hearing.write(sys.stdin, rules, **how)
            else:
                with Path(arguments.file).open(encoding="utf-8") as source:
                    faults = hearing.write(source, rules, **how)
        except BrokenPipeError:
            raise SystemExit(FAILED) from None
        except UnicodeDecodeError:
            return _complain([f"{arguments.file}: this is no text in UTF-8. Save it as UTF-8."], FAILED)
        except OSError as error:
            return _complain([f"{arguments.file}: cannot be read ({error.strerror})."], FAILED)
        return _complain(faults, FAILED) if faults else OK

    return write


def translated(arguments: argparse.Namespace) -> Callable[[Settings], int]:
    """Say that translations are up to date with their source, as it stands today.

    Without names everything new is stamped, in one language or all, and what has changed is listed. With names of texts,
    parts or files (worry.opener, mums.1, strings/worry) those are stamped.
    """

    def write(settings: Settings) -> int:
        del settings  # words need none
        from bot import gate

        try:
            told, faults = gate.translated(arguments.words, back=arguments.back)
        except gate.GateError as error:
            return _complain(str(error).splitlines(), MISUSED)
        print(*told, sep="\n")
        return _complain(faults, FAILED) if faults else OK

    return write


def approve(arguments: argparse.Namespace) -> Callable[[Settings], int]:
    """Write down that a named person has read parts in one language and found them right, as they stand today.

    A part is what the book shows under one name: mums.1.reflect, calm.breath, worry.opener, strings/menu. The beginning of
    names (mums.1) or a file (programmes/mums) stands for all its parts. When a word changes, the approval falls.
    """

    def write(settings: Settings) -> int:
        del settings  # words need none
        from bot import gate
        from bot.clock import RealClock

        today = RealClock().now().date()
        try:
            told = gate.approve(arguments.language, arguments.names, arguments.by, arguments.role, today)
        except gate.GateError as error:
            return _complain(str(error).splitlines(), MISUSED)
        print(*told, sep="\n")
        return OK

    return write


def book(arguments: argparse.Namespace) -> Callable[[Settings], int]:
    """Write the book: all words in all languages side by side, to be read, marked and signed by clinicians.

    One page that needs no network: open it in a browser, print it, or choose “Save as PDF” in the print window.
    """

    def write(settings: Settings) -> int:
        del settings  # words need none
        from bot import book as paper
        from bot.clock import RealClock

        try:
            paper.write(load(), RealClock().now().date(), arguments.out)
        except OSError as error:
            return _complain([f"--out: nothing can be written to {arguments.out} ({error.strerror})."], FAILED)
        print(arguments.out)
        return OK

    return write


def poster(arguments: argparse.Namespace) -> Callable[[Settings], int]:
    """Make the posters and hand-out cards of a family centre, in every language.

    They are pages for a browser: open one and print it, or choose “Save as PDF” in the print window.
    """

    def write(settings: Settings) -> int:
        from bot import poster as paper

        bot = arguments.bot.removeprefix("@") or _user_name(settings)
        if not bot:
            return _complain(["Which bot? Give --bot NAME, its user name as @BotFather shows it."], MISUSED)
        try:
            files = paper.write(load(), bot, arguments.centre, arguments.out)
        except paper.PosterError as error:
            return _complain([str(error)], MISUSED)
        except OSError as error:
            return _complain([f"--out: nothing can be written to {arguments.out} ({error.strerror})."], FAILED)
        print(*files, sep="\n")
        return OK

    return write


def record(arguments: argparse.Namespace) -> Callable[[Settings], int]:
    """Check that the record of acts is whole, and write it out: one line an act, CSV or (--json) JSON lines.

    It can be read while the bot runs. At the end the newest link is shown: noted on paper, it proves later (--noted)
    that nothing before it was taken away with an older copy of the database.
    """

    def write(settings: Settings) -> int:
        from bot import acts  # loading everything takes a second
        from bot.clock import RealClock

        if arguments.noted and acts.NOTED.fullmatch(arguments.noted) is None:
            return _complain(["--noted: write it as it was shown, a number, a colon and 16 digits."], MISUSED)
        how = {"as_json": arguments.json, "noted": arguments.noted}
        try:
            out = acts.to(arguments.out)
            with contextlib.nullcontext() if out is sys.stdout else out:
                found = acts.write(settings, out, RealClock().now(), **how)
        except BrokenPipeError:
            raise SystemExit(FAILED) from None
        except OSError as error:
            return _complain([f"--out: nothing can be written to {arguments.out} ({error.strerror})."], FAILED)
        said = f"{found.acts} acts, {found.erased} erased after their time. Newest link: {found.last or 'none yet'}"
        print(said, file=sys.stderr)
        wrong = (
            [f"The record is not whole: {found.faults} faults, named in the column 'fault'."] if found.faults else []
        )
        gone = [f"The noted link {arguments.noted} is not on the record: what followed it is missing, or was cut off."]
        return _complain(wrong + (gone if found.missed else []), FAILED) if found.faults or found.missed else OK

    return write


def report(arguments: argparse.Namespace) -> Callable[[Settings], int]:
    """Count the programme's figures: one page with pictures for whoever funds or evaluates it, and a CSV file a table.

    Nothing under ten is shown, nor what would give it away. It can be made while the bot runs. What each figure means
    and cannot show: docs/report.md.
    """

    def write(settings: Settings) -> int:
        from importlib.util import find_spec

        if any(find_spec(name) is None for name in ("matplotlib", "scipy")):
            how = ".venv/bin/python -m pip install --require-hashes -r requirements-report.txt"
            return _complain([f"The report draws with matplotlib and counts with scipy: {how}"], FAILED)
        from bot.clock import RealClock
        from bot.report import making
        from bot.report.period import period

        try:
            asked = period(arguments.since, arguments.until)
        except ValueError as error:
            return _complain([f"--since, --until: {error}."], MISUSED)
        made = making.write(settings, load(), asked, RealClock().now())
        if arguments.pairs is not None and made.pairs is None:
            return _complain(["--pairs: not written, for there are fewer than ten people with both results."], FAILED)
        try:
            arguments.out.mkdir(parents=True, exist_ok=True)
            for name, text in made.files.items():
                (arguments.out / name).write_text(text, encoding="utf-8")
                print(arguments.out / name)
            if arguments.pairs is not None and made.pairs is not None:
                _for_its_owner(arguments.pairs, made.pairs)
                print(f"{arguments.pairs}: for one named statistician, not to be given out")
        except OSError as error:
            return _complain([f"--out, --pairs: nothing can be written there ({error.strerror})."], FAILED)
        if not made.enough:
            print("Fewer than ten people joined in these months: no figure of people is shown.", file=sys.stderr)
        return OK

    return write


def _for_its_owner(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(text, encoding="utf-8")


def _user_name(settings: Settings) -> str:
    """The bot's own name, asked of Telegram; "" without a token, or where Telegram does not say."""
    if not settings.token:
        return ""
    import asyncio

    from telegram.error import TelegramError

    from bot.request import AiohttpRequest, bot

    async def ask() -> str:
        async with bot(settings.token, settings.telegram_api_url, AiohttpRequest()) as ours:
            return str(ours.username)

    try:
        return asyncio.run(ask())
    except TelegramError:
        return ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="run_bot.py", description=STORY, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.set_defaults(command=serve)
    commands = parser.add_subparsers(title="commands", metavar="")
    for name, command in (("serve", serve), ("check", check)):
        about = (command.__doc__ or "").strip()
        note = " (what happens when no command is given)" if command is serve else ""
        commands.add_parser(name, help=about + note, description=about).set_defaults(command=command)
    _add_translated(commands.add_parser)
    _add_approve(commands.add_parser)
    _add_book(commands.add_parser)
    _add_poster(commands.add_parser)
    _add_screen(commands.add_parser)
    _add_record(commands.add_parser)
    _add_report(commands.add_parser)
    return parser


def _described(
    add: Callable[..., argparse.ArgumentParser], name: str, act: Callable[..., object]
) -> argparse.ArgumentParser:
    """A command with its help: what its function says of itself, the first sentence in the list of commands."""
    about = " ".join((act.__doc__ or "").split())
    return add(name, help=about.partition(". ")[0] + ".", description=about)


def _add_report(add: Callable[..., argparse.ArgumentParser]) -> None:
    about = " ".join((report.__doc__ or "").split())
    parser = add("report", help=about.partition(": ")[0] + ".", description=about)
    parser.add_argument("--out", metavar="FOLDER", type=Path, default=Path("report"), help="default: report")
    parser.add_argument("--since", metavar="MONTH", default="", help="the first month of joining, as 2026-03")
    parser.add_argument("--until", metavar="MONTH", default="", help="the last month of joining")
    parser.add_argument(
        "--pairs", metavar="FILE", type=Path, help="also the paired scores, for one statistician: not to be given out"
    )
    parser.set_defaults(prepare=report)


def _add_record(add: Callable[..., argparse.ArgumentParser]) -> None:
    about = " ".join((record.__doc__ or "").split())
    parser = add("record", help=about.partition(": ")[0] + ".", description=about)
    parser.add_argument("--out", metavar="FILE", default="-", help="default: -, what is shown or piped on")
    parser.add_argument("--json", action="store_true", help="JSON lines instead of CSV")
    parser.add_argument("--noted", metavar="LINK", default="", help="a link noted earlier: is it still there?")
    parser.set_defaults(prepare=record)


def _add_screen(add: Callable[..., argparse.ArgumentParser]) -> None:
    about = " ".join((screen.__doc__ or "").split())
    parser = add("screen", help=about.partition(": ")[0] + ".", description=about)
    parser.add_argument("file", metavar="FILE|-", help="a file of JSON lines, or - for what is piped in")
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--explain", action="store_true", help="for people: which rule, on which words")
    either.add_argument("--stats", action="store_true", help="totals by level and category only")
    parser.set_defaults(prepare=screen)


def _add_translated(add: Callable[..., argparse.ArgumentParser]) -> None:
    parser = _described(add, "translated", translated)
    parser.add_argument(
        "words", metavar="[LANGUAGE] [NAME…]", nargs="*", help="default: all languages, all that is new"
    )
    parser.add_argument(
        "--back", action="store_true", help="it is the translations back into the source that are named"
    )
    parser.set_defaults(prepare=translated)


def _add_approve(add: Callable[..., argparse.ArgumentParser]) -> None:
    parser = _described(add, "approve", approve)
    parser.add_argument("language", metavar="LANGUAGE", help="such as tg")
    parser.add_argument("names", metavar="NAME", nargs="+", help="parts, as the book names them")
    parser.add_argument("--by", required=True, help="who has read them, by name")
    parser.add_argument("--role", required=True, help="such as psychologist, lawyer, native reader")
    parser.set_defaults(prepare=approve)


def _add_book(add: Callable[..., argparse.ArgumentParser]) -> None:
    parser = _described(add, "book", book)
    parser.add_argument("--out", metavar="FILE", type=Path, default=Path("book.html"), help="default: book.html")
    parser.set_defaults(prepare=book)


def _add_poster(add: Callable[..., argparse.ArgumentParser]) -> None:
    parser = _described(add, "poster", poster)
    parser.add_argument("centre", metavar="CENTRE", help="the centre's name in links: 1 to 32 of a-z, 0-9, - and _")
    parser.add_argument("--bot", metavar="NAME", default="", help="the bot's user name; asked of Telegram otherwise")
    parser.add_argument("--out", metavar="FOLDER", type=Path, default=Path("posters"), help="default: posters")
    parser.set_defaults(prepare=poster)


def _complain(faults: Sequence[str], code: int) -> int:
    for fault in faults:
        print(fault, file=sys.stderr)
    return code
