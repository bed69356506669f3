from __future__ import annotations

import random

import pytest

from retinue.capabilities.plans.rules import spin
from retinue.capabilities.plans.rules.comments import fault_of, sections


class TestSpin:
    def test_every_option_comes_up(self, rng: random.Random) -> None:
        said = {spin("{hi|hello {you|there}}!", rng) for _ in range(100)}

        assert said == {"hi!", "hello you!", "hello there!"}

    def test_a_backslash_takes_the_meaning_away(self, rng: random.Random) -> None:
        assert spin(r"\{a\|b\}", rng) == "{a|b}"

    @pytest.mark.parametrize("text", ["{a|b", "a}", "a|b", "", "\\", "{" * 50])
    def test_a_text_that_is_not_closed_is_said_anyhow(self, text: str, rng: random.Random) -> None:
        assert isinstance(spin(text, rng), str)


class TestFaultOf:
    @pytest.mark.parametrize("text", ["{a", "a}", "{" * 21 + "}" * 21])
    def test_unbalanced_braces_are_found(self, text: str) -> None:
        assert fault_of(text)

    def test_escaped_braces_are_not_counted(self) -> None:
        assert fault_of(r"\{ {a|b} \}") is None


class TestSections:
    def test_lines_before_the_first_header_serve_every_post(self) -> None:
        found = sections(["any", "", "%PHOTO", "a", "%video", "b", "%CAROUSEL"])

        assert found.for_any == ("any",)
        assert found.by_media == {"photo": ("a",), "video": ("b",)}
