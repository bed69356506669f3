"""
What a logged-in account does.

Each function makes one effect in one transaction and answers its number, or
raises a Refusal and makes none. A repeated follow or like is refused as already
done, and remembered apart from the effects.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from sandgram.store import deeds as rows
from sandgram.store import effects, logins
from sandgram.store.effects import Effect
from sandgram.world import cookies, errors, feeds, views
from sandgram.world.people import ACCOUNTS_FROM, Person
from sandgram.world.world import Caller, World

COMMENT_LENGTH = 500
CAPTION_LENGTH = 2_200
MEDIA_TYPES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "video/mp4": "mp4"}
MEDIA_BYTES = 20_000_000
_NO_END = 1 << 62
_PROFILE_LENGTHS = {"name": 50, "bio": 160, "link": 200, "location": 30, "lang": 10}


def follow(world: World, caller: Caller, index: int) -> dict[str, Any]:
    person = views.visible(world, index)
    if index == caller.index:
        raise errors.invalid("person", "an account cannot follow itself")
    effect = _effect(world, caller, "follow", ("person", person.id), person)
    with world.db.transaction():
        is_new = rows.follow(world.db, caller.number, person_id=person.id, at=effect.at)
        seq = (effects.record if is_new else effects.record_repeat)(world.db, effect)
    if not is_new:
        raise errors.already_done(f"follow @{person.handle}")
    return {"effect_id": seq, "state": views.follow_state(world, caller, person)}


def unfollow(world: World, caller: Caller, index: int) -> dict[str, Any]:
    person = world.person(index)
    effect = _effect(world, caller, "unfollow", ("person", person.id), person)
    with world.db.transaction():
        is_new = rows.unfollow(world.db, caller.number, person_id=person.id)
        seq = (effects.record if is_new else effects.record_repeat)(world.db, effect)
    if not is_new:
        raise errors.already_done(f"unfollow @{person.handle}")
    return {"effect_id": seq, "state": "none"}


def like(world: World, caller: Caller, post_id: str) -> dict[str, Any]:
    post = views.find_post(world, caller, post_id)
    person = world.person(post.author)
    effect = _effect(world, caller, "like", ("post", post.id), person)
    with world.db.transaction():
        is_new = not rows.is_liked(world.db, caller.number, post_id=post.id)
        seq = (effects.record if is_new else effects.record_repeat)(world.db, effect)
        if is_new:
            rows.like(world.db, caller.number, post_id=post.id, at=effect.at, seq=seq)
    if not is_new:
        raise errors.already_done(f"like post {post.id}")
    return {"effect_id": seq}


def unlike(world: World, caller: Caller, post_id: str) -> dict[str, Any]:
    post = views.find_post(world, caller, post_id)
    effect = _effect(world, caller, "unlike", ("post", post.id), world.person(post.author))
    with world.db.transaction():
        is_new = rows.unlike(world.db, caller.number, post_id=post.id)
        seq = (effects.record if is_new else effects.record_repeat)(world.db, effect)
    if not is_new:
        raise errors.already_done(f"unlike post {post.id}")
    return {"effect_id": seq}


def comment(world: World, caller: Caller, post_id: str, *, text: str) -> dict[str, Any]:
    """Every call makes a comment: the network does not notice repeats, so callers must."""
    if not text.strip() or len(text) > COMMENT_LENGTH:
        raise errors.invalid("text", f"1 to {COMMENT_LENGTH} characters")
    post = views.find_post(world, caller, post_id)
    effect = _effect(world, caller, "comment", ("post", post.id), world.person(post.author))
    with world.db.transaction():
        seq = effects.record(world.db, effect)
        rows.comment(world.db, caller.number, post_id=post.id, text=text, at=effect.at, seq=seq)
    return {"effect_id": seq, "comment_id": f"{post.id}{seq + 1_000}"}


def view_story(world: World, caller: Caller, story_id: str) -> dict[str, Any]:
    """Every call is a view of its own."""
    person = _story_author(world, caller, story_id)
    effect = _effect(world, caller, "view", ("story", story_id), person)
    with world.db.transaction():
        return {"effect_id": effects.record(world.db, effect)}


def view_newest(world: World, caller: Caller, index: int) -> dict[str, Any]:
    """View the newest story that is up."""
    found = feeds.stories_of(world, caller, index).items
    if not found:
        raise errors.Refusal(404, "no_story", "This person has no story at the moment")
    newest = max(found, key=lambda story: str(story["posted_at"]))
    return view_story(world, caller, str(newest["id"]))


def edit_profile(world: World, caller: Caller, *, fields: dict[str, str]) -> dict[str, Any]:
    for name, value in fields.items():
        if name in ("avatar", "banner"):
            _own_media(world, caller, [value])
        elif len(value) > _PROFILE_LENGTHS[name]:
            raise errors.invalid(name, f"at most {_PROFILE_LENGTHS[name]} characters")
    if not fields:
        raise errors.invalid("body", "name at least one field to change")
    with world.db.transaction():
        logins.update_account(world.db, caller.number, login=caller.login, values={**fields})
        seq = _record_own(
            world, caller, "edit_profile", ("profile", caller.person_id), _edited(world, fields)
        )
    return {"effect_id": seq, "changed": sorted(fields)}


def change_password(world: World, caller: Caller, *, old: str, new: str) -> dict[str, Any]:
    """Ends every session of the account but the caller's own, and all pairs of cookies."""
    known = world.credentials(caller.number)
    if not secrets.compare_digest(known.password.encode(), old.encode()):
        raise errors.wrong_password()
    if not 8 <= len(new) <= 200 or new == old:
        raise errors.invalid("new_password", "8 to 200 characters, and not the old one")
    with world.db.transaction():
        logins.update_account(world.db, caller.number, login=caller.login, values={"password": new})
        logins.drop_tokens(world.db, caller.number, keep=caller.token)
        cookies.end_all(world, caller.number)
        seq = _record_own(world, caller, "change_password", ("account", caller.person_id))
    return {"effect_id": seq}


def upload(world: World, caller: Caller, *, content: bytes, content_type: str) -> dict[str, Any]:
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in MEDIA_TYPES:
        raise errors.invalid("Content-Type", f"one of {', '.join(MEDIA_TYPES)}")
    if not 0 < len(content) <= MEDIA_BYTES:
        raise errors.invalid("body", f"1 to {MEDIA_BYTES} bytes")
    media_id = f"{secrets.token_hex(12)}.{MEDIA_TYPES[kind]}"
    folder = world.db.directory / "media"
    folder.mkdir(exist_ok=True)
    (folder / media_id).write_bytes(content)
    with world.db.transaction():
        rows.add_media(
            world.db, caller.number, media_id=media_id, content_type=kind, at=world.now_text()
        )
        seq = _record_own(world, caller, "upload", ("media", media_id))
    return {"effect_id": seq, "media_id": media_id, "url": f"/media/u/{media_id}"}


def media_digest(world: World, media_id: str | None) -> str | None:
    """SHA-256 of what was uploaded: a picture is known by it, whatever name it was given."""
    found = rows.media(world.db, media_id) if media_id else None
    if found is None:
        return None
    return _digest_of(world.db.directory / "media" / str(found["id"]))


def published(
    world: World, caller: Caller, *, kind: str, cursor: str | None, limit: int
) -> views.Page:
    """The account's own archive, newest first: stories that are over too. `media` by their SHA-256."""
    _, before = views.read_cursor(cursor)
    found = rows.publications(
        world.db, caller.number, kind=kind, before=before or _NO_END, limit=limit
    )
    items = [
        {
            "id": row["id"],
            "text": row["text"],
            "media_sha256": _digests(world, row["media"]),
            "posted_at": row["at"],
        }
        for row in found
    ]
    return views.Page(items, str(found[-1]["seq"]) if len(found) == limit else None)


@lru_cache(maxsize=1000)
def _digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def publish(
    world: World,
    caller: Caller,
    *,
    kind: str,
    text: str,
    media: Sequence[str],
    least_media: int = 1,
) -> dict[str, Any]:
    """`kind` is post, story or highlight; a highlight's text is its title."""
    if len(text) > CAPTION_LENGTH:
        raise errors.invalid("caption", f"at most {CAPTION_LENGTH} characters")
    if not least_media <= len(media) <= 10:
        raise errors.invalid("media_ids", "1 to 10 uploaded media")
    _own_media(world, caller, media)
    words = [word[1:].lower() for word in text.split() if word.startswith("#")]
    tags = tuple(dict.fromkeys(words)) if kind == "post" else ()
    with world.db.transaction():
        number = rows.next_publication(world.db, caller.number)
        item_id = world.posts.id_of(caller.index, number)
        item = {"id": item_id, "kind": kind, "text": text, "media": list(media)}
        rows.publish(world.db, caller.number, item={**item, "at": world.now_text()}, tags=tags)
        details = {"text": text, "media": _digests(world, media)}
        seq = _record_own(world, caller, f"publish_{kind}", (kind, item_id), details)
    return {"effect_id": seq, "id": item_id}


def _story_author(world: World, caller: Caller, story_id: str) -> Person:
    row = rows.publication(world.db, story_id)
    if row is not None and row["kind"] == "story":
        return views.open_to(world, caller, ACCOUNTS_FROM + int(row["number"]))
    story = world.posts.story_by_id(story_id)
    now = world.now()
    if story is None or not story.posted_at <= now < story.expires_at:
        raise errors.page_missing()
    return views.open_to(world, caller, story.author)


def _own_media(world: World, caller: Caller, media: Sequence[str]) -> None:
    for media_id in media:
        found = rows.media(world.db, media_id)
        if found is None or found["number"] != caller.number:
            raise errors.invalid("media_ids", f"{media_id[:60]} was not uploaded by this account")


def _effect(
    world: World, caller: Caller, action: str, subject: tuple[str, str], person: Person
) -> Effect:
    return Effect(
        account=caller.login,
        action=action,
        object_kind=subject[0],
        object_id=subject[1],
        person_id=person.id,
        handle=person.handle,
        at=world.now_text(),
        source=caller.source,
        request_id=caller.request_id,
    )


def _edited(world: World, fields: dict[str, str]) -> dict[str, Any]:
    pictures = {
        name: media_digest(world, value)
        for name, value in fields.items()
        if name in ("avatar", "banner")
    }
    return {**fields, **pictures}


def _digests(world: World, media: Sequence[str]) -> list[str | None]:
    return [media_digest(world, media_id) for media_id in media]


def _record_own(
    world: World,
    caller: Caller,
    action: str,
    subject: tuple[str, str],
    details: dict[str, Any] | None = None,
) -> int:
    effect = _effect(world, caller, action, subject, world.person(caller.index))
    if details is not None:
        effect = replace(effect, details=json.dumps(details))
    return effects.record(world.db, effect)
