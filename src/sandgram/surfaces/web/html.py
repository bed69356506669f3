"""What all pages share: the frame around them, fields, buttons and forms."""

from dataclasses import dataclass, field
from html import escape

from sandgram.surfaces.web.names import Names

_FOOTER = "Sandgram is a fictional network. It exists on this machine only."


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is to be made: its names, the token of its forms, what it has to tell."""

    names: Names
    form_token: str = field(repr=False)
    error: str = ""
    note: str = ""
    is_signed_in: bool = False

    def id(self, name: str) -> str:
        return f'id="{self.names.of(name)}"'

    def field_name(self, name: str) -> str:
        return f'name="{self.names.of(name)}"'


@dataclass(frozen=True, slots=True)
class Field:
    """An input with its label. `name` has underscores, the id hyphens in their place."""

    name: str
    label: str
    kind: str = "text"
    autocomplete: str = "off"
    value: str = ""
    is_code: bool = False
    is_first: bool = False

    def html(self, look: Look) -> str:
        name = self.name.replace("_", "-")
        more = ' inputmode="numeric" class="code" maxlength="20"' if self.is_code else ""
        value = f' value="{escape(self.value)}"' if self.value else ""
        focus = " autofocus" if self.is_first else ""
        return (
            f'<label for="{look.names.of(name)}">{escape(self.label)}</label>'
            f'<input {look.id(name)} {look.field_name(self.name)} type="{self.kind}" '
            f'autocomplete="{self.autocomplete}" autocapitalize="none" spellcheck="false" '
            f"required{more}{value}{focus}>"
        )


def form(look: Look, action: str, content: str, *, name: str) -> str:
    return (
        f'<form method="post" action="{escape(action)}" {look.id(name)}>'
        f'<input type="hidden" {look.field_name("form_token")} value="{escape(look.form_token)}">'
        f"{content}</form>"
    )


def button(look: Look, name: str, text: str, *, style: str = "full") -> str:
    return f'<button type="submit" {look.id(name)} class="{style}">{escape(text)}</button>'


def link(look: Look, name: str, address: str, text: str) -> str:
    return f'<a {look.id(name)} href="{escape(address)}">{escape(text)}</a>'


def page(look: Look, name: str, *, title: str, content: str, is_wide: bool = False) -> str:
    """`name` is the id of the page's main element. A page's title is its heading, too."""
    told = ""
    if look.note:
        told += f'<p {look.id("note")} class="note" role="status">{escape(look.note)}</p>'
    if look.error:
        told += f'<p {look.id("error")} class="error" role="alert">{escape(look.error)}</p>'
    style = ' class="wide"' if is_wide else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · Sandgram</title>"
        '<link rel="icon" type="image/svg+xml" href="/web/icon.svg">'
        '<link rel="stylesheet" href="/web/style.css"></head><body>'
        f"{_bar(look)}<main {look.id(name)}{style}>"
        f'<div class="card">{told}{content}</div></main>'
        f"<footer>{_FOOTER}</footer></body></html>"
    )


def heading(title: str, text: str = "") -> str:
    more = f'<p class="quiet">{escape(text)}</p>' if text else ""
    return f"<h1>{escape(title)}</h1>{more}"


def _bar(look: Look) -> str:
    home = "/web/home" if look.is_signed_in else "/web/login"
    mark = f'<a class="mark" href="{home}"><img src="/web/icon.svg" alt="">Sandgram</a>'
    if not look.is_signed_in:
        return f'<header class="bar">{mark}</header>'
    leave = form(
        look,
        "/web/logout",
        button(look, "log-out", "Log out", style="plain"),
        name="log-out-form",
    )
    return (
        f'<header class="bar">{mark}<nav aria-label="Main">'
        f"{link(look, 'home-link', '/web/home', 'Profile')}"
        f"{link(look, 'password-link', '/web/password', 'Password')}{leave}</nav></header>"
    )
