"""Stands in for Streamlit in an image: the same health page, a page with the app's title, nothing to install.

`python -m streamlit run app.py` finds it beside the app, where it is called streamlit.py.
"""

import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMAND, *REST = sys.argv[1:]
OPTIONS = dict(word.removeprefix("--").split("=") for word in REST if word.startswith("--"))
APP = Path(REST[0]).read_text(encoding="utf-8") if COMMAND == "run" else 'st.title("Welcome")'
TITLE = re.search(r'st\.title\("(.*?)"\)', APP)
PAGE = '<div data-testid="stApp" data-test-script-state="notRunning"><h1>{}</h1></div>'


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        well = self.path == "/_stcore/health"
        text = "ok" if well else PAGE.format(TITLE[1] if TITLE else "")
        self.send_response(200)
        self.send_header("Content-Type", "text/plain" if well else "text/html")
        self.end_headers()
        self.wfile.write(text.encode())


address = OPTIONS.get("server.address", "")
ThreadingHTTPServer((address, int(OPTIONS.get("server.port", "8501"))), Handler).serve_forever()
