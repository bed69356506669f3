from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from retinue.drivers.browser.picturing import take
from retinue.drivers.browser.pool import BrowserPool
from retinue.drivers.browser.protocol import Jar, PageNotUnderstood, PageState
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.foundation import redaction
from retinue.foundation.clock import SystemClock
from retinue.foundation.redaction import Redactor
from tests.e2e.browsers import needed_chromium
from tests.retinue.drivers.browser.conftest import HASTY, SandgramStage
from tests.retinue.drivers.browser.local_site import LocalSite, local_site

SECRET = "Planted-secret-of-a-page-1"
PAGE = f"""<!doctype html><title>Odd {SECRET}</title>
<body style="margin:0;background:white">
<input id=a value="{SECRET}" style="position:absolute;left:0;top:0;width:200px;height:50px">
<textarea style="position:absolute;left:0;top:100px;width:200px;height:50px">{SECRET}</textarea>
<p style="position:absolute;top:200px">Your secret is {SECRET}.
<a href="/next?token={SECRET}#x" onclick="alert(1)">on</a></p>
<script>window.odd = "{SECRET}"</script>
<img src="http://127.0.0.1:{{port}}/tell?secret={SECRET}"></body>"""


@pytest.fixture(scope="module")
def local() -> Iterator[LocalSite]:
    with local_site() as site:
        yield site


@pytest.fixture(scope="module")
def local_pool(local: LocalSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserPool]:
    opened = BrowserPool(
        {"sandgram": local.url},
        folder=tmp_path_factory.mktemp("browser"),
        clock=SystemClock(),
        limits=HASTY,
        executable=needed_chromium(),
    )
    yield opened
    opened.close()


def addresses_of(pool: BrowserPool) -> set[str]:
    """Both ends of every connection and socket of all processes of a browser."""
    found: list[tuple[Any, ...]] = [
        tuple(end)
        for hosted in pool._busy
        for process in hosted.processes()
        for one in process.net_connections(kind="inet")
        for end in (one.laddr, one.raddr)
    ]
    return {str(end[0]) for end in found if end}


TYPED = "typed-by-us-1"


@pytest.fixture(scope="class")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=needed_chromium(), args=["--no-sandbox"]
        )
        yield browser.new_page()
        browser.close()


class TestTake:
    def test_what_was_typed_is_masked_in_the_picture_and_then_as_before(self, page: Page) -> None:
        page.set_content(f"<p>You wrote {TYPED}.</p>")
        assert take(page, redactor=Redactor(), typed={TYPED}).picture
        assert TYPED in page.inner_text("body")

    @pytest.mark.parametrize("between", ["<b></b>", "<!-- -->", "<i>-</i>"])
    def test_there_is_no_picture_of_what_could_not_be_masked(
        self, page: Page, between: str
    ) -> None:
        first, second = TYPED.split("-", 1)
        hyphen = "" if "-</i>" in between else "-"
        page.set_content(f"<p>You wrote {first}{between}{hyphen}{second}.</p>")
        assert TYPED in page.inner_text("body")
        found = take(page, redactor=Redactor(), typed={TYPED})
        assert found.picture == b""
        assert found.page

    def test_nor_of_a_page_that_does_not_say_what_it_shows(self, page: Page) -> None:
        page.set_content("<p>Hello</p>")
        page.evaluate(
            "() => Object.defineProperty(document, 'body', { get() { throw new Error('no') } })"
        )
        assert take(page, redactor=Redactor(), typed={TYPED}).picture == b""
        assert take(page, redactor=Redactor(), typed=set()).picture


class TestAPageThatNobodyKnows:
    def test_it_is_pictured_without_what_is_secret_and_reaches_nobody_else(
        self, local: LocalSite, local_pool: BrowserPool
    ) -> None:
        redaction.know(SECRET)
        with local_site() as stranger, local_pool.visit("sandgram") as visit:
            local.page = PAGE.replace("{port}", str(stranger.port))
            with pytest.raises(PageNotUnderstood) as caught:
                visit.look()
            assert stranger.asked == []
            assert addresses_of(local_pool) == {"127.0.0.1"}
        assert caught.value.failure is FailureClass.unknown
        found = caught.value.evidence
        shown = f"{found.page} {found.title} {found.address} {found!r} {caught.value!r}"
        assert SECRET not in shown
        assert "[redacted]" in found.page
        assert "<script" not in found.page
        assert "onclick" not in found.page
        assert found.address == f"{local.url}/web/home"
        picture = Image.open(io.BytesIO(found.picture)).convert("RGB")
        assert picture.size == (1280, 800)
        # Both fields are covered, whole.
        for top in (0, 100):
            field = picture.crop((5, top + 5, 195, top + 45))
            assert len(set(field.get_flattened_data())) == 1

    def test_what_was_typed_is_masked_where_the_page_shows_it(
        self, site: SandgramStage, pool: BrowserPool
    ) -> None:
        # The site writes the login back, so that a password typed there by mistake would be seen.
        typed = "typed-in-the-wrong-field"
        with pool.visit("sandgram") as visit:
            assert visit.log_in(typed, typed).state is PageState.wrong_password
            found = visit.evidence()
        assert typed not in found.page

    def test_a_site_that_was_rebuilt_is_not_guessed_at(
        self, site: SandgramStage, pool: BrowserPool
    ) -> None:
        known = site.account()
        site.sandgram.fault("changed_ui", surface="web")
        with pool.visit("sandgram") as visit:
            with pytest.raises(PageNotUnderstood) as caught:
                visit.log_in(known.login, known.password)
            assert caught.value.phase is CallPhase.not_sent
            assert "Log in" in caught.value.evidence.title
            site.sandgram.control.delete("/faults")
            assert visit.log_in(known.login, known.password).state is PageState.signed_in


class TestJars:
    @pytest.mark.parametrize(
        "text",
        ["", "{}", "[1]", '[{"name": "a"}]', '["' + "x" * 2_000_000 + '"]', "[" * 100_000],
    )
    def test_what_is_none_is_refused_without_repeating_it(self, text: str) -> None:
        with pytest.raises(ValueError, match="jar") as caught:
            Jar.from_text(text)
        assert caught.value.__cause__ is None

    def test_one_that_the_browser_refuses_is_said(
        self, local: LocalSite, local_pool: BrowserPool
    ) -> None:
        broken = Jar([{"name": "a", "value": "b", "domain": "", "path": ""}])
        with pytest.raises(DriverError) as caught:
            local_pool.visit("sandgram", jar=broken).__enter__()
        assert caught.value.failure is FailureClass.invalid_input
        assert caught.value.phase is CallPhase.not_sent

    def test_its_cookies_go_to_their_own_site_alone(
        self, local: LocalSite, local_pool: BrowserPool
    ) -> None:
        jar = Jar(
            [
                {"name": "mine", "value": "here", "domain": "127.0.0.1", "path": "/"},
                {"name": "other", "value": "there", "domain": "example.org", "path": "/"},
            ]
        )
        local.page = "<h1>Something</h1>"
        with local_pool.visit("sandgram", jar=jar) as visit, pytest.raises(PageNotUnderstood):
            visit.look()
        assert local.cookies[-1] in ("mine=here", "")
        assert "mine=here" in local.cookies
        assert not any("there" in one for one in local.cookies)


class TestTheProfileOfTheSite:
    def test_the_folder_of_the_browsers_is_all_that_they_write_to(self, pool: BrowserPool) -> None:
        home = Path.home() / ".config" / "chromium"
        before = home.stat().st_mtime if home.exists() else None
        with pool.visit("sandgram") as visit:
            visit.look()
        assert (home.stat().st_mtime if home.exists() else None) == before
