"""A nonce put at the far end of a chain, to be read at each nearer end: served by us, or by the page."""

from __future__ import annotations

import posixpath
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pytest_cloudlab.connections import held_process
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets import Target

# Each answers whatever it is asked with its second word, says its third when it listens on its first, and
# ends with its stdin; `held_process` ends it after half a minute in any case.
_PYTHON = """
import http.server, sys, threading
class Answer(http.server.BaseHTTPRequestHandler):
    timeout = 5
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(sys.argv[2].encode())
    def log_message(self, *words): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Answer)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(sys.argv[3], flush=True)
sys.stdin.read()
"""
_PERL = r"""
use IO::Socket::INET; use IO::Select; $| = 1;
my ($port, $says, $ready) = @ARGV;
my $door = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $port, Listen => 20, ReuseAddr => 1)
  or die "$@\n";
print "$ready\n";
my $wait = IO::Select->new($door, \*STDIN);
while (1) { for my $one ($wait->can_read) {
  if ($one != $door) { exit 0 unless sysread(STDIN, my $more, 100); next }
  my $near = $door->accept or next;
  sysread($near, my $asked, 4096) if IO::Select->new($near)->can_read(5);
  print $near "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n$says"; close $near;
} }
"""
_NODE = """
const [port, says, ready] = process.argv.slice(1);
require("http").createServer((asked, answer) => answer.end(says))
  .listen(Number(port), "127.0.0.1", () => console.log(ready));
process.stdin.resume(); process.stdin.on("end", () => process.exit(0));
"""
_LANGUAGES = {
    "python3": ("python3", "-c", _PYTHON),
    "perl": ("perl", "-e", _PERL),
    "node": ("node", "-e", _NODE),
}
NAME = "cloudlab-{}.txt"


@dataclass(frozen=True)
class Nonce:
    """Whoever asks for `path` at the place gets `text`."""

    path: str
    text: str


@contextmanager
def served(machine: Target, port: int) -> Iterator[Nonce]:
    """A small web server of our own on the machine's localhost:`port`, while this is open.

    Raises `CouldNotLook` where no language is there to write one in, or the port is taken.
    """
    language = _language(machine)
    nonce = Nonce("/", secrets.token_hex(16))
    with held_process(machine, (*_LANGUAGES[language], str(port), nonce.text)) as said:
        if said:
            raise CouldNotLook(f"nothing could be served on port {port} of {machine.address}: {said[-200:]}")
        yield nonce


@contextmanager
def placed(machine: Target, folder: str) -> Iterator[Nonce | None]:
    """A small file in the folder that the machine's own web server serves, while this is open; None where it
    takes none, as of an image that is read-only or runs as a user without rights."""
    name, text = NAME.format(secrets.token_hex(8)), secrets.token_hex(16)
    path = posixpath.join(folder, name)
    try:
        put = machine.run("umask 022; cd %s && printf %%s %s > %s", folder, text, name)
        yield Nonce(f"/{name}", text) if put.ok else None
    finally:
        machine.run("rm -f -- %s", path)


def _language(machine: Target) -> str:
    looked = "for x in " + " ".join(_LANGUAGES) + '; do command -v "$x" >/dev/null && echo "$x"; done; true'
    found = next((name for name in machine.run(looked).text.split() if name in _LANGUAGES), "")
    if not found:
        raise CouldNotLook(f"{machine.address} has none of {', '.join(_LANGUAGES)} to serve something with")
    return found
