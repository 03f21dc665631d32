"""Noise of cameras and bad scanners, which Tesseract takes for dots of letters."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter

SAMPLE = 1_000  # pixels of each side of the middle of a picture, which is enough to tell
MIN_NOISE = 3  # shades of grey by which half of all pixels differ from those around them; paper and screens: 0 or 1


def without_noise(picture: Image.Image) -> Image.Image:
    """A picture in shades of grey, each pixel as those around it if the picture is noisy; else as it is."""
    return picture.filter(ImageFilter.MedianFilter(3)) if is_noisy(picture) else picture


def is_noisy(picture: Image.Image) -> bool:
    """Whether most pixels differ from those around them, also where nothing is written."""
    left, top = max(0, (picture.width - SAMPLE) // 2), max(0, (picture.height - SAMPLE) // 2)
    sample = picture.crop((left, top, min(left + SAMPLE, picture.width), min(top + SAMPLE, picture.height)))
    counts = ImageChops.difference(sample, sample.filter(ImageFilter.MedianFilter(3))).histogram()
    return sum(counts[:MIN_NOISE]) * 2 < sum(counts)
