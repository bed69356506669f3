"""
Pictures from strangers, decoded in a process of its own and drawn anew.

What is kept holds the pixels and nothing else: no place, no camera, no second file behind its end.
"""

from retinue.foundation.pictures.box import (
    LARGEST_FILE,
    MOST_PIXELS,
    Drawing,
    PictureBox,
    PictureRefused,
    draw,
)

__all__ = ["LARGEST_FILE", "MOST_PIXELS", "Drawing", "PictureBox", "PictureRefused", "draw"]
