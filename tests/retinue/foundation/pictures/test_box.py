from __future__ import annotations

import io
import itertools
import random
import resource
import struct
import zipfile
import zlib
from collections.abc import Iterator

import pytest
from PIL import Image, PngImagePlugin

from retinue.foundation.pictures import Drawing, PictureBox, PictureRefused

SIZE = (96, 64)


@pytest.fixture(scope="module")
def box() -> Iterator[PictureBox]:
    with PictureBox() as opened:
        yield opened


def picture(
    kind: str = "JPEG", *, size: tuple[int, int] = SIZE, mode: str = "RGB", **more: object
) -> bytes:
    image = Image.radial_gradient("L").resize(size).convert(mode)
    made = io.BytesIO()
    image.save(made, kind, **more)
    return made.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A few bytes that say they are so large a picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("a.html", "<script>alert(1)</script>")
    return made.getvalue()


def opened(drawing: Drawing) -> Image.Image:
    image = Image.open(io.BytesIO(drawing.content))
    image.load()
    return image


class TestDraw:
    @pytest.mark.parametrize(
        ("kind", "mode", "media_type"),
        [
            ("JPEG", "RGB", "image/jpeg"),
            ("JPEG", "CMYK", "image/jpeg"),
            ("JPEG", "L", "image/jpeg"),
            ("PNG", "RGBA", "image/png"),
            ("PNG", "P", "image/png"),
            ("PNG", "1", "image/png"),
            ("PNG", "I;16", "image/png"),
            ("WEBP", "RGB", "image/jpeg"),
        ],
    )
    def test_pictures_of_all_modes_become_jpeg_or_png(
        self, box: PictureBox, kind: str, mode: str, media_type: str
    ) -> None:
        drawing = box.draw(picture(kind, mode=mode))
        assert (drawing.media_type, drawing.width, drawing.height) == (media_type, *SIZE)
        assert opened(drawing).mode in {"RGB", "RGBA"}
        thumbnail = Image.open(io.BytesIO(drawing.thumbnail))
        assert (thumbnail.format, max(thumbnail.size) <= 320) == ("JPEG", True)

    def test_a_see_through_webp_stays_see_through(self, box: PictureBox) -> None:
        drawing = box.draw(picture("WEBP", mode="RGBA", lossless=True))
        assert opened(drawing).mode in {"RGB", "RGBA"}

    def test_where_and_with_what_it_was_taken_is_gone(self, box: PictureBox) -> None:
        exif = Image.Exif()
        exif[0x010F] = "Secretcam"
        exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
        xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>Secretcam</x:xmpmeta>"
        sent = picture(exif=exif, comment=b"Secretcam was here", xmp=xmp)
        assert sent.count(b"Secretcam") == 3
        drawing = box.draw(sent)
        for kept in (drawing.content, drawing.thumbnail):
            image = Image.open(io.BytesIO(kept))
            assert b"Secretcam" not in kept
            assert b"Exif" not in kept
            assert not image.getexif()
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}

    def test_texts_and_times_in_a_png_are_gone(self, box: PictureBox) -> None:
        told = PngImagePlugin.PngInfo()
        told.add_text("Author", "Secretperson")
        told.add_itxt("GPS", "Secretperson", zip=True)
        drawing = box.draw(picture("PNG", pnginfo=told))
        assert opened(drawing).info == {}

    def test_it_is_turned_as_the_camera_was(self, box: PictureBox) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        drawing = box.draw(picture(exif=exif))
        assert (drawing.width, drawing.height) == (SIZE[1], SIZE[0])

    def test_copies_that_differ_in_what_is_written_on_them_are_the_same(
        self, box: PictureBox
    ) -> None:
        one = box.draw(picture())
        other = box.draw(picture(comment=b"another"))
        assert one.source_sha256 != other.source_sha256
        assert one.sha256 == other.sha256

    def test_a_smaller_and_rougher_copy_looks_nearly_the_same(self, box: PictureBox) -> None:
        rng = random.Random(1)
        image = Image.new("RGB", (400, 300))
        for _ in range(40):
            spot = (rng.randrange(360), rng.randrange(260))
            image.paste(
                tuple(rng.randrange(256) for _ in range(3)), (*spot, spot[0] + 90, spot[1] + 70)
            )
        sent = []
        for size, quality in (((400, 300), 95), ((200, 150), 50)):
            made = io.BytesIO()
            image.resize(size).save(made, "JPEG", quality=quality)
            sent.append(box.draw(made.getvalue()))
        assert sent[0].sha256 != sent[1].sha256
        assert (sent[0].phash ^ sent[1].phash).bit_count() <= 6


class TestRefused:
    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "is empty"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no JPEG, PNG or WebP"),
            (b"<html><script>alert(1)</script></html>", "no JPEG, PNG or WebP"),
            (b"GIF89a" + bytes(100), "no JPEG, PNG or WebP"),
            (b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script>", "is broken"),
            (b"\xff\xd8\xff<html>", "is broken"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "is broken"),
            (png_claiming(60_000, 60_000), "more than 50 million pixels"),
            (png_claiming(8000, 7000), "more than 50 million pixels"),
            (png_claiming(2**31 - 1, 2**31 - 1), "file:"),
            (png_claiming(0, 0), "file:"),
            (picture()[:-200], "is broken"),
            (picture("PNG")[:-200], "is broken"),
            (picture() + archive(), "file inside"),
            (picture("PNG") + archive(), "file inside"),
            (picture("WEBP") + archive(), "file inside"),
            (picture(comment=b"<script>alert(1)</script>"), "file inside"),
            (picture() + b"<html><body>hello</body></html>", "file inside"),
            (
                picture("WEBP", save_all=True, append_images=[Image.new("RGB", SIZE, "red")]),
                "is animated",
            ),
            (
                picture("PNG", save_all=True, append_images=[Image.new("RGB", SIZE, "red")]),
                "is animated",
            ),
            (bytes([0xFF, 0xD8, 0xFF]) + bytes(10 * 1024 * 1024), "larger than 10 MB"),
        ],
        ids=itertools.count(),
    )
    def test_what_is_no_single_sound_picture_is_refused(
        self, box: PictureBox, content: bytes, why: str
    ) -> None:
        with pytest.raises(PictureRefused, match=why):
            box.draw(content)

    def test_two_hundred_hostile_files_cost_this_process_nothing(self, box: PictureBox) -> None:
        rng = random.Random(5)
        sound = [picture(kind) for kind in ("JPEG", "PNG", "WEBP")]
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        outcomes = {"refused": 0, "drawn": 0}
        for _ in range(200):
            broken = bytearray(rng.choice(sound))
            for _ in range(rng.randrange(1, 30)):
                broken[rng.randrange(3, len(broken))] = rng.randrange(256)
            try:
                drawing = box.draw(bytes(broken[: rng.randrange(20, len(broken) + 1)]))
            except PictureRefused:
                outcomes["refused"] += 1
            else:
                outcomes["drawn"] += 1
                opened(drawing)
        assert outcomes["refused"] > 100
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024

    def test_a_box_goes_on_after_its_process_has_ended(self) -> None:
        with PictureBox() as opened_box:
            opened_box.draw(picture())
            assert opened_box._child is not None
            opened_box._child.kill()
            with pytest.raises(PictureRefused, match="within its time and memory"):
                opened_box.draw(picture())
            opened_box.draw(picture())
