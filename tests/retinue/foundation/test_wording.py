from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from retinue.foundation import wording


def _even(number: int) -> int:
    if number % 2:
        raise ValueError("must be even; add one")
    return number


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    username: str = Field(default="ada", min_length=1, max_length=5, pattern=wording.NAME)
    number: int = Field(default=1, ge=1, le=9)
    pair: Annotated[int, AfterValidator(_even)] = 2
    fields: list[str] = Field(default_factory=lambda: ["bio"], min_length=1)


class TestProblemsOf:
    @pytest.mark.parametrize(
        ("given", "place", "text"),
        [
            (
                {"username": "@ada"},
                "username",
                "must be a name alone; write it without @, / and spaces",
            ),
            (
                {"username": ""},
                "username",
                "must not be empty; write something, or leave it out",
            ),
            ({"username": "a" * 6}, "username", "must have at most 5 characters"),
            ({"username": 7}, "username", "must be a text; put it in quotes"),
            ({"number": 10}, "number", "must be 9 or less"),
            ({"number": "1"}, "number", "must be a whole number; write it without quotes"),
            ({"pair": 3}, "pair", "must be even; add one"),
            ({"fields": []}, "fields", "must name at least 1; it has 0"),
            (
                {"colour": "red"},
                "colour",
                "is not known here; there is username, number, pair, fields",
            ),
        ],
    )
    def test_each_names_the_place_and_the_way_to_mend_it(
        self, given: dict[str, Any], place: str, text: str
    ) -> None:
        with pytest.raises(ValidationError) as wrong:
            Order.model_validate(given)
        (problem,) = wording.problems_of(wrong.value, Order)
        assert (problem.loc, problem.msg) == ((place,), text)
