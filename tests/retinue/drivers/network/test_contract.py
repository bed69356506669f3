"""What every network must do, asked of the fake and of Sandgram over the wire."""

from __future__ import annotations

import hashlib
from contextlib import closing, suppress
from dataclasses import replace

import pytest

from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.protocol import Line, Person, ProfileEdit
from tests.retinue.drivers.network.conftest import Stage


def all_followers(line: Line, handle: str) -> list[Person]:
    found: list[Person] = []
    cursor = None
    while True:
        page = line.followers(handle, cursor=cursor)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


def someone_with_a_story(line: Line, popular: str) -> str:
    for person in [
        Person(line.profile(popular).network_id, popular),
        *all_followers(line, popular),
    ]:
        with suppress(DriverError):
            line.view(person.network_id)
            return person.network_id
    raise AssertionError("nobody has a story")


class TestLogIn:
    def test_the_right_credentials_open(self, stage: Stage) -> None:
        with closing(stage.network.open(stage.credentials)) as line:
            identity = line.log_in()
        assert (identity.handle, identity.status) == (stage.credentials.login, "ok")

    @pytest.mark.needs("passwords")
    def test_wrong_credentials_are_a_definite_refusal(self, stage: Stage) -> None:
        wrong = replace(stage.credentials, password="wrong", auth_token=None, ct0=None)
        with closing(stage.network.open(wrong)) as line, pytest.raises(DriverError) as caught:
            line.log_in()
        assert caught.value.failure is FailureClass.auth_expired
        assert caught.value.is_refusal
        assert caught.value.had_no_effect

    def test_nothing_is_sent_before_it(self, stage: Stage) -> None:
        with (
            closing(stage.network.open(stage.credentials)) as line,
            pytest.raises(DriverError) as caught,
        ):
            line.profile(stage.popular)
        assert caught.value.phase is CallPhase.not_sent
        assert caught.value.failure is FailureClass.auth_expired


class TestReading:
    def test_a_profile_is_found_with_or_without_the_sign(self, stage: Stage, line: Line) -> None:
        assert line.profile(stage.popular) == line.profile(f"@{stage.popular}")
        assert line.profile(stage.popular).handle == stage.popular

    def test_nobody_is_not_found(self, line: Line) -> None:
        with pytest.raises(DriverError) as caught:
            line.profile("no_such_person")
        assert caught.value.failure is FailureClass.not_found
        assert caught.value.is_refusal

    def test_a_post_that_is_not_there_says_nothing_of_a_person(self, line: Line) -> None:
        for look in (
            line.post,
            line.comments,
            line.like,
        ):
            with pytest.raises(DriverError) as caught:
                look("999999999999")
            assert caught.value.failure is FailureClass.no_content
            assert caught.value.is_refusal

    def test_followers_page_to_the_end_without_repeats(self, stage: Stage, line: Line) -> None:
        found = all_followers(line, stage.popular)
        assert len(found) > 20
        assert len({one.network_id for one in found}) == len(found)

    def test_a_follower_follows(self, stage: Stage, line: Line) -> None:
        for follower in line.followers(stage.popular).items:
            # Private people among them do not show whom they follow.
            with suppress(DriverError):
                followed = line.following(follower.handle).items
                assert stage.popular in [one.handle for one in followed]
                return
        raise AssertionError("nobody shows whom they follow")

    def test_a_private_person_shows_a_profile_and_no_more(self, stage: Stage, line: Line) -> None:
        assert line.profile(stage.private).is_private
        for look in (line.followers, line.following, line.posts):
            with pytest.raises(DriverError) as caught:
                look(stage.private)
            assert caught.value.failure is FailureClass.target_private
            assert caught.value.is_refusal

    def test_posts_are_found_by_person_by_hashtag_and_by_id(self, stage: Stage, line: Line) -> None:
        post = line.posts(stage.popular).items[0]
        assert post.author.handle == stage.popular
        assert line.post(post.network_id).code == post.code
        tagged = line.hashtag_posts("#harbour").items
        assert [one.posted_at for one in tagged] == sorted(
            (one.posted_at for one in tagged), reverse=True
        )
        assert all("#harbour" in one.caption for one in tagged)


class TestEffects:
    def test_a_follow_happens_once(self, stage: Stage, line: Line) -> None:
        person = line.profile(stage.popular)
        assert not person.is_followed
        assert line.follow(person.network_id).effect_id
        assert line.profile(stage.popular).is_followed
        with pytest.raises(DriverError) as caught:
            line.follow(person.network_id)
        assert caught.value.failure is FailureClass.already_done
        assert caught.value.had_no_effect
        assert stage.effects() == [("follow", person.network_id)]

    def test_a_like_happens_once(self, stage: Stage, line: Line) -> None:
        post = line.posts(stage.popular).items[0]
        line.like(post.network_id)
        assert line.post(post.network_id).is_liked
        with pytest.raises(DriverError) as caught:
            line.like(post.network_id)
        assert caught.value.failure is FailureClass.already_done
        assert stage.effects() == [("like", post.author.network_id)]

    def test_a_comment_is_there_to_be_read(self, stage: Stage, line: Line) -> None:
        post = line.posts(stage.popular).items[0]
        line.comment(post.network_id, "Such light! 🌿")
        newest = line.comments(post.network_id).items[0]
        assert (newest.author.handle, newest.text) == (stage.credentials.login, "Such light! 🌿")

    def test_an_empty_comment_is_refused(self, stage: Stage, line: Line) -> None:
        post = line.posts(stage.popular).items[0]
        with pytest.raises(DriverError) as caught:
            line.comment(post.network_id, "  ")
        assert caught.value.failure is FailureClass.invalid_input
        assert stage.effects() == []

    @pytest.mark.needs("stories")
    def test_a_story_is_viewed(self, stage: Stage, line: Line) -> None:
        person_id = someone_with_a_story(line, stage.popular)
        assert stage.effects() == [("view", person_id)]

    @pytest.mark.needs("stories")
    def test_whoever_has_no_story_is_not_gone(self, stage: Stage, line: Line) -> None:
        met = set()
        for person in all_followers(line, stage.popular)[:60]:
            try:
                line.view(person.network_id)
            except DriverError as error:
                met.add(error.failure)
        assert FailureClass.no_content in met
        assert FailureClass.not_found not in met

    def test_the_hook_hears_of_an_effect_in_order_and_of_reads_never(self, stage: Stage) -> None:
        heard: list[tuple[CallPhase, int]] = []
        line = stage.line(on_phase=lambda phase: heard.append((phase, len(stage.effects()))))
        person = line.profile(stage.popular)
        assert heard == []
        line.follow(person.network_id)
        line.close()
        assert [phase for phase, _ in heard] == [CallPhase.sent, CallPhase.answered]
        assert heard[1][1] == 1


class TestOwnProfile:
    def test_what_is_edited_is_read_back_and_the_rest_stays(self, line: Line) -> None:
        line.edit_profile(ProfileEdit(name="Ava Lind", location="Oslo"))
        line.edit_profile(ProfileEdit(bio="Boats 🚤", location=""))
        own = line.own_profile()
        assert (own.name, own.bio, own.location) == ("Ava Lind", "Boats 🚤", "")

    @pytest.mark.needs("picture hashes")
    def test_a_picture_is_known_by_its_content(self, line: Line) -> None:
        content = b"\x89PNG\r\n\x1a\n" + b"0" * 100
        line.edit_profile(ProfileEdit(avatar=line.upload(content, "image/png")))
        own = line.own_profile()
        assert own.avatar_sha256 == hashlib.sha256(content).hexdigest()
        assert own.banner_sha256 is None

    def test_what_is_too_long_is_a_definite_refusal(self, line: Line) -> None:
        with pytest.raises(DriverError) as caught:
            line.edit_profile(ProfileEdit(name="x" * 51))
        assert caught.value.failure is FailureClass.invalid_input
        assert caught.value.had_no_effect

    def test_an_edit_is_one_effect(self, stage: Stage, line: Line) -> None:
        line.edit_profile(ProfileEdit(name="Ava", bio="Boats"))
        assert [action for action, _ in stage.effects()] == ["edit_profile"]
