"""Uploads, whose ids are numbers here, and the account's own profile."""

import base64
import binascii
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP

from sandgram.surfaces.x import errors
from sandgram.surfaces.x.asking import Json, Question, user
from sandgram.world import deeds, views
from sandgram.world.errors import Refusal

_TYPES = (("jpg", "image/jpeg"), ("png", "image/png"), ("webp", "image/webp"))
_LARGEST = 5_000_000
_FIELDS = {"name": "name", "description": "bio", "url": "link", "location": "location"}
_LENGTHS = {"name": 50, "description": 160, "url": 100, "location": 30}
_ALIVE_SECONDS = 86_400


def upload(question: Question) -> Json:
    content = _content(question)
    if not 0 < len(content) <= _LARGEST:
        raise errors.coded(400, 324, "The media is empty or too large.")
    kind = next((kind for start, kind in _STARTS if content.startswith(start)), None)
    if kind is None:
        raise errors.coded(400, 324, "Unsupported media type.")
    made = deeds.upload(question.world, question.caller, content=content, content_type=kind)
    number = number_of(made["media_id"])
    return {
        "data": {
            "id": number,
            "media_key": f"3_{number}",
            "expires_after_secs": _ALIVE_SECONDS,
            "size": len(content),
        }
    }


_STARTS = ((b"\xff\xd8", "image/jpeg"), (b"\x89PNG", "image/png"), (b"RIFF", "image/webp"))


def number_of(media_id: str) -> str:
    name, _, ending = media_id.partition(".")
    place = next(place for place, (one, _) in enumerate(_TYPES) if one == ending)
    return str(int(name, 16) * 10 + place)


def of_number(number: str) -> str:
    """
    Raises:
        XError: no such id has ever been given.
    """
    if not (number.isascii() and number.isdigit() and len(number) < 40):
        raise errors.invalid("media_id", "no such media", number)
    value, place = divmod(int(number), 10)
    if place >= len(_TYPES):
        raise errors.invalid("media_id", "no such media", number)
    return f"{value:024x}.{_TYPES[place][0]}"


def edit(question: Question) -> Json:
    changes = {}
    for name, value in question.body.items():
        if name not in _FIELDS or not isinstance(value, str):
            raise errors.invalid(name, "name, description, url or location, as texts", value)
        if len(value) > _LENGTHS[name]:
            raise errors.coded(403, 120, f"Account update failed: {name} is too long.")
        changes[_FIELDS[name]] = value
    if not changes:
        raise errors.invalid("body", "name at least one field", None)
    return _edited(question, changes)


def picture(question: Question) -> Json:
    return _edited(question, {"avatar": of_number(question.text("media_id"))})


def _edited(question: Question, changes: dict[str, str]) -> Json:
    try:
        deeds.edit_profile(question.world, question.caller, fields=changes)
    except Refusal as refusal:
        raise errors.coded(403, 120, refusal.message) from None
    found = views.profile(question.world, question.caller, question.caller.index)
    return {"data": user(question, found)}


def _content(question: Question) -> bytes:
    if question.content_type.startswith("multipart/form-data"):
        return _multipart(question)
    try:
        return base64.b64decode(question.text("media"), validate=True)
    except (binascii.Error, ValueError):
        raise errors.invalid("media", "must be base64", "...") from None


def _multipart(question: Question) -> bytes:
    head = f"Content-Type: {question.content_type}\r\n\r\n".encode("latin-1", "replace")
    message: Message = BytesParser(policy=HTTP).parsebytes(head + question.raw)
    for part in message.iter_parts() if message.is_multipart() else ():  # type: ignore[attr-defined]
        if part.get_param("name", header="content-disposition") == "media":
            payload = part.get_payload(decode=True)
            return payload if isinstance(payload, bytes) else b""
    raise errors.invalid("media", "media is required", None)
