"""
The process that decodes: it holds no secret, has a limit on everything, and may die.

Reads a file, answers what it is, the file drawn anew and a thumbnail, and waits for the next one.
It ends when its parent has gone.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings
import zipfile
from typing import Any, BinaryIO

from PIL import (
    Image,
    ImageCms,
    ImageFile,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from retinue.foundation.pictures.limits import (
    LENGTH,
    MOST_MEMORY,
    MOST_PIXELS,
    SECONDS,
    THUMBNAIL,
)

# Named so that they are loaded before this process may open no more files.
_LOADED = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)
_FORMATS = ("JPEG", "PNG", "WEBP")
_MARKUP = (b"<script", b"<html", b"<?php", b"<svg", b"<!doctype", b"%pdf-")
_LOOKED_AT = 4096
_PNG_END = b"IEND\xaeB`\x82"
_JPEG_QUALITY = 92


class Unusable(Exception):
    """Why it cannot be kept, in words for a person."""


def main() -> int:
    # The pipe is taken away from whatever prints.
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    _confine()
    while (content := _read(sys.stdin.buffer)) is not None:
        _grant_seconds()
        for piece in _answer(content):
            answers.write(LENGTH.pack(len(piece)))
            answers.write(piece)
        answers.flush()
    return 0


def _confine() -> None:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    # Once through everything, so that what is loaded late is there before files are out of reach.
    sample = io.BytesIO()
    Image.new("RGB", (16, 16)).save(sample, "PNG")
    drawn(sample.getvalue())
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(what, (most, most))


def _grant_seconds() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + int(SECONDS) + 1, resource.RLIM_INFINITY))


def _read(pipe: BinaryIO) -> bytes | None:
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return pipe.read(LENGTH.unpack(head)[0])


def _answer(content: bytes) -> tuple[bytes, bytes, bytes]:
    try:
        facts, picture, thumbnail = drawn(content)
    except Unusable as error:
        return json.dumps({"problem": str(error)}).encode(), b"", b""
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return json.dumps({"problem": _too_many_pixels()}).encode(), b"", b""
    except MemoryError:
        problem = "needs more memory than a picture is given; make it smaller"
        return json.dumps({"problem": problem}).encode(), b"", b""
    except Exception:  # noqa: BLE001 - Pillow raises whatever a broken file leads it to.
        problem = "is broken or incomplete; save it anew as JPEG or PNG"
        return json.dumps({"problem": problem}).encode(), b"", b""
    return json.dumps(facts).encode(), picture, thumbnail


def drawn(content: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """
    What it is, the picture drawn anew, and a thumbnail.

    Raises:
        Unusable: it cannot be kept.
    """
    with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
        _check(opened, content)
        source = opened.format
        opened.load()
        image = _upright(opened)
    has_alpha = image.mode == "RGBA"
    as_jpeg = source in {"JPEG", "MPO"} or (source == "WEBP" and not has_alpha)
    picture = io.BytesIO()
    if as_jpeg:
        image.save(picture, "JPEG", quality=_JPEG_QUALITY)
    else:
        image.save(picture, "PNG", compress_level=3)
    facts = {
        "media_type": "image/jpeg" if as_jpeg else "image/png",
        "width": image.width,
        "height": image.height,
    }
    image.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    small = _on_white(image)
    thumbnail = io.BytesIO()
    small.save(thumbnail, "JPEG", quality=80)
    facts["phash"] = _difference_hash(small)
    return facts, picture.getvalue(), thumbnail.getvalue()


def _check(image: Image.Image, content: bytes) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise Unusable(_too_many_pixels())
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise Unusable("is animated; send a single picture")
    if _holds_another_file(content, str(image.format)):
        raise Unusable("holds another file inside; save it anew as JPEG or PNG")


def _holds_another_file(content: bytes, kind: str) -> bool:
    """Something that is a picture to one reader and a page or an archive to another."""
    if kind == "PNG" and _PNG_END in content and not content.endswith(_PNG_END):
        return True
    if kind == "WEBP" and int.from_bytes(content[4:8], "little") + 8 < len(content):
        return True
    behind = content[content.rfind(b"\xff\xd9") + 2 :] if kind in {"JPEG", "MPO"} else b""
    looked_at = (content[:_LOOKED_AT] + behind).lower()
    return any(mark in looked_at for mark in _MARKUP) or zipfile.is_zipfile(io.BytesIO(content))


def _upright(image: Image.Image) -> Image.Image:
    """As a person sees it: turned, in the colours of screens, in RGB or RGBA, and with nothing written on it."""
    turned = ImageOps.exif_transpose(image)
    profile = turned.info.get("icc_profile")
    has_alpha = turned.has_transparency_data
    if turned.mode.startswith("I") or turned.mode == "F":
        turned = turned.convert("I").point(lambda value: value / 256).convert("L")
    elif profile and turned.mode in {"RGB", "RGBA", "CMYK"}:
        turned = _in_srgb(turned, profile)
    wanted = "RGBA" if has_alpha else "RGB"
    if turned.mode != wanted:
        turned = turned.convert(wanted)
    # The encoders take comments and profiles from here.
    turned.info = {}
    return turned


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, given, srgb, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        # A profile that cannot be read is left out, as a screen would.
        return image
    return converted or image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _difference_hash(image: Image.Image) -> int:
    """64 bits: in eight rows of nine points, whether each is lighter than the one after it."""
    small = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    points = small.tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            place = row * 9 + column
            bits = bits << 1 | (points[place] > points[place + 1])
    return bits


def _too_many_pixels() -> str:
    return f"has more than {MOST_PIXELS // 1_000_000} million pixels; make it smaller"


if __name__ == "__main__":
    sys.exit(main())
