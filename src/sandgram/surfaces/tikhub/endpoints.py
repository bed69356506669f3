"""Which paths there are, what they take, what they cost and who answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandgram.surfaces.tikhub import lists, people, posts
from sandgram.surfaces.tikhub.asking import Question

Run = Callable[[Question], Any]

_BASE = "/api/v1/instagram"


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    required: bool = False
    most: int | None = None
    """Set for whole numbers, which are 1 or more."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    path: str
    action: str
    """`user_info`, `post_info` or `list`, by which faults name it."""
    price: int
    """In millionths of a dollar."""
    parameters: tuple[Parameter, ...]
    one_of: tuple[str, ...]
    """Of these, one must be given."""
    run: Run
    missing_status: int
    """What the unknown are answered with: version 1 does not tell them from a failure."""

    def parameter(self, name: str) -> Parameter | None:
        return next((one for one in self.parameters if one.name == name), None)


def _parameter(text: str) -> Parameter:
    name, _, most = text.rstrip("*").partition(":")
    return Parameter(name, text.endswith("*"), int(most) if most else None)


def _endpoint(
    version: str, name: str, action: str, takes: str, run: Run, *, price: int | None = None
) -> Endpoint:
    """`takes` lists parameters: `name*` is required, `a/b` is one of two, `n:50` a number up to 50."""
    parts = takes.split()
    choices = next((part.split("/") for part in parts if "/" in part), [])
    names = [name for part in parts for name in part.split("/")]
    return Endpoint(
        path=f"{_BASE}/{version}/{name}",
        action=action,
        price=price or (1_000 if version == "v1" else 2_000),
        parameters=tuple(_parameter(one) for one in names),
        one_of=tuple(one.rstrip("*") for one in choices),
        run=run,
        missing_status=400 if version == "v1" else 404,
    )


_USER, _POST, _LIST = "user_info", "post_info", "list"

_ALL = (
    _endpoint("v1", "fetch_user_info_by_username", _USER, "username*", people.as_graph),
    _endpoint("v1", "fetch_user_info_by_username_v2", _USER, "username*", people.as_graph),
    _endpoint("v1", "fetch_user_info_by_username_v3", _USER, "username*", people.as_flat),
    _endpoint("v1", "fetch_user_info_by_id", _USER, "user_id*", people.as_graph),
    _endpoint("v1", "fetch_user_info_by_id_v2", _USER, "user_id*", people.as_graph),
    _endpoint("v1", "user_id_to_username", _USER, "user_id*", people.as_flat),
    _endpoint("v1", "fetch_user_about_info", _USER, "user_id*", people.about),
    _endpoint("v1", "fetch_post_by_url", _POST, "post_url*", posts.as_graph),
    _endpoint("v1", "fetch_post_by_url_v2", _POST, "post_url*", posts.as_short_graph),
    _endpoint("v1", "fetch_post_by_id", _POST, "post_id*", posts.as_graph),
    _endpoint("v1", "fetch_user_posts", _LIST, "user_id* count:50 max_id", lists.posts_1),
    _endpoint("v1", "fetch_user_posts_v2", _LIST, "user_id* count:50 end_cursor", lists.posts_1),
    _endpoint("v1", "fetch_user_reels", _LIST, "user_id* count:50 max_id", lists.reels_1),
    _endpoint("v1", "fetch_post_comments_v2", _LIST, "media_id* min_id", lists.comments_1),
    _endpoint("v1", "shortcode_to_media_id", _LIST, "shortcode*", posts.id_of),
    _endpoint("v1", "media_id_to_shortcode", _LIST, "media_id*", posts.code),
    _endpoint("v2", "fetch_user_info", _USER, "username/user_id", people.as_version_2),
    _endpoint("v2", "user_id_to_username", _USER, "user_id*", people.as_flat),
    _endpoint("v2", "fetch_post_info", _POST, "code_or_url*", posts.as_version_2),
    _endpoint("v2", "fetch_user_posts", _LIST, "username/user_id pagination_token", lists.posts_2),
    _endpoint("v2", "fetch_user_reels", _LIST, "username/user_id pagination_token", lists.reels_2),
    _endpoint("v2", "fetch_user_stories", _LIST, "username/user_id", lists.stories),
    _endpoint("v2", "fetch_user_highlights", _LIST, "username/user_id", lists.highlights),
    _endpoint("v2", "fetch_user_followers", _LIST, "username/user_id pagination_token",
              lists.followers_2),
    _endpoint("v2", "fetch_user_following", _LIST, "username/user_id pagination_token",
              lists.following_2),
    _endpoint("v2", "fetch_post_likes", _LIST, "code_or_url* end_cursor", lists.likes_2),
    _endpoint("v2", "fetch_post_comments", _LIST, "code_or_url* pagination_token",
              lists.comments_2),
    _endpoint("v2", "shortcode_to_media_id", _LIST, "shortcode*", posts.id_of),
    _endpoint("v2", "media_id_to_shortcode", _LIST, "media_id*", posts.code),
    _endpoint("v3", "get_user_profile", _USER, "username*", people.as_version_3),
    _endpoint("v3", "user_id_to_username", _USER, "user_id*", people.as_flat),
    _endpoint("v3", "get_user_brief", _USER, "user_id* username*", people.in_brief),
    _endpoint("v3", "get_user_id_by_username", _USER, "username*", people.id_of_name),
    _endpoint("v3", "get_user_about", _USER, "username*", people.about),
    _endpoint("v3", "get_post_info_by_code", _POST, "code*", posts.as_version_3, price=8_000),
    _endpoint("v3", "get_post_info", _POST, "media_id/url", posts.as_version_3),
    _endpoint("v3", "get_user_posts", _LIST, "username* first:50 after before last:50 count:50",
              lists.posts_3),
    _endpoint("v3", "get_user_reels", _LIST, "username* first:50 after", lists.reels_3),
    _endpoint("v3", "get_user_stories", _LIST, "username*", lists.stories),
    _endpoint("v3", "get_user_highlights", _LIST, "username*", lists.highlights),
    _endpoint("v3", "get_user_followers", _LIST, "username* count:100 max_id", lists.followers_3),
    _endpoint("v3", "get_user_following", _LIST, "username* count:100 max_id", lists.following_3),
    _endpoint("v3", "get_post_likes", _LIST, "code*", lists.likes_3),
    _endpoint("v3", "get_post_comments", _LIST, "code* min_id", lists.comments_3),
    _endpoint("v3", "shortcode_to_media_id", _LIST, "shortcode*", posts.id_of),
    _endpoint("v3", "media_id_to_shortcode", _LIST, "media_id*", posts.code),
    _endpoint("v3", "extract_shortcode", _LIST, "url*", posts.code_of_url),
)  # fmt: skip

ENDPOINTS: dict[str, Endpoint] = {one.path: one for one in _ALL}
