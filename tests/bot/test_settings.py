"""Every fault in one run, each a sentence with a cure, and no secret in any of them."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from bot.settings import NAMES, Faulty, Settings, parse_dotenv, read

TOKEN = "12345678:" + "invented-token-" * 3
REAL = {"BOT_TOKEN": TOKEN, "DESK_CHAT_ID": "-1001234567890", "ALLOW_DRAFTS": "1"}
KEY = bytes(range(32))


def faults(environ: dict[str, str], dotenv: Path | None = None) -> list[str]:
    with pytest.raises(Faulty) as caught:
        read(environ, dotenv)
    return caught.value.faults


def test_nothing_set_is_the_telegram_of_this_machine() -> None:
    assert read({}) == Settings()
    assert read({}).token == ""


def test_a_real_bot() -> None:
    settings = read(REAL | {"LEAD_IDS": "11, 22", "DESK_OPENS": "8", "DATA_KEY": KEY.hex()})
    assert (settings.token, settings.desk_chat_id) == (TOKEN, -1001234567890)
    assert (settings.lead_ids, settings.desk_opens, settings.data_key) == ((11, 22), 8, KEY.hex())


def test_unflagged_words_are_read_on_this_machine_and_with_a_token_only_where_that_was_decided() -> None:
    assert read({}).sample_words
    assert not read(REAL).sample_words
    assert read(REAL | {"SAMPLE_WORDS": "1"}).sample_words
    assert not read({"SAMPLE_WORDS": "0"}).sample_words


def test_plug_ins_are_a_folder_that_is_there(tmp_path: Path) -> None:
    assert read({}).plugin_instruments is None
    assert read({"PLUGIN_INSTRUMENTS": str(tmp_path)}).plugin_instruments == tmp_path
    with pytest.raises(Faulty, match="PLUGIN_INSTRUMENTS: there is no such folder"):
        read({"PLUGIN_INSTRUMENTS": str(tmp_path / "nosuch")})


def test_the_second_ear_is_on_until_it_is_turned_off() -> None:
    assert read({}).second_ear
    assert not read({"SECOND_EAR": "0"}).second_ear


def test_a_token_alone_does_not_start_and_says_all_that_lacks() -> None:
    said = faults({"BOT_TOKEN": TOKEN})
    assert [one.split(":")[0] for one in said] == ["DESK_CHAT_ID"]


def test_all_faults_in_one_run_each_with_its_cure() -> None:
    wrong = {
        "BOT_TOKEN": "nonsense",
        "DESK_CHAT_ID": "1234",
        "LEAD_IDS": "1,x",
        "DATABASE_URL": "mysql://u:hidden@h/d",
        "DATA_KEY": "hidden",
        "TELEGRAM_API_URL": "ftp://x",
        "WEBHOOK_URL": "http://bot.invalid",
        "WEBHOOK_SECRET": "hidden",
        "WEBHOOK_LISTEN": "8443",
        "ALLOW_DRAFTS": "yes",
        "LOG_LEVEL": "LOUD",
        "DESK_OPENS": "25",
        "DESK_CLOSES": "x",
        "DESK_ZONE": "Dushanbe",
        "DESK_LANGUAGE": "Russian",
        "PACE_ALL": "31",
        "PACE_BULK": "0",
        "PACE_DESK": "21",
        "PHONES_PORT": "70000",
    }
    said = faults(wrong)
    assert {one.split(":")[0] for one in said} == set(wrong)
    assert all(one.endswith(".") and one.count(". ") >= 1 for one in said)
    assert not any(value in one for one in said for value in ("nonsense", "hidden", "1234", "LOUD"))


@pytest.mark.parametrize(
    ("name", "value"),
    [("LEAD_IDS", "5,5"), ("LEAD_IDS", "-5"), ("DESK_ZONE", "../etc"), ("DATA_KEY", "ab" * 31), ("PACE_ALL", "1e1")],
)
def test_what_looks_nearly_right(name: str, value: str) -> None:
    assert faults({name: value})[0].startswith(name)


@pytest.mark.parametrize(
    "given", [KEY.hex(), base64.b64encode(KEY).decode(), base64.urlsafe_b64encode(KEY).decode().rstrip("=")]
)
def test_a_key_in_any_usual_spelling(given: str) -> None:
    assert read({"DATA_KEY": given}).data_key == given


HOOK = {"WEBHOOK_URL": "https://bot.invalid/telegram", "WEBHOOK_SECRET": KEY.hex()}


def test_a_webhook() -> None:
    settings = read(REAL | HOOK | {"WEBHOOK_LISTEN": "[::1]:9000"})
    assert (settings.webhook_url, settings.webhook_secret) == (HOOK["WEBHOOK_URL"], KEY.hex())
    assert settings.webhook_listen == ("::1", 9000)
    assert read(REAL | HOOK).webhook_listen == ("127.0.0.1", 8443)


def test_a_webhook_without_a_secret_does_not_start() -> None:
    (said,) = faults({"WEBHOOK_URL": HOOK["WEBHOOK_URL"]})
    assert said.startswith("WEBHOOK_SECRET: it is missing")
    assert "openssl rand -hex 32" in said


@pytest.mark.parametrize(
    "secret",
    [
        "short",
        KEY.hex()[:63],
        base64.urlsafe_b64encode(KEY).decode()[:42],
        "a" * 64,
        "ab" * 40,
        "x" * 257,
        base64.b64encode(b"\xff" + KEY).decode(),
        f"{KEY.hex()}é",
        f"{KEY.hex()} 1",
    ],
)
def test_a_secret_that_protects_nothing_is_refused_and_never_shown(secret: str) -> None:
    (said,) = faults(HOOK | {"WEBHOOK_SECRET": secret})
    assert said.startswith("WEBHOOK_SECRET: ")
    assert secret not in said


def test_the_webhooks_secret_from_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "secret"
    kept.write_text(base64.urlsafe_b64encode(bytes(range(100, 132))).decode().rstrip("="), "utf-8")
    url = {"WEBHOOK_URL": HOOK["WEBHOOK_URL"], "WEBHOOK_SECRET_FILE": str(kept)}
    assert len(read(url).webhook_secret) == 43


@pytest.mark.parametrize(
    "url",
    [
        "http://bot.invalid",
        "http://10.0.0.1/x",
        "bot.invalid",
        "ftp://bot.invalid",
        "https://",
        "https://user:word@bot.invalid",
        "https://bot.invalid/#x",
        "https://bot.invalid:99999/",
        "https://bot.invalid:8444/",
        "http://127.0.0.1.bot.invalid/",
    ],
)
def test_a_webhook_telegram_could_not_or_should_not_post_to(url: str) -> None:
    (said,) = faults(HOOK | {"WEBHOOK_URL": url})
    assert said.startswith("WEBHOOK_URL: ")


def test_plain_http_within_this_machine_for_tests() -> None:
    hook = HOOK | {"WEBHOOK_URL": "http://127.0.0.1:9/x", "TELEGRAM_API_URL": "http://127.0.0.1:8081"}
    assert read(hook).webhook_url == "http://127.0.0.1:9/x"


@pytest.mark.parametrize("listen", ["127.0.0.1", ":8443", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:x"])
def test_where_nobody_can_listen(listen: str) -> None:
    assert faults({"WEBHOOK_LISTEN": listen})[0].startswith("WEBHOOK_LISTEN: ")


def test_hours_and_paces_must_agree() -> None:
    assert faults({"DESK_OPENS": "18", "DESK_CLOSES": "9"})[0].startswith("DESK_CLOSES")
    assert faults({"PACE_ALL": "10"})[0].startswith("PACE_BULK")


def test_dotenv_is_read_and_the_environment_goes_first(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text('# ours\nexport DESK_OPENS=7 # early\nDESK_ZONE="Europe/Moscow"\nDESK_CLOSES=\n', "utf-8")
    settings = read({"DESK_OPENS": "10"}, dotenv)
    assert (settings.desk_opens, settings.desk_zone, settings.desk_closes) == (10, "Europe/Moscow", 18)


def test_dotenv_faults_name_the_line_and_never_its_value(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("hidden words\nDATA_KEY='hidden\nDESK_OPENS=7\nDESK_OPENS=8\nDESK_CHATID=-100\n", "utf-8")
    said = faults({}, dotenv)
    assert [one.split(":")[0] for one in said] == [".env line 1", ".env line 2", ".env line 4", "DESK_CHATID"]
    assert "DESK_CHAT_ID" in said[3]
    assert "hidden" not in "".join(said)


def test_other_peoples_names_pass(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("COMPOSE_PROJECT_NAME=x\n", "utf-8")
    assert read({"PATH": "/bin"}, dotenv) == Settings()


def test_a_quoted_value_keeps_its_hash() -> None:
    assert parse_dotenv("A='x # y' # z\nB=x#y\nC= # nothing\n")[0] == {"A": "x # y", "B": "x#y", "C": ""}


def test_a_secret_from_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "token"
    kept.write_text(f"{TOKEN}\n", "utf-8")
    settings = read({**REAL, "BOT_TOKEN": "", "BOT_TOKEN_FILE": str(kept)})
    assert settings.token == TOKEN


def test_a_secret_twice_or_from_no_file(tmp_path: Path) -> None:
    said = faults({**REAL, "BOT_TOKEN_FILE": str(tmp_path / "x"), "DATA_KEY_FILE": str(tmp_path / "y")})
    assert [one.split(":")[0] for one in said] == ["BOT_TOKEN_FILE", "DATA_KEY_FILE"]


def test_secrets_are_never_shown() -> None:
    url = "postgresql://u:hidden@h/d"
    hook = HOOK | {"WEBHOOK_SECRET": "".join(f"{one:02x}" for one in range(100, 132))}
    settings = read(REAL | hook | {"DATABASE_URL": url, "DATA_KEY": KEY.hex()})
    assert settings.webhook_secret not in repr(settings)
    for shown in (repr(settings), str(settings), f"{settings!r}"):
        assert not any(secret in shown for secret in (TOKEN, "hidden", repr(KEY), KEY.hex()))


def test_the_example_names_every_setting_and_starts_as_it_is() -> None:
    example = Path(__file__).parents[2] / ".env.example"
    found, wrong = parse_dotenv(example.read_text("utf-8"))
    assert set(found) == set(NAMES)
    assert wrong == []
    assert read({}, example) == Settings()
