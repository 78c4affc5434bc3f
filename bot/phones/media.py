"""The Bot API's methods for files: a voice, a picture, a document, sent as bytes once and by id ever after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.phones.kept import Wire
from bot.phones.markup import MAX_CAPTION, formatted
from bot.phones.refusals import bad_request
from bot.phones.sending import chat_for, post

if TYPE_CHECKING:
    from bot.phones.cloud import Cloud


class Upload:
    """A file in a multipart body."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.content = content


def send_media(kind: str) -> Any:
    """`sendVoice`, `sendPhoto`…: a file sent before, by its id, or new bytes."""

    def send(cloud: Cloud, params: Wire) -> Wire:
        chat = chat_for(cloud, params)
        caption, _ = formatted(params.get("caption"), params.get("parse_mode") or "", None, MAX_CAPTION)
        given = params.get(kind)
        if not given:
            raise bad_request(f"there is no {kind} in the request")
        body: Wire = {kind: _media(cloud, kind, given, params)} | ({"caption": caption} if caption else {})
        return post(cloud, chat, params, body)

    return send


def _media(cloud: Cloud, kind: str, given: Any, params: Wire) -> Any:
    if isinstance(given, str) and given.startswith("attach://"):
        given = params.get(given.removeprefix("attach://"))
    if isinstance(given, Upload):
        file_id = f"{kind}-{len(cloud.files) + 1}"
        cloud.files[file_id] = given.content
        size = len(given.content)
    else:
        file_id, size = str(given), len(cloud.files.get(str(given), b""))
    wire: Wire = {"file_id": file_id, "file_unique_id": f"unique-{file_id}", "file_size": size}
    if kind == "photo":
        return [wire | {"width": 320, "height": 240}]
    name = {"file_name": given.name} if isinstance(given, Upload) else {}
    return wire | ({"duration": int(params.get("duration") or 1)} if kind in {"voice", "audio"} else name)


def get_file(cloud: Cloud, params: Wire) -> Wire:
    """`getFile`."""
    file_id = str(params.get("file_id", ""))
    if file_id not in cloud.files and not file_id.startswith("phone-file-"):
        raise bad_request("invalid file_id")
    about = {"file_id": file_id, "file_unique_id": f"unique-{file_id}"}
    return about | {"file_size": len(cloud.files.get(file_id, b"")), "file_path": f"files/{file_id}"}


METHODS: dict[str, Any] = {
    "sendVoice": send_media("voice"),
    "sendAudio": send_media("audio"),
    "sendPhoto": send_media("photo"),
    "sendDocument": send_media("document"),
    "getFile": get_file,
}
