"""Headless Chromium through Selenium, with what a page of a stranger must not get."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.turns import turn

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

WINDOW = "1000,800"
LOAD_S = 20
AT_ONCE = max(2, len(os.sched_getaffinity(0)))
"""Browsers in use on this machine: members are judged by more sessions than it could bear browsers."""
FREE_S = 180
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

QUIET = (
    "--headless=new",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


NOWHERE = "http://127.0.0.1:9"
"""The discard port, which nobody serves: what is sent to this proxy has not left."""


def _ways_out(only: str, also: Sequence[str]) -> tuple[str, ...]:
    if not only:
        return ("--no-proxy-server",)  # a tunnel ends on this machine: no proxy has a part in reaching it
    # All goes to a proxy that is not there but what goes to `only`; loopback is no exception by itself.
    return (f"--proxy-server={NOWHERE}", f"--proxy-bypass-list={';'.join(('<-loopback>', only, *also))}")


def _names(only: str, also: Sequence[str]) -> str:
    """The page shows what the machine serves, never what another address on this network would add."""
    host = only.rpartition(":")[0]
    others = (other.partition(":")[0] for other in also)
    known = dict.fromkeys(("localhost", "127.0.0.1", *((host,) if host else ()), *others))
    return ", ".join(("--host-resolver-rules=MAP * ~NOTFOUND", *(f"EXCLUDE {name}" for name in known)))


@contextlib.contextmanager
def chromium(*, only: str = "", also: Sequence[str] = ()) -> Iterator[Chrome]:
    """A driver with a profile of its own, gone afterwards.

    With `only`, a `host:port`, nothing else can be reached from it: not even what else listens on this
    machine, which a page of a stranger could ask otherwise. `also` names exceptions, `host` or `host:port`.

    Waits while as many as this machine can bear are in use. Raises `CouldNotLook` when that takes too long,
    when there is no browser or driver to be found, and when they do not start.
    """
    try:
        from selenium.common.exceptions import WebDriverException
        from selenium.webdriver import Chrome, ChromeOptions, ChromeService
        from selenium.webdriver.common.options import BaseOptions
        from urllib3.exceptions import HTTPError
    except ImportError:
        raise CouldNotLook(
            "Selenium is not installed", remedy="pip install 'pytest-cloudlab[browser]'"
        ) from None
    binary = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver_binary = shutil.which("chromedriver")
    if not binary or not driver_binary:
        raise CouldNotLook(
            "no Chromium or no chromedriver on the PATH",
            remedy="apt-get install chromium chromium-driver",
        )
    with (
        turn("browser", at_once=AT_ONCE, within_s=FREE_S),
        tempfile.TemporaryDirectory(prefix="cloudlab-browser-", ignore_cleanup_errors=True) as profile,
    ):
        options = ChromeOptions()
        options.binary_location = binary
        # Nor between Selenium and chromedriver. The driver takes no client configuration that would say
        # so, and the Options' own method only warns of that on top of the one it inherits.
        BaseOptions.ignore_local_proxy_environment_variables(options)
        for argument in (
            *QUIET,
            _names(only, also),
            *_ways_out(only, also),
            f"--window-size={WINDOW}",
            f"--user-data-dir={profile}",
        ):
            options.add_argument(argument)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")  # Chromium refuses to start as root with it
        # Without the log, Selenium and chromedriver talk on loopback; no proxy may sit between them.
        quiet = {**os.environ, "NO_PROXY": "*", "no_proxy": "*"}
        service = ChromeService(driver_binary, env=quiet)
        try:
            driver = Chrome(options=options, service=service)
        except (WebDriverException, HTTPError) as error:
            said = getattr(error, "msg", None) or str(error) or type(error).__name__
            raise CouldNotLook(f"Chromium did not start: {said.splitlines()[0]}") from None
        try:
            driver.set_page_load_timeout(LOAD_S)
            yield driver
        finally:
            driver.quit()
