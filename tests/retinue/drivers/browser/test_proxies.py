"""A browser behind a proxy: through it, or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from retinue.drivers.browser.pool import BrowserPool
from retinue.drivers.browser.protocol import Egress, PageState, Visit
from retinue.drivers.errors import CallPhase, DriverError, FailureClass, ProxyFailed
from tests.retinue.drivers.browser.conftest import SandgramStage

NEW = "Another-password-2026!"


def egress_of(proxy: dict[str, Any], *, scheme: str = "http") -> Egress:
    return Egress(
        url=f"{scheme}://{proxy['host']}:{proxy['port']}",
        username=proxy["username"],
        password=proxy["password"],
    )


class TestThrough:
    @pytest.mark.parametrize("scheme", ["http", "socks5"])
    def test_everything_comes_out_at_the_proxys_exit(
        self, site: SandgramStage, pool: BrowserPool, scheme: str
    ) -> None:
        proxy, known = site.sandgram.proxy(), site.account()
        with pool.visit("sandgram", egress=egress_of(proxy, scheme=scheme)) as visit:
            assert visit.log_in(known.login, known.password).state is PageState.signed_in
            visit.change_password(known.password, NEW)
        assert site.sources(known.login) == {proxy["exit"]}


class TestFaults:
    def go_down_and_come_back(
        self, site: SandgramStage, proxy: dict[str, Any], visit: Visit, passwords: tuple[str, str]
    ) -> None:
        """Meanwhile nothing is sent; afterwards the first password becomes the second."""
        site.sandgram.trouble(proxy, "down")
        for _ in range(2):
            with pytest.raises(DriverError) as caught:
                visit.change_password(*passwords)
            assert caught.value.is_of_proxy
            assert caught.value.phase is CallPhase.not_sent
        site.sandgram.trouble(proxy, "none")
        assert visit.change_password(*passwords).state is PageState.signed_in

    @pytest.mark.parametrize(
        ("trouble", "failure"),
        [
            ("down", FailureClass.transient),
            ("refuse", FailureClass.permission),
            ("fail", FailureClass.transient),
        ],
    )
    def test_a_proxy_that_lets_nothing_out_is_what_failed(
        self, site: SandgramStage, pool: BrowserPool, trouble: str, failure: FailureClass
    ) -> None:
        proxy, known = site.sandgram.proxy(), site.account()
        site.sandgram.trouble(proxy, trouble)
        opened = pool.visit("sandgram", egress=egress_of(proxy))
        with opened as visit, pytest.raises(ProxyFailed) as caught:
            visit.log_in(known.login, known.password)
        assert caught.value.failure is failure
        assert caught.value.phase is CallPhase.not_sent
        assert site.sources(known.login) == set()

    def test_its_password_is_in_no_message(self, site: SandgramStage, pool: BrowserPool) -> None:
        wrong = replace(
            egress_of(site.sandgram.proxy(), scheme="socks5"), password="hunter2hunter2"
        )
        with pool.visit("sandgram", egress=wrong) as visit, pytest.raises(ProxyFailed) as caught:
            visit.look()
        assert caught.value.failure is FailureClass.permission
        assert "hunter2hunter2" not in f"{caught.value!r} {caught.value} {wrong!r}"

    def test_one_that_goes_down_in_the_middle_is_never_gone_around(
        self, site: SandgramStage, pool: BrowserPool
    ) -> None:
        proxy, known = site.sandgram.proxy(), site.account()
        with pool.visit("sandgram", egress=egress_of(proxy)) as visit:
            assert visit.log_in(known.login, known.password).state is PageState.signed_in
            self.go_down_and_come_back(site, proxy, visit, (known.password, NEW))
        assert site.sources(known.login) == {proxy["exit"]}

    def test_whenever_it_is_back_the_next_page_opens(
        self, site: SandgramStage, pool: BrowserPool
    ) -> None:
        """The browser's own page about a failure comes in late, and must not end what is begun after it."""
        proxy, known = site.sandgram.proxy(), site.account()
        with pool.visit("sandgram", egress=egress_of(proxy)) as visit:
            assert visit.log_in(known.login, known.password).state is PageState.signed_in
            for passwords in ((known.password, NEW), (NEW, known.password)) * 2:
                self.go_down_and_come_back(site, proxy, visit, passwords)
