"""What a request is about, read from its method and path before anything runs."""

import re
from dataclasses import dataclass

READ, WRITE = "read", "write"


@dataclass(frozen=True, slots=True)
class About:
    surface: str
    action: str
    kind: str
    """`read` or `write`."""
    target: str | None


_NATIVE: tuple[tuple[str, str, str, str], ...] = (
    ("POST", r"login", "login", READ),
    ("POST", r"login/cookies", "login", READ),
    ("POST", r"login/email-code", "email_code", READ),
    ("POST", r"logout", "logout", READ),
    ("GET", r"address", "address", READ),
    ("GET", r"me", "me", READ),
    ("PATCH", r"me", "edit_profile", WRITE),
    ("POST", r"me/password", "change_password", WRITE),
    ("GET", r"me/comments", "my_comments", READ),
    ("GET", r"me/published", "my_publications", READ),
    ("GET", r"people/(?:by-handle/)?([^/]+)", "profile", READ),
    ("GET", r"people/([^/]+)/followers", "followers", READ),
    ("GET", r"people/([^/]+)/following", "following", READ),
    ("GET", r"people/([^/]+)/posts", "posts", READ),
    ("GET", r"people/([^/]+)/stories", "stories", READ),
    ("GET", r"people/([^/]+)/highlights", "highlights", READ),
    ("POST", r"people/([^/]+)/follow", "follow", WRITE),
    ("DELETE", r"people/([^/]+)/follow", "unfollow", WRITE),
    ("POST", r"people/([^/]+)/stories/view", "view", WRITE),
    ("POST", r"stories/([^/]+)/view", "view", WRITE),
    ("GET", r"hashtags", "hashtags", READ),
    ("GET", r"hashtags/([^/]+)/posts", "hashtag_posts", READ),
    ("GET", r"posts/(?:by-code/)?([^/]+)", "post", READ),
    ("GET", r"posts/([^/]+)/likers", "likers", READ),
    ("GET", r"posts/([^/]+)/comments", "comments", READ),
    ("POST", r"posts/([^/]+)/comments", "comment", WRITE),
    ("POST", r"posts/([^/]+)/like", "like", WRITE),
    ("DELETE", r"posts/([^/]+)/like", "unlike", WRITE),
    ("POST", r"media", "upload", WRITE),
    ("POST", r"posts", "publish_post", WRITE),
    ("POST", r"stories", "publish_story", WRITE),
    ("POST", r"highlights", "publish_highlight", WRITE),
)
_COMPILED = tuple(
    (method, re.compile(path), action, kind) for method, path, action, kind in _NATIVE
)
_TIKHUB = ("user_info", "post_info", "list", "balance")
_GRAPH = ("business_discovery", "graph_object", "own_media", "insights", "comments")
WEB_POSTS = {
    "login": "login", "code": "code", "verify": "verify", "verify/send": "send_code",
    "password": "change_password", "logout": "logout",
}  # fmt: skip
WEB_PAGES = (
    "login_page", "code_page", "verify_page", "challenge_page", "password_page", "home",
    "locked_page", "suspended_page",
)  # fmt: skip
_X = ("token", "search", "liked_posts")
DELIVER = "deliver"
"""A mail on its way into a mailbox: struck only by rules that name it."""
_IMAP = ("connect", "login", "select", "search", "fetch", "idle", "mail", DELIVER)
ACTIONS = tuple(
    sorted(
        {action for _, _, action, _ in _NATIVE}
        | {*_TIKHUB, *_GRAPH, *WEB_POSTS.values(), *WEB_PAGES, *_IMAP, *_X}
        | {"challenge", "picture", READ, WRITE}
    )
)


def about(method: str, path: str) -> About | None:
    """None for what faults never touch: the control API and the health check."""
    if path.startswith("/media/"):
        return About("media", "picture", READ, path.rsplit("/", 1)[-1])
    if not path.startswith("/sg/v1/"):
        return None
    rest = path.removeprefix("/sg/v1/")
    for wanted, pattern, action, kind in _COMPILED:
        if wanted == method and (found := pattern.fullmatch(rest)):
            return About("native", action, kind, found.group(1) if found.re.groups else None)
    return None
