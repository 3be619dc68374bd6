"""A comparison of two pictures that needs nothing from elsewhere: its script comes with its page.

It is called like the package of that name, and its handle goes by the same class, so that the app beside it
is written as the hands-on has it.
"""

import base64
import html
from pathlib import Path
from string import Template

import streamlit as st
import streamlit.components.v1 as components
from PIL import Image

PAGE = Template((Path(__file__).resolve().parent / "comparison.html").read_text(encoding="utf-8"))


def image_comparison(img1: str, img2: str, label1: str = "1", label2: str = "2", width: int = 704) -> None:
    """Show `img1` left of a handle and `img2`, a picture of the same shape, right of it."""
    with Image.open(img1) as picture:
        height = width * picture.height // picture.width
    page = PAGE.substitute(
        left=as_url(img1), right=as_url(img2), left_name=html.escape(label1), right_name=html.escape(label2)
    )
    show = getattr(st, "iframe", components.html)  # the older name of the same
    show(page, width=width, height=height)


def as_url(file: str) -> str:
    """The file itself, as an address."""
    return f"data:image/jpeg;base64,{base64.b64encode(Path(file).read_bytes()).decode()}"
