"""
A network in memory, for tests of what stands above the driver.

It keeps the same contract as the adapters: one effect per call, repeats refused
as already done. `fail_next` lets one call end as badly as a real one can.
"""

from __future__ import annotations

from retinue.drivers.network.fake_line import FakeLine
from retinue.drivers.network.fake_world import FakeWorld
from retinue.drivers.network.protocol import Credentials, Egress, Exit, PhaseHook


class FakeNetwork(FakeWorld):
    def open(
        self,
        credentials: Credentials,
        *,
        egress: Egress | None = None,
        user_agent: str | None = None,
        on_phase: PhaseHook | None = None,
    ) -> FakeLine:
        return FakeLine(self, credentials=credentials, clock=self._clock, on_phase=on_phase)

    def find_exit(self, egress: Egress) -> Exit:
        failure = self.next_failure("find_exit")
        if failure is not None:
            raise failure.error
        return Exit(address="192.0.2.1", milliseconds=1)
