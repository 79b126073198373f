"""Our own files: cached by content, legible in light and dark."""

import re

import pytest

from colonnade.web.assets import asset_path, assets
from support.people import Crowd

LEGIBLE = 4.5
"""Contrast of text that WCAG 2.2 asks for at level AA (success criterion 1.4.3)."""
PAIRS = [
    ("ink", "stone"),
    ("ink", "paper"),
    ("faded", "stone"),
    ("faded", "paper"),
    ("verdigris", "stone"),
    ("verdigris", "paper"),
    ("on-verdigris", "verdigris"),
    ("clay", "paper"),
    ("ochre", "paper"),
    ("ink", "clay-soft"),
    ("ink", "ochre-soft"),
    ("ink", "verdigris-soft"),
]


def _palettes() -> list[dict[str, str]]:
    css = assets()["colonnade.css"].content.decode()
    return [
        dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", block))
        for block in re.findall(r":root {(.*?)}", css, re.DOTALL)
    ]


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_text_is_legible_in_light_and_dark(front: str, back: str) -> None:
    palettes = _palettes()
    assert len(palettes) == 2
    for palette in palettes:
        light, dark = sorted((_luminance(palette[front]), _luminance(palette[back])))[::-1]
        assert (light + 0.05) / (dark + 0.05) >= LEGIBLE, palette


async def test_an_asset_is_kept_for_good_under_its_own_mark_only(crowd: Crowd) -> None:
    stranger = crowd.anonymous()
    kept = await stranger.get("/" + asset_path("colonnade.css"))
    assert kept.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in kept.headers["cache-control"]
    for other in ("/assets/colonnade.css", "/assets/colonnade.css?v=older"):
        assert "immutable" not in (await stranger.get(other)).headers["cache-control"]


@pytest.mark.parametrize("name", ["none.css", "..%2fpages.py", "%2e%2e/pages.py", "x%00"])
async def test_nothing_but_assets_is_served(crowd: Crowd, name: str) -> None:
    assert (await crowd.anonymous().get(f"/assets/{name}")).status_code == 404
