from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from sandgram.clock import ClockState, WorldClock
from sandgram.world.errors import Refusal
from sandgram.world.graph import Graph
from sandgram.world.people import ACCOUNTS_FROM, FIXED_HANDLES, People
from sandgram.world.posts import Posts, code_of, id_of_code
from sandgram.world.vocabulary import HASHTAGS
from sandgram.world.world import World, WorldMismatch

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(seed=7, size=2000, directory=tmp_path, clock=WorldClock(wall=lambda: NOW))
    yield made
    made.close()


class TestPeople:
    def test_two_worlds_of_one_seed_hold_the_same_people(self) -> None:
        assert [People(7, 50).get(one) for one in range(50)] == [
            People(7, 1_000_000).get(one) for one in range(50)
        ]

    def test_another_seed_holds_others(self) -> None:
        assert People(7, 50).get(20).id != People(8, 50).get(20).id

    @pytest.mark.parametrize("index", [0, 9, 10, 137, 1999, 999_999])
    def test_ids_and_handles_lead_back(self, index: int) -> None:
        people = People(7, 1_000_000)
        person = people.get(index)
        assert people.index_of(person.id) == index
        assert people.index_by_handle(person.handle) == index

    def test_people_beyond_the_size_do_not_exist(self) -> None:
        person = People(7, 3000).get(2500)
        assert People(7, 2000).index_of(person.id) is None
        assert People(7, 2000).index_by_handle(person.handle) is None

    @pytest.mark.parametrize("text", ["", "x", "-1", "9" * 30, "١٢٣", "0"])
    def test_what_is_no_id_is_nobody(self, text: str) -> None:
        assert People(7, 2000).index_of(text) is None

    def test_bios_come_in_many_scripts_and_some_people_are_private(self) -> None:
        found = [People(7, 2000).get(one) for one in range(2000)]
        letters = "".join(person.bio for person in found)
        assert all(sign in letters for sign in ("海", "س", "я", "ü", "🌿"))
        assert 150 < sum(person.is_private for person in found) < 350
        assert 0 < sum(person.is_suspended for person in found) < 30


class TestGraph:
    def test_both_directions_agree(self) -> None:
        graph = Graph(7, 500)
        edges = {(one, other) for one in range(500) for other in graph.following(one, NOW)}
        back = {
            (follower, one)
            for one in range(500)
            for _, follower in graph.followers(one).present(NOW)
        }
        assert edges == back

    def test_nobody_follows_themselves_or_twice(self) -> None:
        graph = Graph(7, 500)
        for one in range(500):
            found = graph.following(one, NOW)
            assert one not in found
            assert len(found) == len(set(found))

    def test_the_tail_is_heavy(self) -> None:
        graph = Graph(7, 2000)
        counts = sorted((graph.followers(one).count(NOW) for one in range(2000)), reverse=True)
        assert counts[0] > 400
        assert counts[0] > 20 * counts[1000]
        assert counts[0] == graph.followers(0).count(NOW)

    def test_followers_only_ever_grow_with_the_clock(self) -> None:
        followers = Graph(7, 2000).followers(0)
        counts = [followers.count(NOW + timedelta(days=day)) for day in range(0, 300, 20)]
        assert counts == sorted(counts)
        assert counts[-1] > counts[0]


class TestPosts:
    def test_ids_and_codes_lead_back(self) -> None:
        posts = Posts(7, Graph(7, 2000))
        post = posts.get(137, 4)
        assert posts.place_of(post.id) == (137, 4)
        assert id_of_code(code_of(post.id)) == post.id

    @pytest.mark.parametrize("code", ["", "????", "AAAA", "é", "A" * 11 + "=", "a" * 500])
    def test_what_is_no_code_is_no_post(self, code: str) -> None:
        assert id_of_code(code) is None

    def test_posts_appear_in_order_as_time_goes_by(self) -> None:
        posts = Posts(7, Graph(7, 2000))
        made = [posts.get(0, number) for number in range(posts.count(0, NOW))]
        assert all(one.posted_at < other.posted_at for one, other in pairwise(made))
        assert made[-1].posted_at <= NOW < posts.get(0, len(made)).posted_at

    def test_likes_grow_and_are_followers(self) -> None:
        graph = Graph(7, 2000)
        posts = Posts(7, graph)
        post = posts.get(0, 3)
        totals = [
            posts.like_total(post, post.posted_at + timedelta(hours=hour))
            for hour in range(0, 99, 6)
        ]
        assert totals[0] == 0
        assert totals == sorted(totals)
        likers = posts.likers(post, NOW, start=0, limit=10_000)
        assert len(likers) == len(set(likers)) == posts.like_total(post, NOW)
        assert set(likers) <= set(graph.followers(0).members)

    @pytest.mark.parametrize("tag", HASHTAGS)
    def test_every_hashtag_has_many_posts(self, tag: str) -> None:
        posts = Posts(7, Graph(7, 2000))
        assert sum(posts.count(author, NOW) for author in posts.tag_authors(tag)) > 500


class TestWorld:
    def test_a_renamed_person_keeps_the_id_and_loses_the_old_handle(self, world: World) -> None:
        before = world.person(12)
        after = world.rename(before.id, handle="new_name")
        assert (after.id, after.handle) == (before.id, "new_name")
        assert world.index_by_handle("@New_Name") == 12
        assert world.index_by_handle(before.handle) is None

    def test_a_handle_belongs_to_one_person(self, world: World) -> None:
        with pytest.raises(Refusal, match="belongs to somebody"):
            world.rename(world.person(12).id, handle="harbour_lights")

    def test_the_documented_handles_exist(self, world: World) -> None:
        assert [world.person(one).handle for one in range(10)] == list(FIXED_HANDLES)
        assert world.person(FIXED_HANDLES.index("quiet_orchard")).is_private
        assert world.person(FIXED_HANDLES.index("faded_neon")).is_suspended

    def test_an_account_is_a_person_too(self, world: World) -> None:
        assert world.index_by_handle("test_account") == ACCOUNTS_FROM
        assert world.person(ACCOUNTS_FROM).handle == "test_account"

    def test_what_was_changed_survives_a_restart(self, tmp_path: Path) -> None:
        first = World(seed=7, size=2000, directory=tmp_path)
        first.rename(first.person(12).id, handle="new_name")
        first.set_status(3, status="locked")
        made = first.add_account(login="added_one")
        first.set_clock(factor=60.0, step=86_400, moment=None)
        first.close()
        second = World(seed=7, size=2000, directory=tmp_path)
        assert second.person(12).handle == "new_name"
        assert second.status(3) == "locked"
        assert second.credentials(made.number) == made
        assert second.clock.state.factor == 60.0
        assert second.now() - datetime.now(UTC) > timedelta(hours=23)
        second.close()

    def test_a_directory_belongs_to_one_world(self, tmp_path: Path) -> None:
        World(seed=7, size=2000, directory=tmp_path).close()
        with pytest.raises(WorldMismatch, match="--seed 7 --people 2000"):
            World(seed=8, size=2000, directory=tmp_path)

    def test_the_store_is_for_its_owner_only(self, world: World) -> None:
        mode = (world.db.directory / "sandgram.sqlite3").stat().st_mode
        assert mode & 0o077 == 0


class TestClock:
    def test_it_runs_at_its_factor_and_can_be_stepped(self) -> None:
        wall = [NOW]
        clock = WorldClock(wall=lambda: wall[0])
        clock.set_factor(60)
        wall[0] += timedelta(minutes=1)
        assert clock.now() == NOW + timedelta(hours=1)
        clock.step(3600)
        assert clock.now() == NOW + timedelta(hours=2)
        clock.set_factor(0)
        wall[0] += timedelta(days=1)
        assert clock.now() == NOW + timedelta(hours=2)

    def test_a_stored_state_goes_on_where_the_wall_is(self) -> None:
        state = ClockState(wall=NOW, world=NOW + timedelta(days=5), factor=2.0)
        clock = WorldClock(state, wall=lambda: NOW + timedelta(hours=1))
        assert clock.now() == NOW + timedelta(days=5, hours=2)
