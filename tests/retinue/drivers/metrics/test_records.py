from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retinue.drivers.metrics.errors import MetricsError, SourceBroken, SubjectNotFound
from retinue.drivers.metrics.protocol import Reading, Subject, SubjectKind
from retinue.drivers.metrics.records import LARGEST, Node, count_of, reading_of, vendor_reading
from tests.factories.vendoring import NOON, PERSON, PERSONS, POST, POSTS, envelope

COUNTS = (
    "follower_count", "following_count", "post_count", "like_count", "comment_count", "play_count",
)  # fmt: skip


def read(data: Any, subject: Subject = PERSON) -> Reading:
    return vendor_reading(envelope(data), subject, source="tikhub", now=NOON, status=200)


def person(**counts: Any) -> dict[str, Any]:
    return {"id": "1", "username": "otter", "follower_count": 1, **counts}


def post(**fields: Any) -> dict[str, Any]:
    return {"code": POST.name, "id": "1", "comment_count": 1, **fields}


class TestVendorReading:
    @pytest.mark.parametrize("version", PERSONS)
    def test_a_person_of_every_version_is_the_same(self, version: str) -> None:
        found = read(PERSONS[version])

        assert (found.follower_count, found.following_count, found.post_count) == (1200, 30, 77)
        assert (found.user_id, found.bio) == ("528817151", "Rivers.")
        assert found.name.lower() == "otter"
        assert (found.source, found.read_at, found.kind) == ("tikhub", NOON, SubjectKind.influencer)
        assert (found.post_id, found.like_count, found.comment_count) == (None, None, None)
        assert found.play_count is None

    @pytest.mark.parametrize("version", POSTS)
    def test_a_post_of_every_version_is_the_same(self, version: str) -> None:
        found = read(POSTS[version], POST)

        assert (found.like_count, found.comment_count, found.play_count) == (500, 41, 9000)
        assert (found.post_id, found.user_id, found.name) == ("3188", "25025320", POST.name)
        assert (found.follower_count, found.bio) == (None, None)

    def test_hidden_likes_are_none_and_not_zero(self) -> None:
        assert read(post(like_count=None), POST).like_count is None
        assert read(post(edge_media_preview_like={"count": None}), POST).like_count is None
        assert read(post(edge_media_preview_like=None), POST).like_count is None

    def test_a_zero_that_is_said_is_zero(self) -> None:
        assert read(person(follower_count=0)).follower_count == 0

    def test_a_number_that_is_not_known_is_looked_for_in_its_other_places(self) -> None:
        found = read(person(edge_follow={"count": None}, following_count=5))

        assert found.following_count == 5

    @pytest.mark.parametrize(
        "value",
        [-1, 2**53 + 1, True, False, 1.5, float("inf"), "1,200", "", "-3", "+3", "1e3", "１２", "²",
         "9" * 17, "9" * 5000, [], {}, ["1"]],
    )  # fmt: skip
    def test_what_is_no_count_names_its_place(self, value: Any) -> None:
        with pytest.raises(SourceBroken) as caught:
            read({"user": person(edge_follow={"count": value})})

        assert caught.value.path == "data.user.edge_follow.count"
        assert str(caught.value).count("data.user.edge_follow.count") == 1
        assert caught.value.is_billed

    @pytest.mark.parametrize("value", [[], "12", 12, True])
    def test_what_should_hold_a_count_and_does_not_names_its_place(self, value: Any) -> None:
        with pytest.raises(SourceBroken, match=r"^unknown: data\.edge_follow is "):
            read(person(edge_follow=value))

    def test_the_place_in_a_list_is_named_too(self) -> None:
        with pytest.raises(SourceBroken) as caught:
            read({"items": [post(metrics={"like_count": -5})]}, POST)

        assert caught.value.path == "data.items[0].metrics.like_count"

    @pytest.mark.parametrize("value", [LARGEST, str(LARGEST), float(LARGEST)])
    def test_the_largest_count_is_one(self, value: Any) -> None:
        assert read(person(follower_count=value)).follower_count == LARGEST

    @pytest.mark.parametrize(
        "data", [None, {}, [], {"user": None}, {"data": None}, {"data": {}}, {"items": []}]
    )
    @pytest.mark.parametrize("subject", [PERSON, POST])
    def test_nothing_at_all_is_nobody(self, data: Any, subject: Subject) -> None:
        with pytest.raises(SubjectNotFound) as caught:
            read(data, subject)
        assert caught.value.is_billed

    @pytest.mark.parametrize("data", [{"status": "fail"}, "no", 7, ["x"], {"user": {"name": "o"}}])
    def test_something_without_name_and_id_is_broken(self, data: Any) -> None:
        with pytest.raises(SourceBroken, match="data has neither username nor pk nor id"):
            read(data)

    @pytest.mark.parametrize("body", [None, [], "x", 3])
    def test_an_answer_that_is_no_object_is_broken(self, body: Any) -> None:
        with pytest.raises(SourceBroken, match="not an object"):
            vendor_reading(body, PERSON, source="tikhub", now=NOON)

    def test_another_person_than_asked_for_is_broken(self) -> None:
        with pytest.raises(SourceBroken, match=r"data\.username is another"):
            read(person(username="beaver"))

    def test_another_post_than_asked_for_is_broken(self) -> None:
        with pytest.raises(SourceBroken, match=r"data\.code is another"):
            read(post(code="CxYQJO8xuC7"), POST)

    def test_the_longer_code_of_a_private_account_is_the_same_post(self) -> None:
        long = f"{POST.name}abcdefghijklmnopqrstuvwxyz12"

        assert read(post(code=long), POST).name == long

    def test_an_author_is_not_taken_for_the_post(self) -> None:
        with pytest.raises(SourceBroken):
            read({"user": person()}, POST)

    def test_a_person_without_any_number_is_broken(self) -> None:
        with pytest.raises(SourceBroken, match="data holds no number at all"):
            read({"id": "1", "username": "otter", "follower_count": None})

    @pytest.mark.parametrize(
        ("asked", "answered"),
        [("straße_42", "STRASSE_42"), ("łódź.foto", "ŁÓDŹ.FOTO"), ("日本語", "日本語"),
         ("çınar", "çınar"), ("café", "cafe\u0301"), ("हिन्दी", "हिन्दी")],
    )  # fmt: skip
    def test_a_handle_of_any_script_is_one(self, asked: str, answered: str) -> None:
        subject = Subject(SubjectKind.influencer, asked)

        assert read(person(username=answered), subject).follower_count == 1

    def test_a_text_is_cleared_of_what_no_database_takes(self) -> None:
        assert read(person(biography="a\x00b\ud800c🦦")).bio == "a\ufffdb\ufffdc🦦"

    def test_an_endless_text_is_cut(self) -> None:
        assert len(read(person(biography="x" * 100_000)).bio or "") == 10_000

    @pytest.mark.parametrize("value", ["", "a b", "-1", True, 1.5, [], "x" * 200])
    def test_what_is_no_id_names_its_place(self, value: Any) -> None:
        with pytest.raises(SourceBroken) as caught:
            read({**person(), "id": value})
        assert caught.value.path == "data.id"


def trees() -> st.SearchStrategy[Any]:
    leaves = (
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
        | st.integers(0, 10**9).map(str)
    )  # fmt: skip
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
        ),
        max_leaves=25,
    )


NAMES = (
    "data", "user", "items", "username", "id", "pk", "code", "shortcode", "biography", "owner",
    "edge_followed_by", "edge_follow", "edge_owner_to_timeline_media", "count", "metrics",
    "follower_count", "following_count", "media_count", "like_count", "comment_count", "play_count",
    "edge_media_preview_like", "edge_media_to_comment", "video_play_count",
)  # fmt: skip


class TestWhateverComes:
    @given(body=trees(), is_post=st.booleans())
    def test_it_is_a_reading_or_an_error_of_ours(self, body: Any, is_post: bool) -> None:
        try:
            found = vendor_reading(body, POST if is_post else PERSON, source="tikhub", now=NOON)
        except MetricsError:
            return
        for name in COUNTS:
            count = getattr(found, name)
            assert count is None or (type(count) is int and 0 <= count <= LARGEST)

    @given(data=st.data())
    def test_a_recorded_answer_with_one_place_spoilt_never_gains_a_number(
        self, data: st.DataObject
    ) -> None:
        """Whatever is put into one place: the numbers of the others stay, and none is made up."""
        subject, shapes = data.draw(st.sampled_from([(PERSON, PERSONS), (POST, POSTS)]))
        good = shapes[data.draw(st.sampled_from(sorted(shapes)))]
        spoilt = copy.deepcopy(good)
        places = list(_places(spoilt))
        holder, name = data.draw(st.sampled_from(places))
        holder[name] = data.draw(trees())
        expected = read(good, subject)
        try:
            found = read(spoilt, subject)
        except MetricsError:
            return
        said = set(_numbers(spoilt))
        for field in COUNTS:
            count = getattr(found, field)
            assert count is None or count == getattr(expected, field) or count in said

    @given(counts=st.fixed_dictionaries({}, optional={
        "follower_count": st.none() | st.integers(0, LARGEST),
        "following_count": st.none() | st.integers(0, LARGEST).map(str),
        "media_count": st.none() | st.integers(0, LARGEST),
    }))  # fmt: skip
    def test_a_zero_is_never_invented(self, counts: dict[str, Any]) -> None:
        node = Node({"username": "otter", "id": "1", **counts}, ("data",))
        try:
            found = reading_of(node, PERSON, source="tikhub", now=NOON)
        except SourceBroken:
            assert all(value is None for value in counts.values())
            return
        wanted = {
            name: None if counts.get(name) is None else int(counts[name])
            for name in ("follower_count", "following_count", "media_count")
        }
        seen = (found.follower_count, found.following_count, found.post_count)
        assert seen == tuple(wanted.values())

    @given(value=st.text(max_size=30))
    def test_a_text_counts_only_where_it_is_digits(self, value: str) -> None:
        try:
            found = count_of(value, path="x")
        except SourceBroken:
            return
        assert value.strip("0123456789") == ""
        assert found == int(value)


def _places(value: Any) -> Any:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in list(pairs):
        yield value, name
        if isinstance(inner, dict | list):
            yield from _places(inner)


def _numbers(value: Any) -> Any:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _numbers(inner)
    elif isinstance(value, str):
        if value.isascii() and value.isdigit() and len(value) <= 16:
            yield int(value)
    elif isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        yield int(value)
