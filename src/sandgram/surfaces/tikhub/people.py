"""People in the payloads of the three versions."""

from datetime import UTC, datetime
from typing import Any

from sandgram.seeding import share
from sandgram.surfaces.tikhub.asking import Question, SeenPerson, person
from sandgram.world import landmarks
from sandgram.world.people import FIXED_HANDLES, Person

Json = dict[str, Any]

_NULLS = 902
_COUNTRIES = {
    "Lisboa": "Portugal", "Kraków": "Poland", "Oslo": "Norway", "Hamburg": "Germany",
    "京都": "Japan", "Accra": "Ghana", "Valparaíso": "Chile", "Ghent": "Belgium",
    "İzmir": "Türkiye", "Busan": "South Korea", "Trieste": "Italy", "Nairobi": "Kenya",
    "القاهرة": "Egypt", "Halifax, NS": "Canada",
}  # fmt: skip


def is_verified(found: Person) -> bool:
    return found.index < len(FIXED_HANDLES) or found.index == landmarks.INDEX


def brief(question: Question, found: Person) -> Json:
    """A person in a list, in versions 2 and 3."""
    return {
        "id": found.id,
        "pk": found.id,
        "username": found.handle,
        "full_name": found.name,
        "is_private": found.is_private,
        "is_verified": is_verified(found),
        "profile_pic_url": question.url(f"/media/a/{found.id}.jpg"),
    }


def as_graph(question: Question) -> Json:
    """Version 1: edges with a count, straight under `data`."""
    return _edges(person(question))


def as_flat(question: Question) -> Json:
    """Version 1 in its third form. How many posts there are is often not known."""
    seen = person(question)
    found, numbers = seen.person, seen.numbers
    unknown = share(question.world.seed, _NULLS, found.index) < 0.4
    return {
        **_base(seen),
        "follower_count": numbers.followers,
        "following_count": numbers.following,
        "media_count": None if unknown else numbers.posts,
        "profile_pic_url": seen.avatar,
        "hd_profile_pic_url_info": {"url": seen.avatar, "width": 320, "height": 320},
        "external_url": found.link or None,
        "bio_links": _links(found),
    }


def as_version_2(question: Question) -> Json:
    """Version 2: once more under `data`."""
    seen = person(question)
    found, numbers = seen.person, seen.numbers
    return {
        "data": {
            **_base(seen),
            "follower_count": numbers.followers,
            "following_count": numbers.following,
            "media_count": numbers.posts,
            "profile_pic_url": seen.avatar,
            "profile_pic_url_hd": seen.avatar,
            "is_business": found.is_business,
            "account_type": 2 if found.is_business else 1,
            "external_url": found.link or None,
            "bio_links": _links(found),
            "about": _about(question, found),
        }
    }


def as_version_3(question: Question) -> Json:
    """Version 3: edges with a count, under `user`."""
    return {"user": _edges(person(question))}


def in_brief(question: Question) -> Json:
    found = person(question).person
    return {"user": brief(question, found)}


def id_of_name(question: Question) -> Json:
    return {"user_id": person(question).person.id}


def about(question: Question) -> Json:
    found = person(question).person
    return {"username": found.handle, "user_id": found.id, **_about(question, found)}


def _base(seen: SeenPerson) -> Json:
    found = seen.person
    return {
        "id": found.id,
        "pk": found.id,
        "username": found.handle,
        "full_name": found.name,
        "biography": found.bio,
        "is_private": found.is_private,
        "is_verified": is_verified(found),
    }


def _edges(seen: SeenPerson) -> Json:
    found, numbers = seen.person, seen.numbers
    return {
        "id": found.id,
        "username": found.handle,
        "full_name": found.name,
        "biography": found.bio,
        "bio_links": _links(found),
        "external_url": found.link or None,
        "edge_followed_by": {"count": numbers.followers},
        "edge_follow": {"count": numbers.following},
        "edge_owner_to_timeline_media": {"count": numbers.posts, "edges": []},
        "profile_pic_url": seen.avatar,
        "profile_pic_url_hd": seen.avatar,
        "is_private": found.is_private,
        "is_verified": is_verified(found),
        "is_business_account": found.is_business,
        "is_professional_account": found.is_business,
    }


def _links(found: Person) -> list[Json]:
    if not found.link:
        return []
    return [{"title": "", "url": found.link, "lynx_url": found.link, "link_type": "external"}]


def _about(question: Question, found: Person) -> Json:
    joined: datetime = found.joined_at.astimezone(UTC)
    return {
        "country": _COUNTRIES.get(found.location),
        "date_joined": joined.strftime("%B %Y"),
        "date_joined_as_timestamp": int(joined.timestamp()),
        "former_usernames": question.world.former_handles(found.id),
    }
