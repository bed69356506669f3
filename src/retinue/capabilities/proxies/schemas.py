from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from retinue.capabilities.proxies.models import Proxy

SCHEMES = ("http", "https", "socks5")


@dataclass(frozen=True, slots=True)
class Address:
    """What makes a proxy this one and no other."""

    scheme: str
    host: str
    port: int
    username: str | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class OpenProxy:
    """A proxy ready for a driver; `url` is without credentials."""

    url: str
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


class ProxyCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    scheme: Literal["http", "https", "socks5"] = "http"
    host: str = Field(min_length=1, max_length=255)
    port: int = Field(ge=1, le=65535)
    username: str | None = Field(default=None, min_length=1, max_length=255)
    password: SecretStr | None = Field(default=None, min_length=1, max_length=1000)


class ProxyChange(BaseModel):
    """A proxy is its address; what can change is the password. Another address is another proxy."""

    model_config = ConfigDict(extra="forbid")

    password: SecretStr | None = Field(max_length=1000)


@dataclass(frozen=True, slots=True)
class CheckedProxy:
    """What a try has shown. `message` never holds the password."""

    ok: bool
    message: str
    exit_address: str | None = None
    milliseconds: int | None = None


class ProxyRead(BaseModel):
    """Never the password."""

    id: int
    scheme: str
    host: str
    port: int
    username: str | None
    has_password: bool
    checked_at: datetime | None = Field(description="When it was last tried; null for never.")
    ok: bool | None = Field(description="Whether it worked then.")
    message: str | None = Field(description="What the last check has shown.")
    exit_address: str | None = Field(description="Where it led out when it last worked.")
    created_at: datetime

    @classmethod
    def of(cls, proxy: Proxy) -> ProxyRead:
        return cls(
            id=proxy.id,
            scheme=proxy.scheme,
            host=proxy.host,
            port=proxy.port,
            username=proxy.username,
            has_password=proxy.password_sealed is not None,
            checked_at=proxy.checked_at,
            ok=proxy.check_ok,
            message=proxy.check_message,
            exit_address=proxy.exit_address,
            created_at=proxy.created_at,
        )
