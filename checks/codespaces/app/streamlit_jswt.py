"""Two telescopes look at the same sky; a handle wipes from one picture to the other."""

from pathlib import Path

import streamlit as st
from streamlit_image_comparison import image_comparison

PICTURES = Path(__file__).resolve().parent / "pictures"
SKIES = {
    "ring-nebula": "A ring of gas",
    "deep-field": "A cluster of galaxies",
    "cosmic-cliffs": "The edge of a nebula",
    "five-galaxies": "Five neighbours",
}

st.set_page_config("Webb vs Hubble", "🔭")
st.header("J. Webb Space Telescope vs Hubble Telescope")
st.write("An invented sky, drawn twice. Move a handle: Hubble's picture is on its left, Webb's on its right.")

for name, title in SKIES.items():
    st.markdown(f"### {title}")
    image_comparison(
        img1=str(PICTURES / f"{name}-hubble.jpg"),
        img2=str(PICTURES / f"{name}-webb.jpg"),
        label1="Hubble",
        label2="Webb",
    )
