"""Text on the grounds it stands on, by WCAG 2.1 level AA: 4.5 to 1 and more, light and dark."""

import re
from importlib import resources

import pytest

LEAST = 4.5
PAIRS = [
    *((text, ground) for text in ("text", "soft", "link") for ground in ("ground", "card")),
    *(("soft", ground) for ground in ("grid", "hover")),
    *((name, f"{name}-ground") for name in ("error", "warning", "info", "good")),
    *((name, "card") for name in ("error", "warning", "info", "good")),
]


def themes():
    text = (resources.files("insight_lib.report") / "assets" / "style.css").read_text("utf-8")
    light, dark = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    )
    return {"light": light, "dark": light | dark}


def luminance(colour):
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(theme, text, ground):
    colours = themes()[theme]
    darker, lighter = sorted(luminance(colours[name]) for name in (text, ground))
    assert (lighter + 0.05) / (darker + 0.05) >= LEAST
