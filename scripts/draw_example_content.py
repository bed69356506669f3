"""
Draws the pictures of `examples/content`: landscapes that nobody has photographed, the same at every run.

Usage: .venv/bin/python scripts/draw_example_content.py [FOLDER]
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]

SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((252, 214, 164), (226, 122, 96)),
    ((190, 222, 240), (92, 148, 196)),
    ((248, 236, 210), (240, 176, 120)),
    ((206, 196, 232), (96, 84, 150)),
    ((178, 226, 214), (58, 128, 132)),
)
SIZES = {"pfp": (360, 360), "post": (480, 480), "highlight": (420, 420), "story": (360, 640)}
COUNTS = {"pfp": 4, "post": 6, "highlight": 4, "story": 6}


def blend(first: Colour, second: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def sky(size: tuple[int, int], top: Colour, low: Colour) -> Image.Image:
    ramp = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, low), Image.new("RGB", size, top), ramp)


def hills(
    canvas: ImageDraw.ImageDraw, size: tuple[int, int], rng: random.Random, tone: Colour
) -> None:
    width, height = size
    for layer in range(4):
        base = height * (0.52 + 0.12 * layer)
        step, points = width / 6, [(0.0, float(height))]
        points += [(number * step, base + rng.uniform(-0.09, 0.06) * height) for number in range(7)]
        points.append((float(width), float(height)))
        canvas.polygon(points, fill=blend(tone, (24, 34, 52), 0.25 + 0.2 * layer))


def sea(
    canvas: ImageDraw.ImageDraw, size: tuple[int, int], rng: random.Random, tone: Colour
) -> None:
    width, height = size
    horizon = round(height * rng.uniform(0.5, 0.66))
    canvas.rectangle((0, horizon, width, height), fill=blend(tone, (30, 70, 110), 0.7))
    for _ in range(26):
        x, y = rng.uniform(0, width), rng.uniform(horizon + 6, height)
        reach = rng.uniform(8, 46)
        canvas.line((x, y, x + reach, y), fill=blend(tone, (240, 246, 250), 0.6), width=2)
    for _ in range(rng.randint(1, 3)):
        boat(canvas, rng.uniform(0.1, 0.8) * width, horizon + rng.uniform(4, 40), rng)


def boat(canvas: ImageDraw.ImageDraw, x: float, y: float, rng: random.Random) -> None:
    size = rng.uniform(16, 40)
    hull = (x, y, x + size, y, x + size * 0.8, y + size * 0.3, x + size * 0.2, y + size * 0.3)
    canvas.polygon(hull, fill=(72, 44, 40))
    canvas.polygon((x + size / 2, y, x + size / 2, y - size, x + size, y), fill=(250, 246, 236))


def houses(
    canvas: ImageDraw.ImageDraw, size: tuple[int, int], rng: random.Random, tone: Colour
) -> None:
    width, height = size
    x = -10.0
    while x < width:
        wide, tall = rng.uniform(0.1, 0.22) * width, rng.uniform(0.22, 0.5) * height
        colour = blend(tone, (rng.randint(120, 240), rng.randint(80, 180), 90), 0.6)
        canvas.rectangle((x, height - tall, x + wide, height), fill=colour)
        roof = (
            x - 4,
            height - tall,
            x + wide / 2,
            height - tall * 1.18,
            x + wide + 4,
            height - tall,
        )
        canvas.polygon(roof, fill=(96, 52, 48))
        for row in range(3):
            top = height - tall + 14 + row * 34
            canvas.rectangle((x + wide / 3, top, x + wide / 3 + 12, top + 18), fill=(255, 232, 170))
        x += wide + rng.uniform(2, 14)


SCENES = (hills, sea, houses)


def picture(category: str, number: int) -> Image.Image:
    rng = random.Random(f"{category} {number}")  # noqa: S311 - the same picture at every run
    size = SIZES[category]
    top, low = SKIES[(number + len(category)) % len(SKIES)]
    image = sky(size, top, low)
    canvas = ImageDraw.Draw(image)
    reach = size[0] * rng.uniform(0.06, 0.16)
    x, y = rng.uniform(0.15, 0.85) * size[0], rng.uniform(0.12, 0.4) * size[1]
    canvas.ellipse((x - reach, y - reach, x + reach, y + reach), fill=(255, 244, 214))
    SCENES[(number + SKIES.index((top, low))) % len(SCENES)](canvas, size, rng, low)
    return image.filter(ImageFilter.GaussianBlur(0.6))


def main() -> None:
    root = Path(__file__).parents[1]
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else root / "examples" / "content"
    folder.mkdir(parents=True, exist_ok=True)
    for category, count in COUNTS.items():
        for number in range(count):
            path = folder / f"{category}_{number + 1}.jpg"
            picture(category, number).save(path, "JPEG", quality=72, optimize=True)


if __name__ == "__main__":
    main()
