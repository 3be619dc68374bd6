"""Which pods are taken for ones that run the team's own image, and what the registry has of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pytest_cloudlab.checks.workspace import test_150_custom_vscode as vscode_checks
from pytest_cloudlab.checks.workspace import test_220_custom_jupyterlab as jupyterlab_checks
from pytest_cloudlab.checks.workspace import tried_images
from pytest_cloudlab.checks.workspace.custom_images import require_pushed
from pytest_cloudlab.checks.workspace.tried_images import require_tried
from pytest_cloudlab.checks.workspace.workspace import workspace
from pytest_cloudlab.clouds.kubernetes import Conditions
from pytest_cloudlab.clouds.registry import Manifest, Registry
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.targets import Lost
from pytest_cloudlab.webpage import Page
from tests.checks.workspace.stubs import REGISTRY, Cluster, Machine, Measured, alice, container, pod
from tests.clouds.image_maker import INDEX, MANIFEST, Image, digest_of, tar
from tests.clouds.odd_server import Asked, OddServer

VSCODE, JUPYTERLAB = (f"{REGISTRY}/{kind}-server-custom:0.1.0" for kind in ("vscode", "jupyterlab"))
CHILD, WHOLE, CONFIG, FORMER = (f"sha256:{number:064x}" for number in range(4))
PUSHED = Manifest(CHILD, MANIFEST, CONFIG, (), WHOLE)
LOGIN = '<input class="password" type="password" name="password" />'


def runs(digest: str, name: str = "custom-0-0", image: str = VSCODE, **more: Any) -> Any:
    return pod(name, container("editor", image, image_id=f"{image}@{digest}" if digest else ""), **more)


@pytest.mark.parametrize("digest", [CHILD, WHOLE, CONFIG, ""])
def test_a_node_may_tell_the_image_or_the_index_that_led_to_it(digest: str) -> None:
    (found,) = require_tried(Cluster(runs(digest)), "runai-sdd", VSCODE, PUSHED, Measured())
    assert found.pod.name == "custom-0-0"


def test_a_former_push_and_a_pod_that_does_not_run_are_told() -> None:
    for cluster, match in (
        (Cluster(runs(FORMER)), "pushed under that name before"),
        (Cluster(runs(CHILD, phase="Pending")), "does not run it: Pending"),
        (Cluster(runs(CHILD, image="another:1")), "No pod of runai-sdd runs"),
    ):
        with pytest.raises(NotFound, match=match):
            require_tried(cluster, "runai-sdd", VSCODE, PUSHED, Measured())


@pytest.mark.parametrize(
    ("told", "more"),
    [
        (Conditions("", {"PodScheduled": ("False", "Unschedulable")}), {"phase": "Pending"}),
        (Conditions("", {}), {"phase": "Unknown"}),
        (Conditions("", {}), {"deleting": True}),
    ],
)
def test_what_the_cluster_keeps_from_running_is_nobody_s_fault(
    told: Conditions, more: dict[str, Any]
) -> None:
    with pytest.raises(CouldNotLook):
        require_tried(Cluster(runs(CHILD, **more), told=told), "runai-sdd", VSCODE, PUSHED, Measured())


def test_pods_that_run_a_former_push_are_not_entered() -> None:
    cluster = Cluster(runs(FORMER, "a-0-0"), runs(CHILD, "b-0-0"), runs(WHOLE, "c-0-0"))
    found = require_tried(cluster, "runai-sdd", VSCODE, PUSHED, Measured())
    assert [one.pod.name for one in found] == ["b-0-0", "c-0-0"]


class HasPushed(Registry):
    def __init__(self) -> None:
        """It has one image, whatever it is asked for."""

    def manifest(self, repository: str, reference: str, *, platform: str = "") -> Manifest:
        return PUSHED


class Entered(Machine):
    @contextmanager
    def forward(self, port: int, *, host: str = "") -> Iterator[Any]:
        yield f"http://{self.address}:{port}"


Pages = Callable[[dict[str, str | Exception]], None]


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Pages:
    """What answers in each pod."""

    def put(bodies: dict[str, str | Exception]) -> None:
        def fetch(machine: Machine, url: str, port: int) -> Page:
            body = bodies[machine.address]
            if isinstance(body, Exception):
                raise body
            return Page(url, 200, body)

        monkeypatch.setattr(tried_images, "fetch_through", fetch)

    return put


def judge(check: Callable[..., None], cluster: Cluster, kind: Any) -> list[tuple[str, ...]]:
    """Which pods were entered."""
    one = alice(**{kind: f"kube://runai-sdd/alice-{kind}-0-0?context=course"})
    entered: list[tuple[str, ...]] = []

    def enter(namespace: str, name: str, inside: str = "", *, context: str = "") -> Machine:
        entered.append((name, inside, context))
        machine = Entered()
        machine.address = name
        return machine

    check(cluster, workspace(one, kind), HasPushed(), enter, one, Measured())
    return entered


def test_any_pod_whose_server_answers_will_do(pages: Pages) -> None:
    """It is entered where the image runs, in the cluster that the roster names."""
    pages({"a-0-0": "nothing of the kind", "b-0-0": LOGIN})
    entered = judge(
        vscode_checks.test_a_workspace_runs_your_vscode_image,
        Cluster(runs(CHILD, "a-0-0"), runs(CHILD, "b-0-0")),
        "vscode",
    )
    assert entered == [("a-0-0", "editor", "course"), ("b-0-0", "editor", "course")]


def test_an_image_with_another_server_fails(pages: Pages) -> None:
    for body, match in (("hello", "is not VS Code server"), (NotFound("no"), "Nothing answers on port 8080")):
        pages({"a-0-0": body})
        with pytest.raises(NotFound, match=match):
            judge(
                vscode_checks.test_a_workspace_runs_your_vscode_image, Cluster(runs(CHILD, "a-0-0")), "vscode"
            )


@pytest.mark.parametrize(("age_s", "kind"), [(5, CouldNotLook), (300, NotFound)])
def test_a_server_that_has_only_just_started_may_be_about_to_answer(
    pages: Pages, age_s: float, kind: type[Exception]
) -> None:
    pages({"a-0-0": NotFound("no")})
    begun = datetime.now(UTC) - timedelta(seconds=age_s)
    inside = container("editor", VSCODE, image_id=f"{VSCODE}@{CHILD}", started=begun)
    with pytest.raises(kind, match="othing answers"):
        judge(vscode_checks.test_a_workspace_runs_your_vscode_image, Cluster(pod("a-0-0", inside)), "vscode")


def test_a_pod_that_could_not_be_asked_may_have_answered(pages: Pages) -> None:
    pages({"a-0-0": "hello", "b-0-0": Lost("gone")})
    with pytest.raises(CouldNotLook, match="gone"):
        judge(
            vscode_checks.test_a_workspace_runs_your_vscode_image,
            Cluster(runs(CHILD, "a-0-0"), runs(CHILD, "b-0-0")),
            "vscode",
        )


def test_an_image_of_jupyterlab_has_to_answer_as_jupyter_does(pages: Pages) -> None:
    check = jupyterlab_checks.test_a_workspace_runs_your_jupyterlab_image
    cluster = Cluster(runs(CHILD, "a-0-0", JUPYTERLAB))
    pages({"a-0-0": '{"version": "2.14.1"}'})
    assert judge(check, cluster, "jupyterlab") == [("a-0-0", "editor", "course")]
    pages({"a-0-0": LOGIN})
    with pytest.raises(NotFound, match="is not JupyterLab"):
        judge(check, cluster, "jupyterlab")


def test_an_index_without_the_platform_is_there_all_the_same() -> None:
    """It is not a missing tag; and another platform than the usual is one that a course may have."""
    arm = Image([tar()])
    config = json.dumps({"os": "linux", "architecture": "arm64"}).encode()
    arm.document["config"]["digest"] = digest_of(config)
    child = json.dumps(arm.document).encode()
    platform = {"os": "linux", "architecture": "arm64"}
    index = json.dumps({"manifests": [{"digest": digest_of(child), "platform": platform}]}).encode()

    def script(asked: Asked) -> None:
        if "/tags/" in asked.path:
            asked.say(200, {"tags": ["0.1.0"]})
        elif "/blobs/" in asked.path:
            asked.say(200, config)
        elif asked.path.endswith("/0.1.0"):
            asked.say(200, index, content_type=INDEX)
        else:
            asked.say(200, child, content_type=MANIFEST)

    with OddServer() as server:
        server.script = script
        registry = Registry(server.host, None, scheme="http")
        template = "{registry}/vscode-server-custom:0.1.0"
        with pytest.raises(NotFound, match="was not built for linux/amd64") as caught:
            require_pushed(registry, alice(), template, Measured())
        assert "has the tags" not in str(caught.value)
        measured = Measured()
        require_pushed(registry, alice(images={"platform": "linux/arm64"}), template, measured)
        assert measured["platform"] == "linux/arm64"
        registry.close()
