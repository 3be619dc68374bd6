"""The Streamlit app that a rehearsal serves: whole without the internet, and its comparisons really wipe."""

from __future__ import annotations

import base64
import importlib.util
import re
from pathlib import Path
from string import Template

import pytest
from PIL import Image, ImageChops, ImageStat

from pytest_cloudlab.browser import chromium
from pytest_cloudlab.lab import find_lab, load_lab
from tests.clouds.odd_server import OddServer

LAB = Path(__file__).parents[3] / "checks" / "codespaces"
APP = LAB / "app"
PICTURES = APP / "pictures"
WANTED = load_lab(find_lab("codespaces")).parameters.app


def test_the_app_needs_nothing_from_elsewhere() -> None:
    """Its pictures and its comparison's script are its own, and it has the header it is recognised by."""
    for file in (*APP.glob("*.py"), *APP.glob("*.html")):
        assert not re.search(r"https?://|//cdn", file.read_text(encoding="utf-8"))
    script = (APP / "streamlit_jswt.py").read_text(encoding="utf-8")
    assert WANTED.header in script
    named = set(re.findall(r'^    "([a-z-]+)":', script, re.MULTILINE))
    assert len(named) == WANTED.comparisons
    pictures = {path.name: path.stat().st_size for path in PICTURES.iterdir()}
    assert set(pictures) == {f"{sky}-{one}.jpg" for sky in named for one in ("hubble", "webb")}
    assert sum(pictures.values()) < 150_000


def test_the_script_draws_the_same_again(tmp_path: Path) -> None:
    """As far as the eye can tell; files may differ with Pillow's version."""
    spec = importlib.util.spec_from_file_location("make_skies", LAB / "resources" / "make_skies.py")
    assert spec
    assert spec.loader
    skies = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(skies)
    skies.draw(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in PICTURES.iterdir()}
    for path in tmp_path.iterdir():
        with Image.open(path) as drawn, Image.open(PICTURES / path.name) as kept:
            assert max(ImageStat.Stat(ImageChops.difference(drawn, kept)).mean) < 2


@pytest.mark.browser
def test_a_handle_wipes_from_one_picture_to_the_other() -> None:
    """Dragged, and with the arrow keys; no further than the pictures go."""
    from selenium.webdriver import ActionChains, Keys

    def url(name: str) -> str:
        return "data:image/jpeg;base64," + base64.b64encode((PICTURES / name).read_bytes()).decode()

    page = Template((APP / "comparison.html").read_text(encoding="utf-8")).substitute(
        left=url("deep-field-hubble.jpg"), right=url("deep-field-webb.jpg"), left_name="H", right_name="W"
    )
    with (
        OddServer(lambda asked: asked.say(200, page, content_type="text/html; charset=utf-8")) as server,
        chromium(only=server.host) as driver,
    ):
        driver.get(f"http://{server.host}/")
        handle = driver.find_element("css selector", WANTED.handle)
        left = driver.find_element("css selector", ".jx-left")

        def at() -> tuple[str | None, str]:
            """Where the handle says that it is, and how the left picture is cut off on its right."""
            return handle.get_attribute("aria-valuenow"), left.value_of_css_property("clip-path")

        assert at() == ("50", "inset(0px 50% 0px 0px)")
        ActionChains(driver).drag_and_drop_by_offset(handle, left.size["width"] // 4, 0).perform()
        assert at() == ("75", "inset(0px 25% 0px 0px)")
        handle.send_keys(Keys.ARROW_LEFT)
        assert at() == ("70", "inset(0px 30% 0px 0px)")
        handle.send_keys(Keys.ARROW_LEFT * 20)
        assert at() == ("0", "inset(0px 100% 0px 0px)")
