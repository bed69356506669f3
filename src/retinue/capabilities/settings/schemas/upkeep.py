"""Settings about what keeps accounts open: recovery, mailboxes, the daily upkeep, what was seen."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from retinue.capabilities.settings.schemas.typed import Typed

Domain = Annotated[str, Field(max_length=253, pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")]
Sender = Annotated[
    str, Field(max_length=254, pattern=r"^([^\s@<>,]+@|@)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")
]


class RecoverySettings(Typed):
    """What is done about an account that does not open any more."""

    automatic: bool = Field(
        default=True,
        description="Whether an account whose validation fails in a way that may be mended is recovered by itself,"
        " within two log-ins a day.",
    )


class MailServerSettings(Typed):
    """Where the mailboxes of one e-mail domain are read."""

    host: str = Field(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:-]+$")
    port: int | None = Field(
        None, ge=1, le=65_535, description="993 with tls and 143 otherwise, unless given."
    )
    security: Literal["tls", "starttls", "plain"] = Field(
        "tls", description="Nothing but this machine is reached by plain."
    )
    authenticating: bool = Field(
        default=True,
        description="The server writes Authentication-Results; a mail without a passed DKIM signature of its"
        " sender's domain is not looked into.",
    )


class MailSettings(Typed):
    """The accounts' own mailboxes, in which the networks leave codes."""

    servers: dict[Domain, MailServerSettings] = Field(
        default_factory=dict,
        max_length=1000,
        description="By e-mail domain, such as `example.org`. Sandgram's is known without being named.",
    )
    senders: Annotated[list[Sender], Field(max_length=100)] = Field(
        default_factory=list,
        description="From whom a code may come, beside the network itself: `name@domain`, or a domain.",
    )
    wait_seconds: int = Field(120, ge=5, le=600, description="How long a code is waited for.")


class UpkeepSettings(Typed):
    """What is done to every account once in a while. Each has its own time of the day."""

    enabled: bool = Field(default=True, description="Whether anything is done by itself.")
    cookies_hours: int = Field(
        24, ge=0, le=720, description="Hours after which cookies are refreshed; 0 is never."
    )
    validation_hours: int = Field(
        24,
        ge=0,
        le=720,
        description="Hours after which an account that has been validated is validated again; 0 is never.",
    )


class ProxySettings(Typed):
    """How the ways out are looked after."""

    check_minutes: int = Field(
        15, ge=0, le=1440, description="Minutes between two checks of a proxy; 0 is never."
    )
    history_days: int = Field(7, ge=1, le=90, description="Days for which checks are kept.")


class EvidenceSettings(Typed):
    """What was seen when something surprised us, and how long that is kept."""

    keep_days: int = Field(
        30, ge=1, le=3650, description="Days that pictures of pages, and the pages, are kept."
    )
