from __future__ import annotations

import base64
from collections.abc import Callable, Iterator

import pytest

from pytest_cloudlab.clouds.registry import Registry
from pytest_cloudlab.errors import CouldNotLook, Forbidden, Unreachable

from .internet import Internet
from .odd_server import Asked, OddServer

BASIC = "Basic " + base64.b64encode(b"oauth2accesstoken:t0ken").decode()


@pytest.fixture
def registry(odd: OddServer) -> Iterator[Registry]:
    registry = Registry(odd.host, lambda: "t0ken", scheme="http", deadline_s=1.5)
    yield registry
    registry.close()


def guarded(
    odd: OddServer,
    token: Callable[[Asked], None],
    *,
    realm: str = "",
    accepts: str = "Bearer b34rer",
) -> None:
    """A registry that wants to see what its token endpoint gave out."""

    def script(asked: Asked) -> None:
        if asked.path.startswith("/v2/token"):
            token(asked)
        elif asked.headers.get("Authorization") == accepts:
            asked.say(200, {"tags": ["1.0"]})
        else:
            where = realm or f"http://{odd.host}/v2/token"
            challenge = f'Bearer realm="{where}",service="reg",scope="repository:p/i:pull"'
            asked.say(401, {"errors": [{"code": "UNAUTHORIZED"}]}, www_authenticate=challenge)

    odd.script = script


def gives(name: str = "token") -> Callable[[Asked], None]:
    return lambda asked: asked.say(200, {name: "b34rer"})


@pytest.mark.parametrize("name", ["token", "access_token"])
def test_token_flow(odd: OddServer, registry: Registry, name: str) -> None:
    """Challenged, the registry's token endpoint gets our credentials, and the registry what that gives."""
    guarded(odd, gives(name))
    assert registry.tags("p/i") == ["1.0"]
    first, token, second = odd.seen
    assert "Authorization" not in first[2]
    assert token[1] == "/v2/token?service=reg&scope=repository%3Ap%2Fi%3Apull"
    assert token[2]["Authorization"] == BASIC
    assert second[2]["Authorization"] == "Bearer b34rer"


def test_token_is_kept(odd: OddServer, registry: Registry) -> None:
    """A second question does not sign in again."""
    guarded(odd, gives())
    registry.tags("p/i")
    registry.tags("p/i")
    assert len([path for path in odd.paths if "token" in path]) == 1


def test_token_is_not_sent_for_another_repository(odd: OddServer, registry: Registry) -> None:
    """A token belongs to one repository."""
    guarded(odd, gives())
    registry.tags("p/i")
    registry.tags("p/other")
    assert "Authorization" not in odd.seen[3][2]


def test_token_that_expired(odd: OddServer, registry: Registry) -> None:
    """A token that is no longer accepted is renewed."""
    guarded(odd, gives())
    registry.tags("p/i")
    guarded(odd, lambda a: a.say(200, {"token": "n3w"}), accepts="Bearer n3w")
    assert registry.tags("p/i") == ["1.0"]


def test_basic(odd: OddServer, registry: Registry) -> None:
    """A registry that asks for a password gets the token as one."""
    odd.script = lambda a: (
        a.say(200, {"tags": ["1.0"]})
        if a.headers.get("Authorization") == BASIC
        else a.say(401, www_authenticate='Basic realm="x"')
    )
    assert registry.tags("p/i") == ["1.0"]


@pytest.mark.parametrize("status", [400, 401, 403])
def test_token_endpoint_refuses(odd: OddServer, registry: Registry, status: int) -> None:
    """Credentials that the token endpoint refuses are forbidden; they stay out of the text."""
    guarded(odd, lambda asked: asked.say(status, {"errors": [{"code": "DENIED"}]}))
    with pytest.raises(Forbidden, match=rf"refused the credentials \(HTTP {status}\)") as caught:
        registry.tags("p/i")
    assert "t0ken" not in str(caught.value)


def test_token_is_not_enough(odd: OddServer, registry: Registry) -> None:
    """A registry that goes on refusing is asked twice, not for ever."""
    guarded(odd, gives(), accepts="Bearer another")
    with pytest.raises(Forbidden, match=r"does not let these credentials see the repository p/i"):
        registry.tags("p/i")
    assert len(odd.seen) == 3


def test_denied(odd: OddServer, registry: Registry) -> None:
    """A 403 is forbidden, not missing."""
    odd.script = lambda a: a.say(403, {"errors": [{"code": "DENIED"}]})
    with pytest.raises(Forbidden, match=r"\(HTTP 403\)"):
        registry.tags("p/i")


@pytest.mark.parametrize(
    "answer",
    [
        lambda a: a.say(200, "<html>Sign in", content_type="text/html"),
        lambda a: a.say(200, {"token": 3}),
        lambda a: a.say(200, {"token": "with\r\nX-Header: break"}),
        lambda a: a.say(200, "[]"),
        lambda a: a.say(404, "no"),
        lambda a: a.say(503),
    ],
)
def test_token_endpoint_that_is_none(
    odd: OddServer, registry: Registry, answer: Callable[[Asked], None]
) -> None:
    """A token endpoint that gives no token leaves the registry unreachable."""
    guarded(odd, answer)
    with pytest.raises(Unreachable):
        registry.tags("p/i")


def test_realm_on_another_host(odd: OddServer, elsewhere: OddServer, registry: Registry) -> None:
    """Credentials are not sent to a token endpoint on another host, whatever the registry says."""
    guarded(odd, gives(), realm=f"http://{elsewhere.host}/v2/token")
    with pytest.raises(Forbidden, match=rf"another host, {elsewhere.host}; nothing was sent"):
        registry.tags("p/i")
    assert elsewhere.seen == []


@pytest.mark.parametrize("form", ["http://{0}@{1}/v2/token", "http://{1}/v2/token#{0}", "http://{1}\\@{0}/"])
def test_realm_in_disguise(odd: OddServer, elsewhere: OddServer, registry: Registry, form: str) -> None:
    """An address that only looks like the registry's own gets nothing either."""
    guarded(odd, gives(), realm=form.format(odd.host, elsewhere.host))
    with pytest.raises(CouldNotLook):
        registry.tags("p/i")
    assert all("Authorization" not in headers for _, _, headers in elsewhere.seen)


def test_token_endpoint_redirects(odd: OddServer, elsewhere: OddServer, registry: Registry) -> None:
    """A token endpoint that sends us elsewhere does not send our credentials there."""
    guarded(odd, lambda a: a.say(307, location=f"http://{elsewhere.host}/"))
    elsewhere.script = gives()
    registry.tags("p/i")
    assert "Authorization" not in elsewhere.seen[0][2]


def test_layer_from_elsewhere(odd: OddServer, elsewhere: OddServer, registry: Registry) -> None:
    """Where a blob redirects to another host that knows nothing, nothing was learnt of the image."""
    odd.script = lambda a: a.say(307, location=f"http://{elsewhere.host}/")
    elsewhere.script = lambda a: a.say(404, {"errors": [{"code": "MANIFEST_UNKNOWN"}]})
    with pytest.raises(Unreachable):
        registry.manifest("p/i", "1.0")


def test_as_nobody(odd: OddServer) -> None:
    """Without credentials, the token endpoint is asked for what anybody may have."""
    guarded(odd, gives())
    assert Registry(odd.host, None, scheme="http").tags("p/i") == ["1.0"]
    assert all(headers.get("Authorization") != BASIC for _, _, headers in odd.seen)


def test_nobody_is_not_let_in(odd: OddServer) -> None:
    """Without credentials, a registry that wants some says so."""
    guarded(odd, lambda asked: asked.say(401, {"errors": []}))
    with pytest.raises(Forbidden, match="asks for credentials, and there are none"):
        Registry(odd.host, None, scheme="http").tags("p/i")


def test_unknown_kind(odd: OddServer, registry: Registry) -> None:
    """A challenge of another kind is not met."""
    odd.script = lambda a: a.say(401, www_authenticate="Negotiate")
    with pytest.raises(Unreachable, match="no registry API uses"):
        registry.tags("p/i")


@pytest.mark.parametrize(
    "realm", ["http://eu.gcr.io/v2/token", "https://auth.example/token", "file:///etc", ""]
)
def test_https_registry(internet: Internet, realm: str) -> None:
    """A registry spoken to over https gets no credentials sent anywhere but to itself, over https."""
    internet.script = lambda a: a.say(401, www_authenticate=f'Bearer realm="{realm}"')
    with pytest.raises(CouldNotLook, match="nothing was sent"):
        Registry("eu.gcr.io", lambda: "t0ken", deadline_s=2).tags("p/i")
    assert internet.connected == ["eu.gcr.io:443"]
    assert all("Authorization" not in headers for _, _, headers in internet.seen)


def test_https_token_flow(internet: Internet) -> None:
    """Over https, with the token endpoint on the registry's own host, the flow is the same."""

    def script(asked: Asked) -> None:
        if asked.path.startswith("/v2/token"):
            asked.say(200, {"token": "b34rer"} if asked.headers["Authorization"] == BASIC else {})
        elif "Authorization" in asked.headers:
            asked.say(200, {"tags": []})
        else:
            asked.say(401, www_authenticate='Bearer realm="https://eu.gcr.io/v2/token",service="eu.gcr.io"')

    internet.script = script
    assert Registry("eu.gcr.io", lambda: "t0ken", deadline_s=5).tags("p/i") == []
