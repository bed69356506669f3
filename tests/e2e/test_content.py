"""Pictures and texts are looked at, changed, added one by one and by the archive, and nobody runs out of them unawares."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageEnhance
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.acceptance.product import Product
from tests.e2e.watching import Watched
from tests.factories.staging import ROOT, until

EXAMPLES = ROOT / "examples" / "content"
PERSONA = "Mira Sol"


def pictures(product: Product, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = product.http.get("/api/content", params=query).json()["items"]
    return found


@pytest.fixture(scope="module")
def persona(product: Product) -> int:
    """The id of the one whose pools the demo brings, once they are full."""
    until(
        lambda: len(pictures(product)) == len(list(EXAMPLES.glob("*.jpg"))), "the pools", seconds=60
    )
    named = product.http.get("/api/personas").json()["items"]
    return int(next(one["id"] for one in named if one["name"] == PERSONA))


def tiles(page: Page) -> Locator:
    return page.get_by_role("list", name="Pictures").get_by_role("listitem")


def paler(path: Path) -> bytes:
    """Nearly the same picture, in another file."""
    kept = io.BytesIO()
    with Image.open(path) as image:
        ImageEnhance.Brightness(image).enhance(1.04).save(kept, format="PNG")
    return kept.getvalue()


def choose(page: Page, files: list[FilePayload]) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=re.compile("^Choose")).click()
    chooser.value.set_files(files)


class TestPictures:
    def test_they_are_filtered_and_walked_through_by_keys(self, page: Page, persona: int) -> None:
        page.goto("content")
        expect(tiles(page)).to_have_count(len(list(EXAMPLES.glob("*.jpg"))))
        page.get_by_role("button", name="Category").click()
        page.get_by_role("menuitemradio", name="Profile picture").click()
        expect(tiles(page)).to_have_count(4)
        expect(page).to_have_url(re.compile("category=pfp"))
        # Keys rest while there is a menu, and it goes by and by.
        expect(page.locator("[role=menu]")).to_have_count(0)

        page.keyboard.press("j")
        page.keyboard.press("j")
        expect(tiles(page).nth(1).get_by_role("button")).to_be_focused()
        page.keyboard.press("x")
        expect(page.get_by_role("toolbar", name="Selection")).to_contain_text("1 selected")
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog").get_by_role("img")).to_be_visible()
        assert Watched(page, home="").barriers() == []

    def test_what_is_said_of_one_is_changed_and_taken_back(
        self, page: Page, product: Product, persona: int
    ) -> None:
        (picture, *_) = pictures(product, category="story")
        page.goto(f"content?open={picture['id']}")
        form = page.get_by_role("form", name="What is said of it")
        form.get_by_label("May be used").fill("0")
        expect(form.get_by_text("A number from 1, or nothing.")).to_be_visible()
        form.get_by_label("May be used").fill("")
        form.get_by_role("slider", name="Quality").press("End")
        form.get_by_role("button", name="Keep changes").click()

        expect(page.get_by_text(f"{picture['title']} is changed.")).to_be_visible()
        (changed, *_) = pictures(product, category="story", sort="quality")
        assert (changed["id"], changed["quality"], changed["max_usage"]) == (
            picture["id"],
            100,
            None,
        )
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("Taken back.")).to_be_visible()
        again = product.http.get(f"/api/content/{picture['id']}").json()
        assert (again["quality"], again["max_usage"]) == (picture["quality"], 1)

    def test_many_are_archived_and_come_back(
        self, page: Page, product: Product, persona: int
    ) -> None:
        page.goto("content?category=highlight")
        for tile in (0, 1):
            tiles(page).nth(tile).get_by_role("checkbox").check()
        page.get_by_role("toolbar").get_by_role("button", name="Archive").click()
        expect(page.get_by_text("2 pictures are archived.")).to_be_visible()
        assert len(pictures(product, category="highlight", state="archived")) == 2
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("Taken back.")).to_be_visible()
        assert pictures(product, category="highlight", state="archived") == []


class TestAdd:
    def test_each_file_says_what_became_of_it(
        self, page: Page, persona: int, expected_complaints: list[str]
    ) -> None:
        expected_complaints.append("422")
        page.goto(f"content/add?persona={persona}")
        example = EXAMPLES / "post_1.jpg"
        fresh = io.BytesIO()
        Image.effect_mandelbrot((320, 320), (-2, -1.2, 0.6, 1.2), 60).save(fresh, format="PNG")
        choose(
            page,
            [
                FilePayload(name="new.png", mimeType="image/png", buffer=fresh.getvalue()),
                FilePayload(name="again.jpg", mimeType="image/jpeg", buffer=example.read_bytes()),
                FilePayload(name="alike.png", mimeType="image/png", buffer=paler(example)),
                FilePayload(name="broken.png", mimeType="image/png", buffer=b"no picture at all"),
            ],
        )
        page.get_by_role("button", name="Add 4 pictures").click()

        chosen = page.get_by_role("list", name="Chosen pictures").get_by_role("listitem")
        expect(chosen.filter(has_text="new.png")).to_contain_text("Added")
        expect(chosen.filter(has_text="again.jpg")).to_contain_text(f"{PERSONA} has it already")
        expect(chosen.filter(has_text="alike.png")).to_contain_text("Looks nearly the same as")
        expect(chosen.filter(has_text="broken.png")).to_contain_text("Refused")
        assert Watched(page, home="").barriers() == []
        chosen.filter(has_text="alike.png").get_by_role("button", name="Archive it").click()
        expect(page.get_by_text("is archived.")).to_be_visible()

    def test_a_text_is_written_and_the_same_one_is_not_kept_twice(
        self, page: Page, product: Product, persona: int
    ) -> None:
        page.goto(f"content/texts?persona={persona}&kind=bio&add=true")
        dialog = page.get_by_role("dialog", name="Add a text")
        dialog.get_by_role("button", name="Add text").click()
        expect(dialog.get_by_text("Write it.")).to_be_visible()
        dialog.get_by_role("textbox", name="Text").fill("Ropes, tides, and one good lens.")
        dialog.get_by_role("button", name="Add text").click()

        expect(dialog).to_be_hidden()
        row = page.get_by_role("grid", name="Texts").get_by_role("row").filter(has_text="Ropes")
        expect(row).to_contain_text("0 of 1")
        row.click()
        expect(page.get_by_role("dialog").get_by_text("not used yet")).to_be_visible()


class TestUpload:
    def test_an_archive_is_checked_row_by_row_before_anything_is_kept(
        self, page: Page, product: Product, persona: int
    ) -> None:
        manifest = (
            "file,kind,category,title,text,tags,quality,max_usage\n"
            "noise.png,,story,Static,,sea,70,2\n"
            "missing.png,,story,Gone,,sea,70,1\n"
            ",caption,story,,Low water.,sea,60,1\n"
        )
        noise, archive = io.BytesIO(), io.BytesIO()
        Image.linear_gradient("L").convert("RGB").save(noise, format="PNG")
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("noise.png", noise.getvalue())
            packed.writestr("manifest.csv", manifest)
        before = len(pictures(product, limit=1000))
        page.goto(f"content/upload?persona={persona}")
        zipped = FilePayload(name="pool.zip", mimeType="application/zip", buffer=archive.getvalue())
        choose(page, [zipped])

        rows = page.get_by_role("table", name="Rows of the upload")
        expect(rows.get_by_role("row").filter(has_text="missing.png")).to_contain_text(
            "is not there"
        )
        assert len(pictures(product, limit=1000)) == before
        assert Watched(page, home="").barriers() == []
        page.get_by_role("button", name="Take in 2 items").click()

        expect(page.get_by_text("2 items added, 1 row left out.")).to_be_visible()
        assert len(pictures(product, limit=1000)) == before + 1


class TestForecast:
    def test_it_says_which_pool_is_empty_and_leads_there(
        self, page: Page, product: Product, persona: int
    ) -> None:
        wanted = {"persona": persona, "kind": "title", "category": "post", "text": "For a while"}
        text = product.http.post("/api/texts", json=wanted).json()
        page.goto("content/forecast")
        pools = page.get_by_role("table", name="Pools")
        expect(pools.get_by_role("row").filter(has_text="Story pictures")).to_contain_text("Enough")
        assert product.http.delete(f"/api/texts/{text['id']}").is_success
        pools.get_by_role("link", name="Story pictures").click()
        expect(page).to_have_url(re.compile(f"content\\?persona={persona}&category=story"))

    def test_a_persona_is_made_and_has_no_pool_yet(self, page: Page, persona: int) -> None:
        page.goto("content/personas")
        page.get_by_role("button", name="Add persona").click()
        dialog = page.get_by_role("dialog", name="Add a persona")
        dialog.get_by_label("Name").fill("Juno Vale")
        dialog.get_by_label("Least hours between phases").fill("30")
        dialog.get_by_label("Most hours").fill("40")
        dialog.get_by_role("button", name="Add persona").click()

        expect(dialog).to_be_hidden()
        row = page.get_by_role("table", name="Personas").get_by_role("row").filter(has_text="Juno")
        expect(row).to_contain_text("None yet")
        expect(row).to_contain_text("30 to 40 h")
