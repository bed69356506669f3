"""The fields of a profile, with the bounds that hold on every network."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from retinue.drivers.pictures import problem_of

FIELDS = ("name", "description", "url", "location", "profile_image", "profile_banner", "lang")

# ISO 639-1, and the country of ISO 3166-1 where one is given.
_CODES = (
    "aa ab af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee"
    " el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io"
    " is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn"
    " mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se"
    " sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo"
    " wa wo xh yi yo za zh zu"
)
_LANGUAGES = frozenset(_CODES.split())


def _language(text: str) -> str:
    language, dash, country = text.partition("-")
    has_country = len(country) == 2 and country.isascii() and country.isalpha()
    if language.casefold() not in _LANGUAGES or (dash and not has_country):
        raise ValueError("is no ISO language code; write it as in en or pt-BR")
    return language.casefold() + (f"-{country.upper()}" if dash else "")


def _web_address(text: str) -> str:
    if not text:
        return text
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or any(one.isspace() for one in text):
        raise ValueError("is no URL; write it as in https://example.com/")
    return text


def _picture(text: str) -> str:
    problem = problem_of(text)
    if problem is not None:
        raise ValueError(problem)
    return text


_PLAIN = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"
_PictureUrl = Annotated[str, Field(max_length=500), AfterValidator(_picture)]


class ProfileFields(BaseModel):
    """What is to change. An empty text clears a field; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str | None = Field(default=None, min_length=1, max_length=50, pattern=_PLAIN)
    description: str | None = Field(default=None, max_length=160, pattern=_PLAIN)
    url: Annotated[str, Field(max_length=200), AfterValidator(_web_address)] | None = None
    location: str | None = Field(default=None, max_length=30, pattern=_PLAIN)
    profile_image: _PictureUrl | None = Field(
        default=None, description="A JPG or PNG of this machine, at most 5 MB."
    )
    profile_banner: _PictureUrl | None = Field(default=None, description="As profile_image.")
    lang: Annotated[str, AfterValidator(_language)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> ProfileFields:
        if not self.model_dump(exclude_none=True):
            raise ValueError("name at least one field to change")
        return self


class UpdateParams(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    fields: ProfileFields


class UpdateResult(BaseModel):
    """`changed` are the fields that differed; `proof` says how it is known that they are there."""

    account_no: str
    changed: list[str]
    proof: str
