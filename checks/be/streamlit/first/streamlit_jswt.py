"""Two telescopes look at the same sky; a slider wipes from one picture to the other."""

from pathlib import Path

import streamlit as st
from PIL import Image

PICTURES = Path(__file__).resolve().parent / "pictures"

st.set_page_config("Webb vs Hubble", "🔭")
st.header("J. Webb Space Telescope vs Hubble Telescope")
st.write("An invented sky, drawn twice. Move a slider: Hubble's picture is on its left, Webb's on its right.")


def compare(name: str, title: str) -> None:
    """One picture made of both: Hubble's up to where the slider stands, Webb's beyond."""
    st.subheader(title)
    hubble, webb = (Image.open(PICTURES / f"{name}-{telescope}.jpg") for telescope in ("hubble", "webb"))
    share = st.slider("Hubble | Webb", 0, 100, 50, key=name, format="%d %%", label_visibility="collapsed")
    wiped = webb.copy()
    wiped.paste(hubble.crop((0, 0, webb.width * share // 100, webb.height)))
    st.image(wiped, caption="Hubble | Webb")


compare("nebula", "A nebula")
compare("cluster", "A cluster of galaxies")
