from __future__ import annotations

import re
from typing import Any

from tests.fixtures.sandgram import RunningSandgram
from tests.fixtures.sandgram_web import (
    Visit,
    plain,
    put,
    status_of,
    with_authenticator,
)


class TestChallenge:
    def chosen(self, sandgram: RunningSandgram, made: dict[str, Any]) -> dict[str, str]:
        items = sandgram.control.get("/challenges", params={"login": made["login"]}).json()["items"]
        return {f"tile_{number}": "1" for number in items[0]["solution"]}

    def test_it_is_solved_in_any_browser_and_the_account_is_out_for_good(
        self, sandgram: RunningSandgram, visit: Visit, helper: Visit
    ) -> None:
        made = plain(sandgram)
        put(sandgram, made, "challenge")
        visit.log_in(made)
        assert visit.page == "challenge-page"
        assert helper.open(visit.address).page == "challenge-page"
        helper.send(visit.address, **self.chosen(sandgram, made))
        assert helper.page == "challenge-passed-page"
        assert status_of(sandgram, made) == "ok"
        assert visit.open(visit.address).page == "challenge-passed-page"
        assert visit.open("/web/code").page == "home-page"

    def test_whoever_solves_it_in_the_same_browser_goes_on(
        self, sandgram: RunningSandgram, visit: Visit
    ) -> None:
        made = with_authenticator(sandgram)
        put(sandgram, made, "challenge")
        visit.log_in(made)
        visit.send(visit.address, **self.chosen(sandgram, made))
        assert visit.page == "code-page"

    def test_a_wrong_choice_shows_another_puzzle(
        self, sandgram: RunningSandgram, visit: Visit
    ) -> None:
        made = plain(sandgram)
        put(sandgram, made, "challenge")
        first = visit.log_in(made).text
        visit.send(visit.address)
        assert visit.page == "challenge-page"
        assert "Not quite" in visit.error
        assert visit.text != first
        assert status_of(sandgram, made) == "challenge"

    def test_one_account_has_one_open_ticket(
        self, sandgram: RunningSandgram, visit: Visit, helper: Visit
    ) -> None:
        made = plain(sandgram)
        put(sandgram, made, "challenge")
        assert visit.log_in(made).address == helper.log_in(made).address

    def test_the_pictures_are_pictures_and_the_page_does_not_tell_them(
        self, sandgram: RunningSandgram, visit: Visit
    ) -> None:
        made = plain(sandgram)
        put(sandgram, made, "challenge")
        visit.log_in(made)
        sources = re.findall(r'<img src="(/web/challenge/[^"]+)"', visit.text)
        assert len(sources) == 9
        pictures = {visit.client.get(source).content for source in sources}
        assert len(pictures) == 9
        assert all(one.startswith(b"\x89PNG") for one in pictures)

    def test_a_link_of_nobody_has_run_out(self, visit: Visit) -> None:
        assert visit.open("/web/challenge/nothing").page == "challenge-over-page"
