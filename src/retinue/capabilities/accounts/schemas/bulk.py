"""One act on many accounts: what is asked, and what became of each."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from retinue.capabilities.accounts.schemas.pool import FilterQuery

MOST_IDS = 50_000


class BulkAction(StrEnum):
    pause = "pause"
    resume = "resume"
    label = "label"
    unlabel = "unlabel"
    activate = "activate"
    retire = "retire"
    validate = "validate"
    """Ask the queue for it: `changed` is what has been put in, `unchanged` what stood there already."""
    recover = "recover"
    """As `validate`."""
    rotate = "rotate"
    """As `validate`; a new password each."""
    refresh_cookies = "refresh_cookies"
    """As `validate`."""


QUEUED = frozenset(
    {BulkAction.validate, BulkAction.recover, BulkAction.rotate, BulkAction.refresh_cookies}
)
"""What is done by the queue, task by task."""
_WITH_REASON = {BulkAction.pause, BulkAction.activate, BulkAction.retire}
_WITH_LABELS = {BulkAction.label, BulkAction.unlabel}


class BulkRequest(BaseModel):
    """Either `ids` or `filter`; `{}` as the filter means every account that is not retired."""

    model_config = ConfigDict(extra="forbid")

    action: BulkAction
    reason: str | None = Field(
        default=None,
        min_length=1,
        max_length=500,
        description="Needed to pause, activate and retire.",
    )
    labels: list[str] | None = Field(
        default=None, min_length=1, max_length=50, description="For label and unlabel."
    )
    ids: list[Annotated[int, Field(ge=1, lt=2**63)]] | None = Field(
        default=None, min_length=1, max_length=MOST_IDS
    )
    filter: FilterQuery | None = None
    dry_run: bool = False

    @model_validator(mode="after")
    def _fits_together(self) -> BulkRequest:
        if (self.ids is None) == (self.filter is None):
            message = "give either ids or filter; {} as the filter means all accounts"
            raise ValueError(message)
        if self.action in _WITH_REASON and not (self.reason or "").strip():
            message = f"{self.action} needs a reason; the audit log keeps it"
            raise ValueError(message)
        if (self.action in _WITH_LABELS) != (self.labels is not None):
            needs = "needs" if self.action in _WITH_LABELS else "takes no"
            message = f"{self.action} {needs} labels"
            raise ValueError(message)
        return self


class BulkOutcome(StrEnum):
    changed = "changed"
    unchanged = "unchanged"
    refused = "refused"


class BulkRow(BaseModel):
    id: int
    account: str | None = Field(description="Its account_no; null where there is no such account.")
    outcome: BulkOutcome
    reason: str | None = None


class BulkReport(BaseModel):
    """In a dry run: what would become of each. `rows` holds the refused ones first, at most 1000."""

    action: BulkAction
    dry_run: bool
    matched: int
    changed: int
    unchanged: int
    refused: int
    rows: list[BulkRow]
    rows_omitted: int
    batch_ids: list[str] = Field(
        default=[],
        description="Of what the queue does: where to follow it; `GET /api/batches/{id}`.",
    )
