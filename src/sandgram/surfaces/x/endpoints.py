"""What can be asked, which scope it wants, and how often within fifteen minutes."""

import re
from dataclasses import dataclass

from sandgram.faults.requests import READ, WRITE

SECONDS = 900


@dataclass(frozen=True, slots=True)
class Endpoint:
    method: str
    path: re.Pattern[str]
    name: str
    """What answers it."""
    action: str
    """As faults and the oracle call it."""
    kind: str
    scope: str
    limit: int
    is_enterprise: bool = False


def _endpoint(
    call: str, name: str, action: str, *, scope: str, limit: int, wide: bool = True
) -> Endpoint:
    method, path = call.split(" ", 1)
    kind = READ if method == "GET" or action == "upload" else WRITE
    return Endpoint(
        method, re.compile(path), name, action, kind, scope, limit, is_enterprise=not wide
    )


_ID = r"(\d{1,19})"
ENDPOINTS = (
    _endpoint(r"GET /2/users/me", "me", "me", scope="users.read", limit=75),
    _endpoint(r"PUT /2/users/me", "edit", "edit_profile", scope="tweet.write", limit=50),
    _endpoint(
        r"PUT /2/users/me/profile_image",
        "picture",
        "edit_profile",
        scope="tweet.write",
        limit=50,
    ),
    _endpoint(
        r"GET /2/users/by/username/([^/]+)", "by_name", "profile", scope="users.read", limit=900
    ),
    _endpoint(r"GET /2/users/by", "by_names", "profile", scope="users.read", limit=900),
    _endpoint(rf"GET /2/users/{_ID}", "by_id", "profile", scope="users.read", limit=900),
    _endpoint(
        rf"GET /2/users/{_ID}/followers",
        "followers",
        "followers",
        scope="follows.read",
        limit=300,
    ),
    _endpoint(
        rf"GET /2/users/{_ID}/following",
        "following",
        "following",
        scope="follows.read",
        limit=300,
    ),
    _endpoint(
        rf"POST /2/users/{_ID}/following",
        "follow",
        "follow",
        scope="follows.write",
        limit=50,
        wide=False,
    ),
    _endpoint(
        rf"DELETE /2/users/{_ID}/following/{_ID}",
        "unfollow",
        "unfollow",
        scope="follows.write",
        limit=50,
        wide=False,
    ),
    _endpoint(rf"GET /2/users/{_ID}/tweets", "posts", "posts", scope="tweet.read", limit=900),
    _endpoint(
        rf"GET /2/users/{_ID}/liked_tweets",
        "liked",
        "liked_posts",
        scope="like.read",
        limit=75,
    ),
    _endpoint(
        rf"POST /2/users/{_ID}/likes",
        "like",
        "like",
        scope="like.write",
        limit=50,
        wide=False,
    ),
    _endpoint(
        rf"DELETE /2/users/{_ID}/likes/{_ID}",
        "unlike",
        "unlike",
        scope="like.write",
        limit=50,
        wide=False,
    ),
    _endpoint(r"GET /2/tweets/search/recent", "search", "search", scope="tweet.read", limit=300),
    _endpoint(rf"GET /2/tweets/{_ID}", "post", "post", scope="tweet.read", limit=900),
    _endpoint(r"GET /2/tweets", "posts_by_id", "post", scope="tweet.read", limit=5000),
    _endpoint(r"POST /2/tweets", "publish", "publish_post", scope="tweet.write", limit=100),
    _endpoint(r"POST /2/media/upload", "upload", "upload", scope="media.write", limit=500),
)
TOKEN_PATHS = {"/2/oauth2/token": "token", "/2/oauth2/revoke": "token"}
SCOPES = (
    "tweet.read", "tweet.write", "users.read", "follows.read", "follows.write", "like.read",
    "like.write", "media.write", "offline.access",
)  # fmt: skip


def find(method: str, path: str) -> tuple[Endpoint, tuple[str, ...]] | None:
    """The endpoint and what stands in its path."""
    for one in ENDPOINTS:
        if one.method == method and (found := one.path.fullmatch(path)):
            return one, found.groups()
    return None
