"""What goes into the pools, who is given what, and how long it will last. Nothing here commits."""

from __future__ import annotations

from retinue.capabilities.content.service import keeping
from retinue.capabilities.content.service.adding import (
    add_picture,
    add_text,
    clean_tags,
    near_duplicates,
    persona_of,
    picture_of_source,
)
from retinue.capabilities.content.service.changing import (
    archive,
    bulk,
    change_item,
    change_text,
    remove,
    restore,
)
from retinue.capabilities.content.service.choosing import assign
from retinue.capabilities.content.service.figures import availability, report, report_key
from retinue.capabilities.content.service.listing import (
    count,
    get_item,
    get_text,
    items_page,
    read_items,
    read_texts,
    sort_key,
    state_of,
    texts_page,
)
from retinue.capabilities.content.service.using import release, used

__all__ = [
    "add_picture",
    "add_text",
    "archive",
    "assign",
    "availability",
    "bulk",
    "change_item",
    "change_text",
    "clean_tags",
    "count",
    "get_item",
    "get_text",
    "items_page",
    "keeping",
    "near_duplicates",
    "persona_of",
    "picture_of_source",
    "read_items",
    "read_texts",
    "release",
    "remove",
    "report",
    "report_key",
    "restore",
    "sort_key",
    "state_of",
    "texts_page",
    "used",
]
