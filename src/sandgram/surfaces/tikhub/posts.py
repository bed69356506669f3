"""Posts in the payloads of the three versions."""

from typing import Any

from sandgram.surfaces.tikhub.asking import (
    NotThere,
    Question,
    SeenPost,
    code_in,
    post,
    post_id,
)
from sandgram.surfaces.tikhub.people import brief
from sandgram.world.posts import code_of, id_of_code

Json = dict[str, Any]

_SIDE = 640
_TYPES = {"photo": 1, "video": 2, "carousel": 8}
_GRAPH_TYPES = {"photo": "GraphImage", "video": "GraphVideo", "carousel": "GraphSidecar"}


def as_graph(question: Question) -> Json:
    """Version 1: straight under `data`."""
    found = post(question)
    return {
        **_edges(found),
        "edge_media_to_parent_comment": {"count": found.numbers.comments, "edges": []},
        "owner": {
            "id": found.author.id,
            "username": found.author.handle,
            "full_name": found.author.name,
            "is_private": found.author.is_private,
            "profile_pic_url": found.avatar,
        },
        "video_view_count": found.numbers.plays,
        "product_type": _product(found),
        "edge_sidecar_to_children": {
            "edges": [{"node": {"display_url": one}} for one in found.pictures[1:]]
        },
    }


def as_short_graph(question: Question) -> Json:
    """Version 1 in its second form: fewer fields, and the comments under another name."""
    found = post(question)
    return {
        **_edges(found),
        "edge_media_to_comment": {"count": found.numbers.comments},
        "owner": {"id": found.author.id, "username": found.author.handle},
    }


def as_version_2(question: Question) -> Json:
    """Version 2: once more under `data`, the counts under `metrics`."""
    found = post(question)
    numbers = found.numbers
    return {
        "data": {
            **_head(question, found),
            "metrics": {
                "like_count": found.likes,
                "comment_count": numbers.comments,
                "play_count": numbers.plays,
            },
            "taken_at_ts": _taken(found),
            "like_and_view_counts_disabled": found.hides_likes,
            "video_url": found.video,
            "thumbnail_url": found.pictures[0] if found.pictures else None,
            "image_versions": {"items": _sizes(found.pictures)},
        }
    }


def as_version_3(question: Question) -> Json:
    """Version 3: a list of one."""
    return {"items": [item_3(question, post(question))], "num_results": 1, "status": "ok"}


def item_1(found: SeenPost) -> Json:
    """A post in a list of version 1."""
    return {
        **_edges(found),
        "edge_media_to_comment": {"count": found.numbers.comments},
        "owner": {"id": found.author.id, "username": found.author.handle},
    }


def item_2(question: Question, found: SeenPost) -> Json:
    """A post in a list of version 2; its counts are not under `metrics` there."""
    return {
        **_head(question, found),
        **_counts(found),
        "taken_at_date": found.post.posted_at.isoformat(timespec="seconds"),
        "is_pinned": False,
        "thumbnail_url": found.pictures[0] if found.pictures else None,
        "video_versions": _videos(found),
    }


def item_3(question: Question, found: SeenPost) -> Json:
    return {
        **_head(question, found),
        **_counts(found),
        "like_and_view_counts_disabled": found.hides_likes,
        "image_versions2": {"candidates": _sizes(found.pictures[:1])},
        "video_versions": _videos(found),
        "carousel_media": [
            {"media_type": 1, "image_versions2": {"candidates": _sizes((one,))}}
            for one in (found.pictures if found.post.kind == "carousel" else ())
        ],
    }


def id_of(question: Question) -> Json:
    return {"media_id": post_id(question)}


def code(question: Question) -> Json:
    given = question.text("media_id").partition("_")[0]
    if question.world.posts.place_of(given) is None:
        raise NotThere("This post does not exist.")
    return {"shortcode": code_of(given)}


def code_of_url(question: Question) -> Json:
    found = code_in(question.text("url"))
    if not found or id_of_code(found) is None:
        raise NotThere("No shortcode is in this URL.")
    return {"shortcode": found}


def _edges(found: SeenPost) -> Json:
    return {
        "__typename": _GRAPH_TYPES[found.post.kind],
        "id": found.post.id,
        "shortcode": found.post.code,
        "is_video": found.post.kind == "video",
        "display_url": found.pictures[0] if found.pictures else None,
        "video_url": found.video,
        "video_play_count": found.numbers.plays,
        "edge_media_preview_like": {"count": found.likes, "edges": []},
        "edge_media_to_caption": {"edges": [{"node": {"text": found.post.caption}}]},
        "taken_at_timestamp": _taken(found),
    }


def _head(question: Question, found: SeenPost) -> Json:
    made = found.post
    return {
        "id": made.id,
        "pk": made.id,
        "code": made.code,
        "caption": {"text": made.caption, "created_at": _taken(found)},
        "taken_at": _taken(found),
        "is_video": made.kind == "video",
        "media_type": _TYPES[made.kind],
        "product_type": _product(found),
        "user": brief(question, found.author),
    }


def _counts(found: SeenPost) -> Json:
    return {
        "like_count": found.likes,
        "comment_count": found.numbers.comments,
        "play_count": found.numbers.plays,
        "ig_play_count": found.numbers.plays,
    }


def _taken(found: SeenPost) -> int:
    return int(found.post.posted_at.timestamp())


def _product(found: SeenPost) -> str:
    return {"video": "clips", "carousel": "carousel_container"}.get(found.post.kind, "feed")


def _sizes(urls: tuple[str, ...]) -> list[Json]:
    return [{"url": one, "width": _SIDE, "height": _SIDE} for one in urls]


def _videos(found: SeenPost) -> list[Json]:
    return [] if found.video is None else list(_sizes((found.video,)))
