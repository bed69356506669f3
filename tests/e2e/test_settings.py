"""Settings in a browser: changed, refused at the field, in force, and taken back."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.acceptance.product import Product
from tests.factories.staging import until


def cooldown(product: Product) -> int:
    minutes: int = product.http.get("/api/settings").json()["cooldown_minutes"]
    return minutes


class TestSettings:
    def test_a_change_is_in_force_at_once_and_can_be_taken_back(
        self, page: Page, product: Product
    ) -> None:
        page.goto("settings")
        page.get_by_role("textbox", name="Cooldown lasts").fill("90")
        expect(page.get_by_text("1 change not saved.")).to_be_visible()
        expect(page.get_by_text("rests for 1 h 30 min")).to_be_visible()
        page.get_by_role("button", name="Save").click()

        expect(page.get_by_text("One setting is changed")).to_be_visible()
        assert cooldown(product) == 90
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("Taken back.")).to_be_visible()
        assert cooldown(product) == 45
        expect(page.get_by_role("textbox", name="Cooldown lasts")).to_have_value("45")

    def test_a_refusal_stands_at_the_field_that_is_meant(
        self, page: Page, product: Product, expected_complaints: list[str]
    ) -> None:
        expected_complaints.append("422")
        page.goto("settings")
        page.get_by_role("textbox", name="Like a day").fill("a lot")
        page.get_by_role("button", name="Save").click()

        field = page.get_by_role("textbox", name="Like a day")
        expect(field).to_have_accessible_description("input should be a valid integer")
        expect(field).to_have_attribute("aria-invalid", "true")

    def test_what_somebody_else_changes_comes_in_and_what_is_being_typed_stays(
        self, page: Page, product: Product
    ) -> None:
        page.goto("settings")
        page.get_by_role("textbox", name="Follow an hour").fill("11")
        assert product.http.put("/api/settings", json={"trace_days": 14}).is_success
        until(
            lambda: (
                page.get_by_role("textbox", name="Decisions are explained for").input_value()
                == "14"
            ),
            "the other's change",
            seconds=10,
        )

        expect(page.get_by_role("textbox", name="Follow an hour")).to_have_value("11")
