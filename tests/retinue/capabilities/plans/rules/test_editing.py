from __future__ import annotations

import difflib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retinue.capabilities.plans.rules import Request, edited, tree

TEXT = """\
# Head of the file
blogger-followers: [luna, 'mia', "zoe"]   # people we like
likes-percentage: '50'        # half

blogger:
  - anna   # first
  # between
  - bert
  - carl

filters:     # whom to skip
  min_followers: 10   # ten
  blacklist_words: [x, y]

# tail
"""


def after(
    text: str = TEXT,
    *,
    put: dict[str, Any] | None = None,
    add: dict[str, list[Any]] | None = None,
    remove: dict[str, list[Any]] | None = None,
) -> str:
    result = edited(text, request=Request(put or {}, add or {}, remove or {}))
    assert result.problems == ()
    return result.text


def changed_lines(before: str, now: str) -> list[str]:
    lines = list(difflib.unified_diff(before.splitlines(), now.splitlines(), n=0, lineterm=""))
    return [f"{line[0]} {line[1:]}" for line in lines[2:] if line[0] in "+-"]


class TestSet:
    def test_a_value_takes_over_the_quoting_and_leaves_the_comment(self) -> None:
        now = after(put={"likes-percentage": "70-90"})

        assert changed_lines(TEXT, now) == [
            "- likes-percentage: '50'        # half",
            "+ likes-percentage: '70-90'        # half",
        ]

    def test_a_new_key_stands_before_the_comment_at_the_end(self) -> None:
        now = after(put={"follow-percentage": 5})

        assert now.index("follow-percentage: 5\n") < now.index("# tail")
        assert changed_lines(TEXT, now) == ["+ follow-percentage: 5"]

    def test_a_key_inside_of_filters_is_reached_with_a_dot(self) -> None:
        now = after(put={"filters.max_followers": 900, "repeat": 60})

        assert changed_lines(TEXT, now) == ["+   max_followers: 900", "+ repeat: 60"]

    def test_filters_are_made_where_there_are_none(self) -> None:
        now = after("feed: 1\n", put={"filters.min_posts": 3, "filters.skip_if_private": True})

        assert now == "feed: 1\nfilters:\n  min_posts: 3\n  skip_if_private: true\n"

    def test_whole_filters_replace_what_was_there(self) -> None:
        now = after(put={"filters": {"min_followers": 20}})

        assert changed_lines(TEXT, now) == [
            "-   min_followers: 10   # ten",
            "-   blacklist_words: [x, y]",
            "+   min_followers: 20   # ten",
        ]

    def test_null_takes_a_key_out(self) -> None:
        now = after(put={"likes-percentage": None})

        assert changed_lines(TEXT, now) == ["- likes-percentage: '50'        # half"]

    def test_the_same_value_changes_nothing(self) -> None:
        assert after(put={"likes-percentage": 50}) == TEXT

    def test_a_list_keeps_the_lines_that_stay(self) -> None:
        now = after(put={"blogger": ["anna", "carl", "dora"]})

        assert changed_lines(TEXT, now) == ["-   - bert", "+   - dora"]

    def test_an_empty_text_takes_keys(self) -> None:
        assert after("", put={"feed": 1}) == "feed: 1\n"
        assert after("# note", put={"blogger": ["a"]}) == "# note\nblogger: [a]\n"

    def test_windows_line_ends_are_kept(self) -> None:
        now = after("feed: 1\r\n# c\r\n", put={"repeat": 5})

        assert now == "feed: 1\r\nrepeat: 5\r\n# c\r\n"

    def test_a_mapping_in_braces_stays_one(self) -> None:
        assert (
            after("{feed: 1, repeat: 2}", put={"feed": None, "blogger": ["a"]})
            == "{repeat: 2, blogger: [a]}\n"
        )

    @pytest.mark.parametrize(
        "value", ["it's", "a: b", "# no", "", " x ", "a\nb", "é", "[a]", "\u2028", "\U0001f600"]
    )
    def test_any_text_is_quoted_as_it_needs(self, value: str) -> None:
        now = after(put={"comments": [value], "username": value})

        config = tree.config_of(tree.read(now))
        assert config["comments"] == [value]
        assert config["username"] == value


class TestAddAndRemove:
    def test_items_join_the_style_of_their_list(self) -> None:
        now = after(add={"blogger": ["dora"], "blogger-followers": ["@new", "007"]})

        assert changed_lines(TEXT, now)[-1] == "+   - dora"
        assert "[luna, 'mia', \"zoe\", '@new', 007]   # people we like" in now

    def test_an_item_that_is_there_is_not_added_again(self) -> None:
        assert after(add={"blogger-followers": ["@luna", "MIA"]}) == TEXT

    def test_an_item_leaves_with_its_line_and_comment(self) -> None:
        assert changed_lines(TEXT, after(remove={"blogger": ["anna"]})) == ["-   - anna   # first"]

    @pytest.mark.parametrize(
        ("gone", "rest"),
        [
            (["luna"], "['mia', \"zoe\"]"),
            (["mia"], '[luna, "zoe"]'),
            (["@zoe", "mia"], "[luna]"),
            (["luna", "mia", "zoe"], "[]"),
        ],
    )
    def test_items_leave_a_list_in_brackets(self, gone: list[str], rest: str) -> None:
        now = after(remove={"blogger-followers": gone})

        assert f"blogger-followers: {rest}   # people we like\n" in now

    def test_the_last_item_leaves_an_empty_list(self) -> None:
        now = after(remove={"blogger": ["anna", "bert", "carl"]})

        assert "blogger: []\n  # between\n" in now

    def test_one_request_exchanges_items(self) -> None:
        now = after(add={"blogger": ["dora"]}, remove={"blogger": ["carl"]})

        assert changed_lines(TEXT, now) == ["-   - carl", "+   - dora"]

    def test_a_single_value_becomes_a_list(self) -> None:
        assert after("blogger: a # x\n", add={"blogger": ["b"]}) == "blogger: [a, b] # x\n"

    def test_a_file_is_removed_by_its_name(self) -> None:
        now = after(
            "interact-from-file: [a.txt 5, b.txt]\n", remove={"interact-from-file": ["a.txt"]}
        )

        assert now == "interact-from-file: [b.txt]\n"

    def test_what_is_not_there_cannot_be_removed(self) -> None:
        result = edited(TEXT, request=Request({}, {}, {"blogger": ["anna", "nobody"]}))

        assert result.text == TEXT
        assert [(problem.loc, problem.msg) for problem in result.problems] == [
            (("remove", "blogger"), "`nobody` is not in the list")
        ]

    def test_a_key_is_given_either_to_set_or_to_add(self) -> None:
        result = edited(TEXT, request=Request({"blogger": ["x"]}, {"blogger": ["y"]}, {}))

        assert result.problems[0].loc == ("add", "blogger")


class TestExactness:
    """A change is what was asked for, or it is refused; it is never something else."""

    LAYOUTS = (
        TEXT,
        "blogger: [anna,bert , carl,]\nfilters: {min_followers: 1, x: [q]}\n",
        "blogger:\n- anna\n-   bert\n\n- carl # c\nfilters:\n    min_followers: 1",
        "  blogger: [\n    anna, # one\n    bert # two\n    ]\n  filters:\n",
        "blogger: anna\nfilters: {}\nusername: |\n  many\n  lines\n",
        "---\nblogger:\n\nfilters:\n  min_followers: 5\n...\n",
        "{blogger: anna}",
        "",
    )
    keys = st.sampled_from(
        ["blogger", "username", "filters.min_followers", "filters.words", "new-key"]
    )
    item = st.text(alphabet="ab #:'\"@-,[]{}\né\u2028", max_size=6).filter(lambda text: text != "")

    @settings(max_examples=300, deadline=None)
    @given(
        st.sampled_from(LAYOUTS),
        st.dictionaries(keys, st.one_of(st.none(), item, st.lists(item, max_size=3)), max_size=3),
        st.dictionaries(keys, st.lists(item, min_size=1, max_size=3), max_size=2),
    )
    def test_the_text_says_what_was_asked_for(
        self, text: str, put: dict[str, Any], add: dict[str, list[Any]]
    ) -> None:
        result = edited(text, request=Request(put, add, {}))

        if result.problems:
            assert result.text == text
            return
        config = tree.config_of(tree.read(result.text))
        for key, value in put.items():
            head, _, last = key.rpartition(".")
            place: Any = (config.get(head) or {}) if head else config
            assert place.get(last) == value

    @settings(max_examples=100, deadline=None)
    @given(st.sampled_from(["anna", "bert", "carl"]), st.sampled_from(LAYOUTS[:3]))
    def test_removing_and_adding_leaves_the_other_lines_alone(self, name: str, text: str) -> None:
        now = edited(text, request=Request({}, {}, {"blogger": [name]})).text

        comments = [line for line in text.splitlines() if line.strip().startswith("#")]
        assert [line for line in now.splitlines() if line.strip().startswith("#")] == comments
