"""The pages, one function each."""

from collections.abc import Callable
from html import escape
from typing import Any

from sandgram.surfaces.web.html import Field, Look, button, form, heading, link, page
from sandgram.world.challenges import TILES, Puzzle

Plain = Callable[[Look], str]
"""A page that shows the same to everybody."""


def log_in(look: Look, *, login: str = "") -> str:
    fields = (
        Field("login", "Login", autocomplete="username", value=login, is_first=not login),
        Field("password", "Password", "password", "current-password", is_first=bool(login)),
    )
    content = "".join(one.html(look) for one in fields) + button(look, "login-submit", "Log in")
    return page(
        look,
        "login-page",
        title="Log in",
        content=heading("Log in", "Welcome back.")
        + form(look, "/web/login", content, name="login-form"),
    )


def second_factor(look: Look) -> str:
    content = Field("code", "Code", autocomplete="one-time-code", is_code=True, is_first=True).html(
        look
    ) + button(look, "code-submit", "Confirm")
    return page(
        look,
        "code-page",
        title="Enter your code",
        content=heading(
            "Enter your code",
            "Open your authenticator app and enter the six digits. One of your backup codes works, too.",
        )
        + form(look, "/web/code", content, name="code-form")
        + f'<p class="beside">{link(look, "start-over", "/web/login", "Use another account")}</p>',
    )


def verify(look: Look, *, address: str) -> str:
    content = Field("code", "Code", autocomplete="one-time-code", is_code=True, is_first=True).html(
        look
    ) + button(look, "verify-submit", "Confirm")
    again = form(
        look,
        "/web/verify/send",
        button(look, "send-new-code", "Send a new code", style="plain"),
        name="send-form",
    )
    return page(
        look,
        "verify-page",
        title="Check your e-mail",
        content=heading(
            "Check your e-mail",
            f"We have sent a code to {address}. Enter it to show that it is you.",
        )
        + form(look, "/web/verify", content, name="verify-form")
        + f'<div class="beside">{again}</div>',
    )


def challenge(look: Look, puzzle: Puzzle) -> str:
    place = f"/web/challenge/{puzzle.ticket}"
    tiles = "".join(
        f'<label class="tile"><img src="{place}/{puzzle.round}/{number}.png" alt="Picture {number}">'
        f'<input type="checkbox" {look.id(f"tile-{number}")} {look.field_name(f"tile_{number}")} '
        f'value="1" aria-label="Picture {number}"></label>'
        for number in range(1, TILES + 1)
    )
    content = f'<fieldset class="tiles">{tiles}</fieldset>' + button(
        look, "challenge-submit", "Confirm"
    )
    return page(
        look,
        "challenge-page",
        title="Show that you are a person",
        content=heading("Show that you are a person")
        + f'<p class="quiet">Choose every picture with a <strong {look.id("wanted")}>'
        f"{escape(puzzle.wanted)}</strong>.</p>"
        + form(look, place, content, name="challenge-form"),
    )


def challenge_passed(look: Look, *, next_address: str) -> str:
    text = "Thank you. The account can be used again; you may close this page."
    go_on = link(look, "go-on", next_address, "Go on")
    return page(
        look,
        "challenge-passed-page",
        title="That was right",
        content=heading("That was right", text) + f"<p>{go_on}</p>",
    )


def challenge_over(look: Look) -> str:
    return page(
        look,
        "challenge-over-page",
        title="This link has run out",
        content=heading("This link has run out", "Log in again to be given a new one.")
        + f"<p>{link(look, 'start-over', '/web/login', 'Log in')}</p>",
    )


def locked(look: Look) -> str:
    return page(
        look,
        "locked-page",
        title="Your account is locked",
        content=heading(
            "Your account is locked",
            "We have seen something unusual. Verify that the account is yours to go on: "
            "write to our support from the address that the account is known by.",
        ),
    )


def suspended(look: Look) -> str:
    return page(
        look,
        "suspended-page",
        title="Your account has been suspended",
        content=heading(
            "Your account has been suspended",
            "It has broken our rules. If you think that this is a mistake, you can appeal within "
            "thirty days.",
        ),
    )


def home(look: Look, profile: dict[str, Any], *, login: str) -> str:
    about = f'<p class="about">{escape(profile["bio"])}</p>' if profile["bio"] else ""
    facts = " · ".join(escape(profile[name]) for name in ("location", "link") if profile[name])
    facts = f'<p class="quiet small">{facts}</p>' if facts else ""
    counts = "".join(
        f"<div><dt>{label}</dt><dd {look.id(name)}>{profile[key]:,}</dd></div>"
        for name, key, label in (
            ("post-count", "post_count", "Posts"),
            ("follower-count", "follower_count", "Followers"),
            ("following-count", "following_count", "Following"),
        )
    )
    content = (
        '<div class="person">'
        f'<img src="{escape(profile["avatar_url"])}" alt=""><div>'
        f"<h1 {look.id('account-name')}>{escape(profile['name'])}</h1>"
        f'<p class="quiet">@<span {look.id("handle")}>{escape(profile["handle"])}</span></p></div></div>'
        f'{about}{facts}<dl class="counts">{counts}</dl>'
        f'<p class="beside quiet small">You are logged in as <span {look.id("login-name")}>'
        f"{escape(login)}</span>.</p>"
    )
    return page(look, "home-page", title="Profile", content=content, is_wide=True)


def password(look: Look) -> str:
    fields = (
        Field("old_password", "Present password", "password", "current-password", is_first=True),
        Field("new_password", "New password", "password", "new-password"),
        Field("repeat_password", "New password, once more", "password", "new-password"),
    )
    content = "".join(one.html(look) for one in fields) + button(
        look, "password-submit", "Change password"
    )
    return page(
        look,
        "password-page",
        title="Change password",
        content=heading("Change password", "Other browsers and apps will be logged out.")
        + form(look, "/web/password", content, name="password-form"),
    )


def password_changed(look: Look) -> str:
    return page(
        look,
        "password-changed-page",
        title="Your password has been changed",
        content=heading(
            "Your password has been changed", "Other browsers and apps have been logged out."
        )
        + f"<p>{link(look, 'go-on', '/web/home', 'Go to your profile')}</p>",
    )


def wait(look: Look) -> str:
    return page(
        look,
        "wait-page",
        title="Please wait",
        content=heading("Please wait", "Please wait a few minutes before you try again."),
    )


def broken(look: Look) -> str:
    return page(
        look,
        "error-page",
        title="Something went wrong",
        content=heading(
            "Something went wrong", "Something went wrong on our side. Try again later."
        ),
    )


def missing(look: Look) -> str:
    return page(
        look,
        "missing-page",
        title="Page not found",
        content=heading("Sorry, this page isn't available")
        + f"<p>{link(look, 'start-over', '/web/login', 'To the start')}</p>",
    )


def stale_form(look: Look, *, back: str) -> str:
    return page(
        look,
        "stale-page",
        title="This page is too old",
        content=heading("This page is too old", "Nothing was done. Open it again and repeat it.")
        + f"<p>{link(look, 'go-on', back, 'Open it again')}</p>",
    )


def news(look: Look) -> str:
    """A page that nobody expects: what stands between a visitor and the page they asked for."""
    return page(
        look,
        "news-page",
        title="News of Sandgram",
        content=heading(
            "Our terms have changed", "Please read what is new before you go on. It takes a minute."
        )
        + f"<p>{link(look, 'later', '/web/home', 'Later')}</p>",
    )
