"""One page: a picture of the mascot, who built this image, and who runs it."""

import os
import random
from pathlib import Path

from flask import Flask, make_response, render_template, send_from_directory

MASCOT = "yoda"
HERE = Path(__file__).resolve().parent
PICTURES = [1, 2, 3, 4, 5]

app = Flask(__name__, template_folder=HERE, static_folder=None)
app.jinja_env.autoescape = True  # by default Flask escapes *.html only, and our template ends in .jinja2


@app.get("/")
def page():
    html = render_template(
        "template.html.jinja2",
        mascot=MASCOT,
        picture=random.choice(PICTURES),  # noqa: S311
        author=(HERE / "AUTHOR.txt").read_text(encoding="utf-8").strip(),
        user=os.environ.get("USER", "").strip(),
    )
    response = make_response(html)
    response.headers["Cache-Control"] = "no-store"  # every visit gets a new picture
    return response


@app.get("/imgs/<int:number>.gif")
def picture(number):
    return send_from_directory(HERE / "imgs", f"{number}.gif")


@app.get("/favicon.ico")
def favicon():
    return send_from_directory(HERE, "favicon.ico")


@app.get("/healthz")
def health():
    return "ok\n"


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("PORT", "5005")))
