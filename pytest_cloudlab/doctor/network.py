"""Which of a lab's hosts answer, asked all at once; what kept the others from it, told apart."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence

from pytest_cloudlab.doctor.endpoint import Endpoint
from pytest_cloudlab.doctor.finding import Finding, State, judged
from pytest_cloudlab.doctor.machine import Machine
from pytest_cloudlab.doctor.probe import Came, Probe, ask, portal
from pytest_cloudlab.doctor.remedy import ca_variable, set_clock
from pytest_cloudlab.waiting import Deadline

PART = "network"
WITHIN_S = 8.0
AT_ONCE = 8
LONGER_S = 4.0
"""Beyond the time of one host: for its second question, and for lookups of names, which have no limit."""

# What came -> its sentence, what to do, and whether that is a finding: else, nobody knows.
SAYINGS: dict[Came, tuple[str, str, bool]] = {
    Came.PORTAL: ("another page answers: this network wants a sign-in first",
                  "Open http://{host} in a browser, sign in to the network, look again.", True),
    Came.BUSY: ("it answers that it cannot serve now ({detail})", "Look again in a minute.", False),
    Came.REFUSED: ("it refuses the connection", "A firewall? Try another network, say your phone's.", True),
    Came.NO_ROUTE: ("there is no way to it from here", "Connect this machine to a network.", True),
    Came.NO_NAME: ("there is no host of that name", "Check the name; then try another network.", True),
    Came.NO_DNS: ("names cannot be looked up here", "Connect to a network, or set another DNS server.", True),
    Came.UNTRUSTED: ("its certificate is of an authority that this machine does not trust",
                     "{ca}  (the authority's certificate: ask whoever runs the network)", True),
    Came.CLOCK: ("its certificate is not valid at this machine's time", "{clock}", True),
    Came.TLS: ("something on the way breaks TLS", "Try another network; a firewall may be in between.", True),
    Came.PROXY_DOWN: ("the proxy {proxy} does not answer",
                      "Correct HTTPS_PROXY, or unset it where there is no proxy.", True),
    Came.PROXY_REFUSES: ("the proxy {proxy} lets nothing through to it ({detail})",
                         "Ask whoever runs the proxy for {host}, or add {host} to NO_PROXY.", True),
    Came.PROXY_SIGN_IN: ("the proxy {proxy} wants a sign-in (407)",
                         "Write user and password into HTTPS_PROXY: http://user:password@{proxy}", True),
    Came.PROXY_LOST: ("the proxy {proxy} does not reach it ({detail})", "Look again in a minute.", False),
    Came.TIME: ("no answer in time", "Look again; then try another network.", False),
    Came.BROKEN: ("the connection broke off", "Look again; then try another network.", False),
}  # fmt: skip


def look_at_network(
    endpoints: Sequence[Endpoint], machine: Machine, *, within_s: float = WITHIN_S
) -> list[Finding]:
    """Ends in time even where a thread is stuck in looking up a name: it is left behind."""
    answers: queue.SimpleQueue[tuple[Endpoint, Probe]] = queue.SimpleQueue()
    turns = threading.Semaphore(AT_ONCE)

    def probe(endpoint: Endpoint) -> None:
        with turns:
            answers.put((endpoint, _probe(endpoint, within_s)))

    for endpoint in endpoints:
        threading.Thread(target=probe, args=(endpoint,), daemon=True).start()
    rounds = -(-len(endpoints) // AT_ONCE)
    deadline = Deadline.after(rounds * (within_s + LONGER_S))
    found: dict[Endpoint, Probe] = {}
    while len(found) < len(endpoints):
        try:
            endpoint, came = answers.get(timeout=deadline.remaining_s())
        except queue.Empty:
            break
        found[endpoint] = came
    return [_said(endpoint, found.get(endpoint, Probe(Came.TIME)), machine) for endpoint in endpoints]


def _probe(endpoint: Endpoint, within_s: float) -> Probe:
    try:
        came = ask(endpoint.host, endpoint.path, api=endpoint.api, within_s=within_s)
        if came.came in (Came.UNTRUSTED, Came.TLS) and portal(endpoint.host, within_s=LONGER_S / 2):
            return Probe(Came.PORTAL, proxy=came.proxy)
    except Exception:  # a thread that dies would leave its host without an answer
        return Probe(Came.BROKEN)
    return came


def _said(endpoint: Endpoint, came: Probe, machine: Machine) -> Finding:
    what = f"{endpoint.what}: " if endpoint.what else ""
    if came.came is Came.ANSWER:
        through = f", through the proxy {came.proxy}" if came.proxy else ""
        return judged(PART, endpoint.host, State.OK, f"{what}answers{through}", needed=endpoint.needed)
    sentence, fix, is_finding = SAYINGS[came.came]
    words = {
        "host": endpoint.host,
        "proxy": came.proxy,
        "detail": came.detail,
        "ca": ca_variable(machine),
        "clock": set_clock(machine),
    }
    state = State.WRONG if is_finding else State.UNKNOWN
    text = what + sentence.format_map(words)
    return judged(PART, endpoint.host, state, text, fix=fix.format_map(words), needed=endpoint.needed)
