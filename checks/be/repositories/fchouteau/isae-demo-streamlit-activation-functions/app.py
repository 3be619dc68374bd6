"""Activation functions of neural networks: their curves, their slopes, and what they do to a signal."""

import numpy as np
import streamlit as st
from functions import FUNCTIONS, gradients, slope

st.set_page_config("Activation functions", "🧠", layout="wide")
st.title("Activation functions")

with st.sidebar:
    chosen = st.multiselect("Functions", list(FUNCTIONS), default=["ReLU", "GELU", "Tanh"])
    reach = st.slider("From -x to x", 1.0, 10.0, 5.0)
    depth = st.slider("Layers of the chain below", 1, 20, 6)

if not chosen:
    st.info("Choose a function on the left.")
    st.stop()

x = np.linspace(-reach, reach, 401)
curves, slopes = st.columns(2)
with curves:
    st.subheader("The function")
    st.line_chart({"x": x, **{name: FUNCTIONS[name](x) for name in chosen}}, x="x", y=chosen)
with slopes:
    st.subheader("Its slope")
    st.line_chart({"x": x, **{name: slope(FUNCTIONS[name], x) for name in chosen}}, x="x", y=chosen)

st.subheader("How much of a gradient is left")
st.write("The slopes of a chain of such functions, multiplied: near 0 the first layers stop learning.")
chain = {name: gradients(FUNCTIONS[name], depth) for name in chosen}
st.line_chart({"layer": list(range(depth + 1)), **chain}, x="layer", y=chosen)
