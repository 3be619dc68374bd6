"""Links without encryption."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.http_links import http_links
from pytest_cloudlab.material.testing import page_of


def found(text: str):
    return [
        (each.place.line, each.place.column, each.place.length) for each in http_links(page_of(text), None)
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("See [the site](http://www.python.org/doc).\n", (1, 16, 21)),
        ("See http://www.python.org.\n", (1, 5, 21)),
        ("<http://numpy.org/>\n", (1, 2, 16)),
        ('<img src="http://cdn.python.org/a.png">\n', (1, 11, 21)),
        ("[site]: http://scipy.org/a\n", (1, 9, 16)),
        ("[http://scipy.org](http://scipy.org)\n", (1, 2, 16)),
    ],
)
def test_an_ordinary_site_is_found(text, place):
    """Once a line."""
    assert found(text) == [place]


@pytest.mark.parametrize(
    "text",
    [
        "Open http://localhost:8080 or http://localhost/.\n",
        "Open http://127.0.0.1:8501, http://10.0.0.4/, http://192.168.1.1, http://8.8.8.8/.\n",
        "Open http://0.0.0.0:8000 and http://[::1]/.\n",
        "Open http://ip-of-the-machine:8501 and http://my-server/.\n",
        "Open http://{ip}.example.com/, http://<host>.org, http://$HOST.org, http://your-vm.org/.\n",
        "Open http://app.internal/, http://printer.local/, http://a.test/, http://example.com/.\n",
        "Open http://www.octo.org:8080/.\n",
        "Run `curl http://www.python.org`.\n",
        "```bash\ncurl http://www.python.org\n```\n",
        '<svg xmlns="http://www.w3.org/2000/svg"></svg>\n',
        "The namespace is http://www.w3.org/1999/xhtml.\n",
        "See https://www.python.org and https://web.archive.org/web/2020/http://www.python.org/.\n",
        "<!-- http://www.python.org -->\n",
    ],
)
def test_private_places_placeholders_and_code_are_left_alone(text):
    """They answer http, or are no addresses."""
    assert found(text) == []
