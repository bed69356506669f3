from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from retinue.capabilities.accounts.schemas import FilterQuery

_Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*\S[^\x00]*$")]
_Id = Annotated[int, Field(ge=1, lt=2**63)]


class RevealRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: _Reason = Field(description="Why; the audit log keeps it.")


class Revealed(BaseModel):
    """What is stored of an account, in the clear. Never kept by anything on the way."""

    account_id: int
    account_no: str
    login: str
    network: str
    secrets: dict[str, Any] = Field(
        repr=False,
        description="By name: password, email_password, auth_token, ct0, totp_secret, backup_codes (a list),"
        " cookies; `..._previous` the value before it, `..._pending` one that may not be in force yet."
        " What is not stored is left out.",
    )


class SecretExport(BaseModel):
    """Either `ids` or `filter`; `{}` as the filter means every account that is not retired."""

    model_config = ConfigDict(extra="forbid")

    reason: _Reason = Field(description="Why; the audit log keeps it.")
    passphrase: SecretStr = Field(
        min_length=12,
        max_length=1000,
        description="What opens the file. Kept nowhere: without it the file is lost.",
    )
    ids: Annotated[list[_Id], Field(min_length=1, max_length=10_000)] | None = None
    filter: FilterQuery | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> SecretExport:
        if (self.ids is None) == (self.filter is None):
            raise ValueError("give either ids or filter; {} as the filter means all accounts")
        return self
