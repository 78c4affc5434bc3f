"""The Bot API's methods for files: a voice, a picture, a document, sent as bytes once and by id ever after."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Any

from bot.phones.kept import Impossible, Wire
from bot.phones.markup import MAX_CAPTION, formatted
from bot.phones.refusals import bad_request
from bot.phones.sending import chat_for, post

if TYPE_CHECKING:
    from bot.phones.cloud import Cloud

LARGEST_FETCHED = 20 * 1024 * 1024
"""A bot may download no more (core.telegram.org/bots/api#getfile); the local Bot API server of Telegram's has no limit."""
NAMED = {"voice": "VoiceNote", "audio": "Audio", "photo": "Photo", "document": "Document", "video": "Video"}
NOTE = "video_note"
"""Kinds as Telegram names them in its refusals."""
CANNED = "phone-file-"
"""Begins the ids of what people send in tests: a picture or a sound without bytes."""


class Upload:
    """A file in a multipart body."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.content = content


def send_media(kind: str) -> Any:
    """`sendVoice`, `sendPhoto`…: a file sent before, by its id, or new bytes."""

    def send(cloud: Cloud, params: Wire) -> Wire:
        chat = chat_for(cloud, params)
        caption, entities = formatted(
            params.get("caption"), params.get("parse_mode") or "", params.get("caption_entities"), MAX_CAPTION
        )
        given = params.get(kind)
        if not given:
            raise bad_request(f"there is no {kind} in the request")
        body: Wire = {kind: _media(cloud, kind, given, params)} | ({"caption": caption} if caption else {})
        return post(cloud, chat, params, body | ({"caption_entities": entities} if entities else {}))

    return send


def _media(cloud: Cloud, kind: str, given: Any, params: Wire) -> Any:
    if isinstance(given, str) and given.startswith("attach://"):
        given = params.get(given.removeprefix("attach://"))
    if isinstance(given, Upload):
        if not given.content:
            raise bad_request("file must be non-empty")
        return _kept(cloud, kind, given.name, given.content, int(params.get("duration") or 1))
    file_id = str(given)
    if file_id.startswith(CANNED):
        return _about(kind, {"file_id": file_id, "file_unique_id": f"unique-{file_id}", "file_size": 1024}, "", 1)
    if file_id not in cloud.about_files:
        raise bad_request("wrong file identifier/HTTP URL specified")
    known_kind, about = cloud.about_files[file_id]
    if known_kind != kind:
        raise bad_request(f"can't use file of type {NAMED[known_kind]} as {NAMED[kind]}")
    return about


def given_file(cloud: Cloud, kind: str, name: str, content: bytes, duration: int) -> Wire:
    """A person's message with a file of hers. Impossible for a kind no phone sends, or without a byte."""
    if kind not in {"voice", "photo", "document"} or not content:
        raise Impossible("that cannot be sent from a phone")
    return {kind: _kept(cloud, kind, name, content, duration)}


def _kept(cloud: Cloud, kind: str, name: str, content: bytes, duration: int) -> Any:
    file_id = f"{kind}-{len(cloud.files) + 1}"
    cloud.files[file_id] = content
    plain = {"file_id": file_id, "file_unique_id": f"unique-{file_id}", "file_size": len(content)}
    about = _about(kind, plain, name, duration)
    cloud.about_files[file_id] = kind, about
    return about


def _about(kind: str, plain: Wire, name: str, duration: int) -> Any:
    """How the Bot API describes it: a photo in its sizes, a sound by its length, the rest by its name."""
    if kind == "photo":
        return [plain | {"width": 320, "height": 240}]
    if kind == "voice":
        return plain | {"duration": duration, "mime_type": "audio/ogg"}
    named = (
        {"file_name": name, "mime_type": mimetypes.guess_type(name)[0] or "application/octet-stream"} if name else {}
    )
    return plain | named | ({"duration": duration} if kind in {"audio", "video"} else {})


def get_file(cloud: Cloud, params: Wire) -> Wire:
    """`getFile`."""
    file_id = str(params.get("file_id", ""))
    if file_id not in cloud.files and not file_id.startswith(CANNED):
        raise bad_request("invalid file_id")
    size = len(cloud.files.setdefault(file_id, b""))
    if size > LARGEST_FETCHED:
        raise bad_request("file is too big")
    about = {"file_id": file_id, "file_unique_id": f"unique-{file_id}"}
    return about | {"file_size": size, "file_path": f"files/{file_id}"}


METHODS: dict[str, Any] = {f"send{kind.title()}": send_media(kind) for kind in NAMED}
METHODS |= {"sendVideoNote": send_media(NOTE), "getFile": get_file}
