from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from retinue.capabilities.tasks.models import Priority, TaskType
from retinue.capabilities.tasks.rules.priorities import Room, chunk_of, in_turn, priority_of


@dataclass(frozen=True)
class Waiting:
    lane: int
    number: int
    type: TaskType = TaskType.check_proxy


class TestPriorityOf:
    def test_every_type_has_one(self) -> None:
        assert {priority_of(kind) for kind in TaskType} == {
            Priority.high,
            Priority.medium,
            Priority.low,
        }


class TestChunkOf:
    def test_a_chunk_has_a_hundred(self) -> None:
        assert [chunk_of(n) for n in (0, 99, 100, 999)] == [0, 0, 1, 9]


class TestInTurn:
    @given(sizes=st.lists(st.integers(0, 12), max_size=6), first=st.integers(1, 40))
    def test_nobody_is_more_than_one_ahead_of_another_who_still_waits(
        self, sizes: list[int], first: int
    ) -> None:
        lanes = [[Waiting(lane, n) for n in range(size)] for lane, size in enumerate(sizes)]
        order = in_turn(lanes)
        assert sorted(order, key=lambda w: (w.lane, w.number)) == [
            w for lane in lanes for w in lane
        ]
        taken = [sum(w.lane == lane for w in order[:first]) for lane in range(len(sizes))]
        for lane, number in enumerate(taken):
            if number < sizes[lane]:
                assert max(taken) <= number + 1
        for lane in range(len(sizes)):
            numbers = [w.number for w in order if w.lane == lane]
            assert numbers == sorted(numbers)


class TestRoom:
    def test_what_is_over_in_no_time_may_be_taken_beyond_the_places(self) -> None:
        room = Room(1, ahead={TaskType.check_proxy: 2})
        for _ in range(3):
            assert room.admits(TaskType.check_proxy)
            room.take(TaskType.check_proxy)
        assert not room.admits(TaskType.check_proxy)

    def test_a_type_with_a_limit_of_its_own_stops_there(self) -> None:
        room = Room(6, at_most={TaskType.validate_account: 1})
        room.take(TaskType.validate_account)
        assert not room.admits(TaskType.validate_account)
        assert room.admits(TaskType.check_proxy)
