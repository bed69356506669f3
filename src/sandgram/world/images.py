"""Pictures for posts and profiles: drawn from the seed, nobody's artwork."""

import io
from functools import lru_cache

from PIL import Image, ImageDraw

from sandgram.seeding import draw

_IMAGE = 501


@lru_cache(maxsize=256)
def picture(seed: int, subject: int, *, size: int) -> bytes:
    """A JPEG of `size` by `size` pixels."""
    bits = draw(seed, _IMAGE, subject)
    top = (60 + bits % 160, 60 + (bits >> 8) % 160, 60 + (bits >> 16) % 160)
    low = (20 + (bits >> 24) % 120, 20 + (bits >> 32) % 120, 20 + (bits >> 40) % 120)
    ramp = Image.linear_gradient("L").resize((size, size))
    image = Image.composite(
        Image.new("RGB", (size, size), low), Image.new("RGB", (size, size), top), ramp
    )
    canvas = ImageDraw.Draw(image)
    for number in range(3 + bits % 5):
        shape = draw(seed, _IMAGE, subject, number)
        x, y = shape % size, (shape >> 16) % size
        reach = size // 10 + (shape >> 32) % (size // 4)
        colour = ((shape >> 8) % 256, (shape >> 24) % 256, (shape >> 40) % 256)
        box = (x - reach, y - reach, x + reach, y + reach)
        if shape >> 63:
            canvas.ellipse(box, fill=colour)
        else:
            canvas.rectangle(box, fill=colour)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
