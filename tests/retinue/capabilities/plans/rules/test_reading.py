from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retinue.capabilities.plans.rules import parse
from retinue.capabilities.plans.rules.vocabulary import FILTER_KEYS, KEYS
from retinue.capabilities.plans.schemas import (
    FileSource,
    Finding,
    JobKind,
    Plan,
    Range,
    Severity,
    Span,
)

WHOLE = """\
timezone: Europe/Berlin
interact-from-file: [list1.txt 10-15, 'list 2.txt']
blogger-followers: [luna, '@mia', 007, 1_000, yes, null]
hashtag-posts-recent:
  - "#cats"
interactions-count: 5-9
follow-percentage: 30
follow-limit: 3
total-sessions: -1
repeat: 120-180
like-interval: 0
follow-interval: 1.5-2
hourly-like-limit: 20
daily-follow-limit: 40
working-hours: [09.00-12.30, 22.00-02.00]
time-delta: 5-10
comment-percentage: 10
total-comments-limit: 5
comments: |
  hello {there|you}
  %PHOTO
  nice picture
filters:
  skip_if_private: true
  min_followers: 100
  min_potency_ratio: 0.5
  blacklist_words: [spam, 'follow me']
  comment_videos: false
  comment_blogger_followers: false
"""


def plan_of(text: str) -> Plan:
    parsed = parse(text)
    assert parsed.plan is not None, parsed.findings
    return parsed.plan


def only_error(text: str) -> Finding:
    errors = parse(text).errors
    assert len(errors) == 1, errors
    return errors[0]


class TestParse:
    def test_a_whole_plan_is_read_into_types(self) -> None:
        plan = plan_of(WHOLE)

        assert [job.kind for job in plan.jobs] == [
            JobKind.interact_from_file,
            JobKind.blogger_followers,
            JobKind.hashtag_posts_recent,
        ]
        assert plan.jobs[0].sources == (
            FileSource("list1.txt", Range(10, 15)),
            FileSource("list 2.txt", Range(10, 10)),
        )
        assert plan.interactions_count == Range(5, 9)
        assert plan.follow_limit == Range(3, 3)
        assert plan.total_sessions is None
        assert plan.repeat == Range(120, 180)
        assert plan.intervals == {"like": Span(0, 0), "follow": Span(1.5, 2)}
        assert plan.hourly_limits == {"like": 20}
        assert plan.daily_limits == {"follow": 40}
        assert plan.working_hours.timezone == "Europe/Berlin"
        assert len(plan.working_hours.windows) == 2
        assert plan.working_hours.time_delta == Range(5, 10)
        assert plan.comments == ("hello {there|you}",)
        assert plan.comments_by_media == {"photo": ("nice picture",)}
        assert plan.filters.min_followers == 100
        assert plan.filters.blacklist_words == ("spam", "follow me")
        assert plan.filters.comment_on_media == {"video": False}
        assert plan.filters.comment_in_job == {"blogger-followers": False}
        assert parse(WHOLE).findings == ()

    def test_names_that_look_like_numbers_keep_their_text(self) -> None:
        sources = plan_of(WHOLE).jobs[1].sources

        assert sources == ("luna", "mia", "007", "1_000", "yes", "null")

    def test_what_is_left_out_has_its_default(self) -> None:
        assert plan_of("blogger: luna\n").likes_percentage == Range(100, 100)

    @pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
    def test_an_empty_text_is_a_plan_without_jobs(self, text: str) -> None:
        parsed = parse(text)

        assert parsed.plan is not None
        assert "no job" in parsed.findings[0].message

    def test_the_accounts_zone_holds_where_the_text_names_none(self) -> None:
        parsed = parse("blogger: luna\n", timezone="Asia/Tokyo")

        assert parsed.plan is not None
        assert parsed.plan.working_hours.timezone == "Asia/Tokyo"

    @pytest.mark.parametrize("hours", ["00.00-23.59", "08.00-07.59"])
    def test_a_window_of_a_day_but_one_minute_is_the_whole_day(self, hours: str) -> None:
        assert plan_of(f"working-hours: [{hours}]\n").working_hours.windows == ()

    def test_a_mistyped_key_comes_with_a_suggestion(self) -> None:
        error = only_error("blogger: luna\nlikes_percentge: 5\n")

        assert (error.line, error.column, error.key) == (2, 1, "likes_percentge")
        assert error.suggestion == "did you mean `likes-percentage`?"

    def test_a_name_from_wrong_documentation_is_known(self) -> None:
        suggestion = only_error("blogger: luna\ncomments-percentage: 5\n").suggestion

        assert suggestion == "did you mean `comment-percentage`?"

    def test_a_filter_outside_of_filters_is_told_where_it_belongs(self) -> None:
        assert only_error("min_followers: 5\n").suggestion == "put it under `filters:`"

    def test_more_than_one_like_per_person_is_remarked(self) -> None:
        findings = parse("blogger: luna\nlikes-count: 1-2\n").findings

        assert [(found.key, found.severity) for found in findings] == [
            ("likes-count", Severity.warning)
        ]
        assert "at most one like per person and window" in findings[0].message

    def test_a_job_of_a_later_part_is_kept_with_a_warning(self) -> None:
        parsed = parse("blogger: luna\nfeed: 3-5\n")

        assert parsed.plan is not None
        assert parsed.plan.pending == ("feed",)
        assert "not carried out yet" in parsed.findings[0].message

    def test_comments_that_can_never_be_made_are_remarked(self) -> None:
        findings = parse("blogger: luna\ncomment-percentage: 5\n").findings

        assert {found.suggestion for found in findings} == {
            "add a list `comments:` with at least one text",
            "add `total-comments-limit: 10`",
        }

    def test_every_key_can_be_left_without_a_value(self) -> None:
        text = "".join(f"{key}:\n" for key in KEYS)
        text += "filters:\n" + "".join(f"  {key}:\n" for key in FILTER_KEYS)

        assert parse(text).plan is not None

    def test_an_error_behind_a_hundred_warnings_is_shown(self) -> None:
        names = ", ".join(["luna"] * 200)

        assert len(parse(f"blogger: [{names}]\nlikes-percentage: 101\n").errors) == 1


REFUSED = {
    "an anchor": ("blogger: &all [a]\n", 1, "anchors"),
    "an alias": ("feed: 1\nblogger: *all\n", 2, "aliases"),
    "a bomb": ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", 1, "anchors"),
    "a tag": ("blogger: !!python/object/apply:os.system [ls]\n", 1, "tags"),
    "deep lists": ("[" * 5_000, 1, "deep"),
    "deep mappings": ("{a: " * 5_000, 1, "deep"),
    "a second document": ("feed: 1\n---\nfeed: 2\n", 2, "second document"),
    "a key twice": ("feed: 1\nblogger: a\nfeed: 2\n", 3, "given twice (first on line 1)"),
    "a list for a document": ("- a\n", 1, "key: value"),
    "a word for a document": ("hello\n", 1, "key: value"),
    "a list for a key": ("? [a]\n: b\n", 1, "a key is a word"),
    "NUL": ("feed: \0\n", 1, "U+0000"),
    "an escaped NUL": ('username: "a\\0b"\n', 1, "NUL"),
    "half a character": ('username: "\\ud800"\n', 1, "half a character"),
    "an impossible escape": ('username: "\\UFFFFFFFF"\n', 1, "not YAML"),
    "an absurd version": (f"%YAML 1.{'9' * 5_000}\n---\nfeed: 1\n", 1, "not YAML"),
    "a tab": ("\tfeed: 1\n", 1, "cannot start"),
    "a bare @": ("blogger: [@luna]\n", 1, "quote a value"),
    "a bare #": ("blogger: [#cats]\n", 2, "quote a value"),
    "an open quote": ("blogger: 'luna\n", 2, ""),
    "two colons": ("feed: a: b\n", 1, "not allowed here"),
    "over a megabyte": ("# " + "x" * 1_000_000, 1, "1 MB"),
    "too many values": ("blogger: [" + "a," * 30_000 + "]", 1, "values"),
    "an unknown key": ("wibble: 1\n", 1, "not a key"),
    "a percentage above 100": ("likes-percentage: 101\n", 1, "outside"),
    "a percentage sign": ("likes-percentage: 50%\n", 1, "whole number"),
    "a negative percentage": ("likes-percentage: -5\n", 1, "whole number"),
    "a range backwards": ("interactions-count: 9-5\n", 1, "backwards"),
    "a range of decimals": ("interactions-count: 1.5-2.5\n", 1, "whole number"),
    "no interactions": ("interactions-count: 0\n", 1, "outside"),
    "digits of another script": ("interactions-count: ٣\n", 1, "whole number"),
    "a number without end": (f"interactions-count: {'9' * 10_000}\n", 1, "longer"),
    "a list for a number": ("interactions-count: [1]\n", 1, "one value"),
    "a mapping for a job": ("blogger: {a: b}\n", 1, "one value"),
    "a list in a list": ("blogger: [[a]]\n", 1, "one value"),
    "yes for true": ("shuffle-jobs: yes\n", 1, "neither true nor false"),
    "a day of 24 hours": ("working-hours: [24.00-25.00]\n", 1, "window"),
    "hours without minutes": ("working-hours: [9-17]\n", 1, "window"),
    "a window of nothing": ("working-hours: [09.00-09.00]\n", 1, "same minute"),
    "an unknown zone": ("timezone: Europe/Berlni\n", 1, "time zone"),
    "a zone with a path": ("timezone: ../../etc/passwd\n", 1, "time zone"),
    "a negative interval": ("like-interval: -1\n", 1, "seconds"),
    "an interval that is no number": ("like-interval: nan\n", 1, "seconds"),
    "a path for a file": ("interact-from-file: [../secret.txt 5]\n", 1, "plain file name"),
    "an absolute path": ("interact-from-file: [/etc/passwd]\n", 1, "plain file name"),
    "a path of another system": ("interact-from-file: ['a\\b.txt']\n", 1, "plain file name"),
    "dots for a file": ("interact-from-file: [..]\n", 1, "plain file name"),
    "a handle with a slash": ("blogger: [a/b]\n", 1, "handle"),
    "a handle with dots": ("blogger: [..]\n", 1, "handle"),
    "a handle of 10,000 characters": (f"blogger: [{'a' * 10_000}]\n", 1, "longer"),
    "a list without brackets": ("blogger: luna, mia\n", 1, "handle"),
    "an empty item": ("blogger: [a, '']\n", 1, "empty item"),
    "a bell": ('blogger: ["a\\ab"]\n', 1, "control characters"),
    "filters that are a list": ("filters: [a]\n", 1, "mapping"),
    "an unknown filter": ("filters:\n  min_folowers: 5\n", 2, "not a filter"),
    "a plan's key among filters": ("filters:\n  likes-count: 1\n", 2, "not a filter"),
    "bounds that exclude each other": ("filters:\n  min_followers: 9\n  max_followers: 5\n", 2, "nobody"),
    "a filter of words": ("filters:\n  min_followers: many\n", 2, "whole number"),
    "a choice without an end": ("comments: ['{a|b']\n", 1, "without its"),
    "a choice without a start": ("comments: ['a}']\n", 1, "without its"),
    "a comment without end": (f"comments: [{'a' * 3_000}]\n", 1, "longer"),
}  # fmt: skip


class TestRefusals:
    @pytest.mark.parametrize("case", REFUSED)
    def test_a_bad_text_is_refused_with_its_line(self, case: str) -> None:
        text, line, message = REFUSED[case]

        error = parse(text).errors[0]

        assert parse(text).plan is None
        assert error.line == line
        assert error.column >= 1
        assert message in error.message


_words = st.sampled_from(
    [*KEYS, *FILTER_KEYS, "filters", "luna", "5-9", "09.00-17.00", "true", "%PHOTO"]
)
_signs = st.sampled_from(
    list(":-[]{}#&*!|>'\"%@`,?\n\t\r \\\0\ufeff\x85\u2028\ud800é") + list(string.digits)
)
_soup = st.lists(
    st.one_of(_words, _signs, st.sampled_from([": ", "\n  ", "\n- ", "---\n", "...\n"])),
    max_size=60,
)


class TestAnyText:
    @settings(max_examples=300, deadline=None)
    @given(_soup.map("".join))
    def test_no_text_makes_the_linter_fall(self, text: str) -> None:
        parsed = parse(text)

        assert (parsed.plan is None) == bool(parsed.errors)
        assert all(found.line >= 1 and found.column >= 1 for found in parsed.findings)

    @settings(max_examples=200, deadline=None)
    @given(st.text(max_size=200))
    def test_no_text_at_all_does(self, text: str) -> None:
        parse(text)

    @settings(max_examples=200, deadline=None)
    @given(st.integers(0, len(WHOLE)), _signs, st.integers(0, 3))
    def test_nor_does_a_plan_with_a_hole(self, at: int, sign: str, gone: int) -> None:
        parse(WHOLE[:at] + sign + WHOLE[at + gone :])
