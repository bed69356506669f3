from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sandgram.clock import WorldClock
from sandgram.world import counts, landmarks, movement, views
from sandgram.world.graph import Graph
from sandgram.world.numbers import Numbers
from sandgram.world.people import FIXED_HANDLES
from sandgram.world.posts import Posts, code_of, id_of_code, seconds_of
from sandgram.world.visits import Visits
from sandgram.world.world import World

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def fresh(size: int = 2000, seed: int = 7) -> Numbers:
    graph = Graph(seed, size)
    return Numbers(seed, graph, Visits(seed, graph), Posts(seed, graph))


USED = fresh()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(seed=7, size=2000, directory=tmp_path, clock=WorldClock(wall=lambda: NOW))
    yield made
    made.close()


class TestNumbers:
    @given(some.integers(0, 1999), some.integers(-6_000, 30_000))
    def test_a_time_has_one_answer_whatever_was_asked_before(self, index: int, hours: int) -> None:
        moment = NOW + timedelta(hours=hours)
        asked_before = USED.of_person(index, moment)
        USED.of_person(index, moment + timedelta(days=200))
        assert fresh().of_person(index, moment) == asked_before == USED.of_person(index, moment)

    def test_another_seed_has_others(self) -> None:
        one, other = fresh(), fresh(seed=8)
        assert [one.of_person(n, NOW) for n in range(50)] != [
            other.of_person(n, NOW) for n in range(50)
        ]

    @given(some.integers(0, 1999), some.integers(0, 20_000))
    def test_the_counts_are_those_of_the_lists(self, index: int, hours: int) -> None:
        now = NOW + timedelta(hours=hours)
        found = USED.of_person(index, now)
        graph, visits = USED._graph, USED._visits
        present = [member for _, member in graph.followers(index).present(now)]
        present += visits.visitors(index).members[: USED.visitor_count(index, now)].tolist()
        following = graph.following(index, now) + visits.following(index, seconds_of(now))
        assert len(set(present)) == found.followers
        assert len(set(following)) == found.following
        assert found.posts == USED._posts.count(index, now)

    def test_who_visits_and_who_is_visited_agree(self) -> None:
        graph = Graph(7, 300)
        visits = Visits(7, graph)
        numbers = Numbers(7, graph, visits, Posts(7, graph))
        forward = {
            (one, other) for one in range(300) for other in visits.following(one, seconds_of(NOW))
        }
        back = {
            (member, one)
            for one in range(300)
            for member in visits.visitors(one).members[: numbers.visitor_count(one, NOW)]
        }
        assert forward == back
        assert forward
        lasting = {(one, other) for one in range(300) for other in graph.following_all(one)}
        assert not forward & lasting

    def test_followers_come_and_go_within_a_day(self) -> None:
        counts_of_a_week = [
            USED.of_person(0, NOW + timedelta(hours=hour)).followers for hour in range(24 * 14)
        ]
        steps = [other - one for one, other in pairwise(counts_of_a_week)]
        assert min(steps) < 0 < max(steps)
        assert max(map(abs, steps)) < 40
        assert len(set(counts_of_a_week)) > 20

    def test_two_thirds_of_all_people_move_within_four_days(self) -> None:
        moments = [NOW + timedelta(hours=5 * number) for number in range(20)]
        moving = sum(
            len({USED.of_person(index, moment) for moment in moments}) > 1 for index in range(400)
        )
        assert moving > 400 * 2 / 3

    @given(some.integers(0, 1999), some.integers(-1_000, 20_000), some.integers(0, 500))
    def test_posts_are_never_taken_back(self, index: int, hours: int, later: int) -> None:
        now = NOW + timedelta(hours=hours)
        assert (
            USED.of_person(index, now).posts
            <= USED.of_person(index, now + timedelta(hours=later)).posts
        )

    def test_memory_stays_flat_however_many_are_asked_for(self) -> None:
        numbers = fresh(20_000)
        caches = (
            numbers._standing,
            numbers._graph.followers,
            numbers._graph.following_all,
            numbers._visits.visitors,
            numbers._posts.get,
            numbers._posts.pulse,
            movement._knots,
        )
        assert all(one.cache_info().maxsize for one in caches)
        sizes = []
        for index in range(10_000, 10_200):
            standing = numbers._standing(index)
            held = [getattr(standing, name) for name in type(standing).__slots__]
            sizes.append(sum(map(sys.getsizeof, (standing, *held, *standing.visited))))
        assert sum(sizes) / len(sizes) < 1_500


class TestLandmark:
    @pytest.mark.parametrize("size", [20, 2000])
    def test_every_world_has_it_and_nobody_follows_it_or_is_followed_by_it(
        self, size: int, tmp_path: Path
    ) -> None:
        world = World(seed=7, size=size, directory=tmp_path)
        index = world.index_by_handle("Instagram")
        assert index == landmarks.INDEX
        person = world.person(index)
        assert world.index_of(person.id) == index
        assert person.handle == "instagram"
        assert not any(
            index in (*world.graph.following_all(one), *world.visits.following(one, 0.0))
            for one in range(20)
        )
        world.close()

    def test_its_post_has_its_code_and_leads_back(self, world: World) -> None:
        assert id_of_code("CxYQJO8xuC6") == landmarks.POST_ID
        assert code_of(landmarks.POST_ID) == "CxYQJO8xuC6"
        assert world.posts.place_of(landmarks.POST_ID) == (landmarks.INDEX, 0)
        assert world.posts.get(landmarks.INDEX, 0).code == "CxYQJO8xuC6"

    def test_the_fixed_handles_are_what_they_were(self, world: World) -> None:
        assert "instagram" not in FIXED_HANDLES


class TestCounts:
    def test_the_past_of_an_account_is_read_from_its_effects(self, tmp_path: Path) -> None:
        wall = [NOW]
        world = World(seed=7, size=2000, directory=tmp_path, clock=WorldClock(wall=lambda: wall[0]))
        from sandgram.world import deeds
        from sandgram.world.people import ACCOUNTS_FROM
        from sandgram.world.world import Caller

        me = Caller(
            number=0,
            login="test_account",
            index=ACCOUNTS_FROM,
            person_id=world.people.id_of(ACCOUNTS_FROM),
            source="x",
            request_id=None,
            token="",
        )
        before = counts.of_person(world, 0, world.now())
        post = world.posts.latest(0, before=world.posts.count(0, NOW), limit=1)[0]
        wall[0] += timedelta(minutes=1)
        deeds.follow(world, me, 0)
        deeds.like(world, me, post.id)
        deeds.comment(world, me, post.id, text="Fine.")
        during = world.now()
        while_followed = counts.of_person(world, 0, during)
        liked = counts.of_post(world, post, during)
        wall[0] += timedelta(minutes=1)
        deeds.unfollow(world, me, 0)
        deeds.unlike(world, me, post.id)
        after = world.now()
        wall[0] += timedelta(days=3)
        base = world.numbers.of_person(0, during).followers
        assert while_followed.followers == base + 1
        assert counts.of_person_at(world, 0, NOW) == before
        assert counts.of_person_at(world, 0, during) == while_followed
        assert counts.of_person_at(world, 0, after) == world.numbers.of_person(0, after)
        assert counts.of_post_at(world, post, during) == liked
        made = world.numbers.of_post(post, during)
        assert (liked.likes, liked.comments) == (made.likes + 1, made.comments + 1)
        assert counts.of_person_at(world, me.index, during).following == 1
        assert counts.of_person_at(world, me.index, after).following == 0
        world.close()

    def test_now_and_the_past_that_is_now_are_one(self, world: World) -> None:
        for index in (0, 5, 200, landmarks.INDEX):
            assert counts.of_person(world, index, NOW) == counts.of_person_at(world, index, NOW)

    def test_some_hide_their_likes_but_none_of_the_fixed(self, world: World) -> None:
        hiding = [one for one in range(2000) if views.hides_likes(world, one)]
        assert 60 < len(hiding) < 150
        assert min(hiding) >= len(FIXED_HANDLES)
        assert not views.hides_likes(world, landmarks.INDEX)
