"""The little language in which fields are asked for."""

from __future__ import annotations

import pytest

from sandgram.surfaces.graph.errors import GraphError
from sandgram.surfaces.graph.fields import Field, parse


class TestFields:
    def test_names_arguments_and_fields_of_fields(self) -> None:
        text = "id, business_discovery.username(x_1){name,media.limit(3).after(9){id}}"
        assert parse(text) == (
            Field("id"),
            Field(
                "business_discovery",
                {"username": "x_1"},
                (Field("name"), Field("media", {"limit": "3", "after": "9"}, (Field("id"),))),
            ),
        )

    @pytest.mark.parametrize(
        "text", ["", ",", "a,", "a{", "a{b", "a}", "a.b", "a.b(", "a b", "é", "a{" * 9, "a" * 5000]
    )
    def test_what_follows_no_grammar_is_refused(self, text: str) -> None:
        with pytest.raises(GraphError):
            parse(text)
