"""A chart as PNG, twice as large as its field so that it is sharp on fine screens."""

from __future__ import annotations

import io
from functools import lru_cache
from importlib import import_module
from typing import Any

from retinue.capabilities.monitors.rules.charts import (
    BOTTOM,
    GRID,
    HEIGHT,
    LEFT,
    LINE,
    RIGHT,
    TEXT,
    WIDTH,
    X_LABEL,
    Chart,
)

_SCALE = 2


def as_png(chart: Chart) -> bytes:
    """
    On open ground. The words of `description` stand in the file too, under `Description`.
    """
    image_module, draw_module, png = _library()
    image = image_module.new("RGBA", (WIDTH * _SCALE, HEIGHT * _SCALE), (0, 0, 0, 0))
    draw = draw_module.Draw(image)
    _write(draw, LEFT, 20, chart.title, anchor="ls", size=14)
    for tick in chart.y_ticks:
        y = tick.place * _SCALE
        draw.line((LEFT * _SCALE, y, (WIDTH - RIGHT) * _SCALE, y), fill=f"{GRID}66", width=_SCALE)
        _write(draw, LEFT - 8, tick.place, tick.label, anchor="rm")
    for tick in chart.x_ticks:
        _write(draw, tick.place, HEIGHT - BOTTOM + 20, tick.label, anchor="ms")
    _write(draw, WIDTH - RIGHT, HEIGHT - 6, X_LABEL, anchor="rs")
    _write(draw, LEFT - 8, 20, chart.y_label, anchor="rs")
    for line in chart.lines:
        places = [(x * _SCALE, y * _SCALE) for x, y in line]
        if len(places) == 1:
            draw.circle(places[0], 2 * _SCALE, fill=LINE)
        else:
            draw.line(places, fill=LINE, width=2 * _SCALE, joint="curve")
    if chart.last is None:
        _write(draw, WIDTH / 2, HEIGHT / 2, "no reading yet", anchor="mm")
    else:
        (x, y), label = chart.last
        draw.circle((x * _SCALE, y * _SCALE), 3.5 * _SCALE, fill=LINE)
        _write(draw, WIDTH - RIGHT, 20, label, anchor="rs")
    told = png.PngInfo()
    told.add_itxt("Description", chart.description)
    file = io.BytesIO()
    image.save(file, format="PNG", pnginfo=told)
    return file.getvalue()


def _write(draw: Any, x: float, y: float, words: str, *, anchor: str, size: int = 12) -> None:
    draw.text((x * _SCALE, y * _SCALE), words, fill=TEXT, font=_font(size), anchor=anchor)


@lru_cache(maxsize=1)
def _library() -> tuple[Any, Any, Any]:
    # Read when the first picture is asked for: most processes never draw one.
    names = ("PIL.Image", "PIL.ImageDraw", "PIL.PngImagePlugin")
    image, draw, png = (import_module(name) for name in names)
    return image, draw, png


@lru_cache(maxsize=4)
def _font(size: int) -> Any:
    return import_module("PIL.ImageFont").load_default(size * _SCALE)
