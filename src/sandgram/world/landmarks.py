"""
One person and one post that every world has, whatever its seed and size.

They stand in the examples of the documentation. They are far larger than the
worlds are, so their numbers are formulas and the lists behind them closed.
"""

from datetime import UTC, datetime, timedelta

from sandgram.world.movement import DAY, awake, favour

HANDLE = "instagram"
INDEX = (1 << 31) - 1
"""Beyond the largest world, before the first account."""

CODE = "CxYQJO8xuC6"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _number_of(code: str) -> int:
    number = 0
    for letter in code:
        number = number * 64 + _LETTERS.index(letter)
    return number


POST_ID = str(_number_of(CODE))
POSTED_AT = datetime(2023, 9, 19, 16, 0, 12, tzinfo=UTC)
JOINED_AT = datetime(2010, 10, 6, tzinfo=UTC) + timedelta(hours=17)
NAME = "Instagram"
BIO = "The one handle that every world knows."
LINK = "https://instagram.example/"
CAPTION = "The first take, and the one we kept. #harbour #goldenhour"
HASHTAGS = ("harbour", "goldenhour")


def follower_count(seed: int, seconds: float) -> int:
    """Grows by some two thousand a day, and falls for hours when people lose interest."""
    days = awake(seconds) / DAY
    return max(0, int(8_412_000 + 2_100 * days + 9_000 * favour(seed, INDEX, seconds)))


def following_count(seed: int, seconds: float) -> int:
    return 88 + int(12 * favour(seed, INDEX, seconds - 20 * DAY))


def post_count(seconds: float) -> int:
    return max(1, 7_480 + int(seconds // 30_000))


def like_count(seconds: float) -> int:
    return max(0, int(412_000 + 900 * awake(seconds) / DAY))


def comment_count(seconds: float) -> int:
    return max(0, int(5_300 + 14 * awake(seconds) / DAY))


def play_count(seconds: float) -> int:
    return max(0, int(9_800_000 + 31_000 * awake(seconds) / DAY))
