"""The pictures of a challenge, drawn so that no two are alike and no name tells them."""

import io
import math

from PIL import Image, ImageDraw, ImageFilter

from sandgram.seeding import draw

_SIZE = 160
_SCALE = 2
Point = tuple[float, float]


def tile(shape: str, luck: int) -> bytes:
    """A PNG with one shape among shadows and lines."""
    size = _SIZE * _SCALE
    hue = luck % 360
    canvas = Image.new("RGB", (size, size), f"hsl({hue}, 24%, 82%)")
    pen = ImageDraw.Draw(canvas)
    for number in range(5):
        bits = draw(luck, number)
        ends = [(bits >> shift) % size for shift in (0, 12, 24, 36)]
        pen.line(ends, fill=f"hsl({(hue + bits % 90) % 360}, 30%, 70%)", width=2 + bits % 9)
    bits = draw(luck, 9)
    radius = size * (0.2 + bits % 100 / 900)
    x = size / 2 + (bits >> 8) % (size // 4) - size / 8
    y = size / 2 + (bits >> 20) % (size // 4) - size / 8
    turn = (bits >> 32) % 360
    fill = f"hsl({(hue + 120 + (bits >> 44) % 120) % 360}, 42%, 42%)"
    if shape == "circle":
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)
    else:
        pen.polygon(_corners(shape, (x, y), radius=radius, turn=turn), fill=fill)
    small = canvas.filter(ImageFilter.GaussianBlur(1)).resize((_SIZE, _SIZE))
    out = io.BytesIO()
    small.save(out, "PNG")
    return out.getvalue()


def _corners(shape: str, middle: Point, *, radius: float, turn: int) -> list[Point]:
    count = {"triangle": 3, "square": 4, "star": 10}[shape]
    found = []
    for number in range(count):
        reach = radius * (0.42 if shape == "star" and number % 2 else 1.15)
        angle = math.radians(turn + number * 360 / count)
        found.append((middle[0] + reach * math.cos(angle), middle[1] + reach * math.sin(angle)))
    return found
