from __future__ import annotations

from pathlib import Path

import pytest

from retinue.capabilities.plans.rules import parse
from retinue.capabilities.plans.rules.vocabulary import COMMENT_BY_JOB, FILTER_KEYS, KEYS

PAGE = (Path(__file__).parents[4] / "docs" / "reference" / "plan.md").read_text(encoding="utf-8")


class TestReferencePage:
    @pytest.mark.parametrize(
        "key", [*KEYS, *(key for key in FILTER_KEYS if key not in COMMENT_BY_JOB)]
    )
    def test_every_key_is_explained(self, key: str) -> None:
        assert f"`{key}`" in PAGE

    def test_its_example_has_nothing_to_remark(self) -> None:
        example = PAGE.partition("```yaml\n")[2].partition("```")[0]

        assert parse(example).findings == ()
