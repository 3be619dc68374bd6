"""The containers that play the pods, and the volumes that play the claims."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_cloudlab.twin.engine import EngineError, docker
from pytest_cloudlab.twin.images import BASE
from pytest_cloudlab.twin.kubernetes import pod_spec
from pytest_cloudlab.twin.kubernetes.deaths import deaths
from pytest_cloudlab.twin.kubernetes.images import Images
from pytest_cloudlab.twin.kubernetes.kinds import Object, name_of, namespace_of
from pytest_cloudlab.twin.kubernetes.moment import to_the_second

LONGEST_RUN_S = 12 * 3600
"""A pod that nobody is left to delete loses its network then."""
START_S = 60
SANDBOX = "sandbox"
IDENTITY = "cloudlab-image"


@dataclass(frozen=True)
class State:
    """A container as the engine has it."""

    id: str
    image: str
    """With its digest where it has one."""
    status: str
    exit_code: int
    started: str
    finished: str

    @property
    def runs(self) -> bool:
        return self.status in ("running", "paused")


class Containers:
    """Every method but `deaths` blocks: call it in a thread. All raise `EngineError`."""

    def __init__(
        self, network: str, label: str, environment: Mapping[str, str], bundle: Path, images: Images
    ) -> None:
        self._label = label
        self._network = network
        self._environment = environment
        self._bundle = bundle
        self._images = images

    def name(self, pod: Object, container: str) -> str:
        meta = pod["metadata"]
        return f"{self._network}-{namespace_of(pod)}-{name_of(pod)}-{container}-{meta['uid'][:8]}"

    def has_image(self, image: str) -> bool:
        return bool(self._images.local(image))

    def make_sandbox(self, pod: Object, volumes: Mapping[str, str]) -> str:
        """What holds the pod's network, and prepares its volumes. Returns its address."""
        name = self.name(pod, SANDBOX)
        mounts = [f"--volume={volume}:/volumes/{number}" for number, volume in enumerate(volumes.values())]
        # Who works in a pod is seldom root.
        line = f"chmod 0777 /volumes/* 2> /dev/null; exec timeout {LONGEST_RUN_S} sleep infinity"
        self._remove(name)
        docker(
            "run",
            "--detach",
            f"--name={name}",
            f"--hostname={(pod['spec'].get('hostname') or name_of(pod))[:63]}",
            f"--network={self._network}",
            f"--label={self._label}",
            "--init",
            "--stop-signal=SIGKILL",
            *mounts,
            BASE,
            *("sh", "-c", line),
            within_s=START_S,
        )
        form = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
        return docker("inspect", "--format", form, name).split()[0]

    def start(self, pod: Object, container: Object, volumes: Mapping[str, str]) -> State:
        """Make that container anew, and start it."""
        name = self.name(pod, container["name"])
        environment = {**self._environment, **pod_spec.environment(pod, container)}
        self._remove(name)
        docker(
            "create",
            f"--name={name}",
            f"--network=container:{self.name(pod, SANDBOX)}",
            f"--label={self._label}",
            # What its name stands for now: later, another image may have been pushed under it.
            f"--label={IDENTITY}={self._images.identity(container['image'])}",
            *_options(pod, container),
            *_mounts(pod, container, volumes),
            # Names only: docker takes the values from its own environment, where no other user sees them.
            *(f"--env={each}" for each in environment),
            *([f"--entrypoint={container['command'][0]}"] if container.get("command") else ()),
            self._images.local(container["image"]) or container["image"],
            *(container.get("command") or ())[1:],
            *(container.get("args") or ()),
            env=environment,
            within_s=START_S,
        )
        docker("cp", "-", f"{name}:/", stdin=_archive(self._bundle), within_s=START_S)
        docker("start", name, within_s=START_S)
        return self.state(pod, container["name"])

    def state(self, pod: Object, container: str) -> State:
        told = json.loads(docker("inspect", "--type=container", self.name(pod, container), within_s=20))[0]
        state = told["State"]
        return State(
            id=told["Id"],
            image=told["Config"]["Labels"].get(IDENTITY) or self._image_id(told["Image"]),
            status=state["Status"],
            exit_code=int(state["ExitCode"]),
            started=to_the_second(state["StartedAt"]),
            finished=to_the_second(state["FinishedAt"]),
        )

    def end(self, pod: Object, grace_s: int) -> None:
        """Stop and remove all that plays this pod; the volumes of claims stay."""
        mine = f"{self.name(pod, '')}"
        prefix, suffix = mine[: -len(pod["metadata"]["uid"][:8]) - 1], pod["metadata"]["uid"][:8]
        names = [
            name
            for name in docker(
                "ps", "--all", "--filter", f"label={self._label}", "--format", "{{.Names}}"
            ).split()
            if name.startswith(prefix) and name.endswith(suffix)
        ]
        running = [name for name in names if not name.endswith(f"-{SANDBOX}-{suffix}")]
        if running and grace_s:
            docker("stop", f"--time={grace_s}", *running, within_s=grace_s + 30)
        if names:
            docker("rm", "--force", "--volumes", *names)
        for volume in pod["spec"].get("volumes") or ():
            if volume.get("emptyDir") is not None:
                self.remove_volume(self._scratch(pod, volume["name"]))

    def deaths(self) -> AsyncIterator[str]:
        """The ids of those that end from now on, as `deaths.deaths` tells them."""
        return deaths(self._label)

    def remove_volume(self, volume: str) -> None:
        docker("volume", "rm", "--force", volume)

    def volume_of(self, claim: Object) -> str:
        return f"{self._network}-{claim['spec']['volumeName']}"

    def volumes(self, pod: Object, claims: Mapping[str, Object]) -> dict[str, str]:
        """Make what is missing of the pod's volumes: its name for one -> the engine's. The node's own paths
        are not among them: this machine's files are nobody's in the twin."""
        found = {}
        for one in pod["spec"].get("volumes") or ():
            if told := one.get("persistentVolumeClaim"):
                found[one["name"]] = self._make_volume(self.volume_of(claims[told["claimName"]]))
            elif one.get("emptyDir") is not None:
                found[one["name"]] = self._make_volume(self._scratch(pod, one["name"]))
        return found

    def _scratch(self, pod: Object, volume: str) -> str:
        return f"{self.name(pod, volume)}-scratch"

    def _make_volume(self, volume: str) -> str:
        docker("volume", "create", f"--label={self._label}", volume)
        return volume

    def _image_id(self, image: str) -> str:
        try:
            digests = json.loads(docker("image", "inspect", "--format", "{{json .RepoDigests}}", image))
        except EngineError:
            return image
        return str(digests[0]) if digests else image

    def _remove(self, name: str) -> None:
        try:
            docker("rm", "--force", "--volumes", name)
        except EngineError as error:
            if "No such container" not in error.message:
                raise


def _mounts(pod: Object, container: Object, volumes: Mapping[str, str]) -> list[str]:
    kinds = {one["name"]: one for one in pod["spec"].get("volumes") or ()}
    found = []
    for mount in container.get("volumeMounts") or ():
        if mount["name"] in volumes:
            claim = kinds[mount["name"]].get("persistentVolumeClaim") or {}
            only = ",ro" if claim.get("readOnly") or mount.get("readOnly") else ""
            # What the image has at that place is hidden, not copied.
            found.append(f"--volume={volumes[mount['name']]}:{mount['mountPath']}:nocopy{only}")
    return found


def _options(pod: Object, container: Object) -> list[str]:
    """What a specification says of the process. Privileges are kept in it, and never given."""
    context: dict[str, Any] = {
        **(pod["spec"].get("securityContext") or {}),
        **(container.get("securityContext") or {}),
    }
    user, group = context.get("runAsUser"), context.get("runAsGroup")
    return [
        *([f"--user={user}{f':{group}' if group is not None else ''}"] if user is not None else ()),
        *([f"--workdir={container['workingDir']}"] if container.get("workingDir") else ()),
        *(["--interactive"] if container.get("stdin") else ()),
        *(["--tty"] if container.get("tty") else ()),
    ]


def _archive(bundle: Path) -> bytes:
    """The certificates to trust, where Debian's programs look for them."""
    data, out = bundle.read_bytes(), io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        entry = tarfile.TarInfo("etc/ssl/certs/ca-certificates.crt")
        entry.size, entry.mode = len(data), 0o644
        tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()
