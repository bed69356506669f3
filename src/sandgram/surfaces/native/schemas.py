"""Request bodies of the native API. Unknown fields are refused."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1, max_length=300)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LogIn(Body):
    login: Text
    password: Text = Field(repr=False)
    code: str | None = Field(default=None, max_length=20, repr=False)


class LogInWithCookies(Body):
    auth_token: Text = Field(repr=False)
    ct0: Text = Field(repr=False)


class MailCode(Body):
    login: Text


class PasswordChange(Body):
    old_password: Text = Field(repr=False)
    new_password: Text = Field(repr=False)


class ProfileEdit(Body):
    name: str | None = None
    bio: str | None = None
    link: str | None = None
    location: str | None = None
    lang: str | None = None
    avatar: str | None = None
    banner: str | None = None


class CommentCreate(Body):
    text: str


class PostCreate(Body):
    caption: str = ""
    media_ids: list[Text]


class StoryCreate(Body):
    caption: str = ""
    media_ids: list[Text]


class HighlightCreate(Body):
    title: Text
    media_ids: list[Text]
