"""The test as it is asked for and answered."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

TestType = Literal["like", "follow", "comment", "view"]


class TestRequest(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    type: TestType = Field(description="The act to perform.", examples=["like"])


class TestResult(BaseModel):
    status: Literal["success"] = "success"
    message: str = "Test successful"
    type: TestType
    account: str
    target_username: str
    object_id: str | None
    effect_id: str
    latency_ms: int
    """From the request's first byte to the answer's last."""
    total_ms: int
    """Log-in and finding somebody included."""
