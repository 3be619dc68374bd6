"""The reference solution of this lab, done through its codespaces, VMs and their docker command."""

from __future__ import annotations

import contextlib

from pytest_cloudlab import containers
from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.project_scenes import ProjectScenes
from pytest_cloudlab.checks.be.streamlit_scenes import StreamlitScenes
from pytest_cloudlab.clouds.compute import InstanceSpec
from pytest_cloudlab.clouds.registry import split_image
from pytest_cloudlab.clouds.scopes import expand
from pytest_cloudlab.errors import NotFound, TimedOut
from pytest_cloudlab.model import Member
from pytest_cloudlab.providers import gce
from pytest_cloudlab.rehearsal import Scene, Stage
from pytest_cloudlab.targets import Target
from pytest_cloudlab.waiting import Deadline, NotYet, until
from pytest_cloudlab.webpage import fetch

CAST = (
    ("alice", "Alice Martin", "cat"),
    ("zoe", "Zoë O'Neil", "dog"),
    ("omar", "عمر الخيام", "owl"),
    ("mei", "陈美", "panda"),
    ("lev", "Lev Ñuñez-Škoda", "yoda"),
)
CONTAINER = "mascot"
VM_TTL_S = 2 * 3600
JUPYTER_S = 90


def cast(size: int) -> tuple[Member, ...]:
    """The first `size` members, 2 to 5; each runs the mascot of the next."""
    chosen = CAST[:size]
    following = (*chosen[1:], chosen[0])
    return tuple(
        Member(member_id, name, {"mascot": mascot, "runs": runs})
        for (member_id, name, mascot), (_, _, runs) in zip(chosen, following, strict=True)
    )


class Walkthrough(ProjectScenes, StreamlitScenes):
    scenes: tuple[Scene, ...] = (
        *ProjectScenes.team_scenes,
        Scene("get_resources", "1.1.2", "Get the resources"),
        Scene("edit_author", "1.1.3", "Write one's name into AUTHOR.txt"),
        Scene("build", "1.1.3", "Build the image"),
        ProjectScenes.registry_scene,
        Scene("push", "1.2.1", "Push it to the registry"),
        Scene("create_vm", "1.3.1", "Create a VM"),
        Scene("open_jupyter", "1.3.2", "Open Jupyter through the tunnel"),
        ProjectScenes.tunnel_scene,
        Scene("pull", "1.3.3", "Pull the teammate's image"),
        Scene("run", "1.3.4", "Run it in a container"),
        *StreamlitScenes.app_scenes,
    )
    cleanup: tuple[Scene, ...] = (
        ProjectScenes.tunnel_cleanup,
        Scene("delete_vm", "1.4", "Delete the VM"),
        Scene("delete_image", "1.4", "Delete the image"),
        *StreamlitScenes.app_cleanup,
    )

    # What a teammate has done before somebody practises alone.
    teammate_plays = ("share_project", "get_resources", "edit_author", "build", "create_registry", "push")

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        # A variant of the lab plays the steps that it has.
        numbers = {step.number for step in stage.lab.steps}
        self.scenes = tuple(scene for scene in type(self).scenes if scene.step in numbers)
        self.cleanup = tuple(scene for scene in type(self).cleanup if scene.step in numbers)

    # What scenes share.

    def folder(self, one: Assignment) -> str:
        names = one.lab.parameters.names
        home = self.stage.codespace(one).check('printf %s "$HOME"')
        return one.fill(names.resources).replace("~", home, 1)

    def image_name(self, one: Assignment, member: Member | None = None) -> str:
        return one.fill(one.lab.parameters.names.image, member)

    def teammate_image_name(self, one: Assignment) -> str:
        return self.image_name(one, one.teammate("runs"))

    def vm(self, one: Assignment) -> Target:
        return self.stage.vms[one.member.id].target

    def runner(self, one: Assignment) -> Target:
        """The machine that the container runs on."""
        return self.vm(one) if one.lab.parameters.run.on == "vm" else self.stage.codespace(one)

    def login(self, machine: Target, one: Assignment) -> None:
        host = one.course.registry.split("/", 1)[0]
        machine.check(
            'docker login -u oauth2accesstoken --password-stdin %s < "$CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"',
            f"https://{host}",
        )

    # The scenes.

    def get_resources(self, one: Assignment) -> None:
        prefix = one.fill(one.lab.parameters.names.bucket_folder) + "/"
        codespace, bucket = self.stage.codespace(one), self.stage.bucket
        codespace.check("rm -rf %s", self.folder(one).rpartition("/")[0])
        for blob in bucket.list(prefix):
            codespace.write(f"{self.folder(one)}/{blob.name.removeprefix(prefix)}", bucket.read(blob.name))

    def edit_author(self, one: Assignment) -> None:
        file = f"{self.folder(one)}/{one.lab.parameters.author.file}"
        self.stage.codespace(one).write(file, f"{one.member.name}\n".encode())

    def build(self, one: Assignment) -> None:
        self.stage.codespace(one).check(
            "docker build --quiet --tag %s %s", self.image_name(one), self.folder(one), timeout_s=300
        )

    def push(self, one: Assignment) -> None:
        codespace = self.stage.codespace(one)
        self.login(codespace, one)
        codespace.check("docker push --quiet %s", self.image_name(one), timeout_s=300)

    def vm_spec(self, one: Assignment) -> InstanceSpec:
        wanted = one.lab.parameters
        metadata = {"ssh-keys": f"{one.course.ssh_user}:{self.public_key(one)}"}
        scopes = [expand(scope) for scope in wanted.vm.scopes]
        return self.spec(one, wanted.vm, wanted.names.instance, scopes, metadata)

    def create_vm(self, one: Assignment) -> None:
        self.delete_vm(one)
        self.stage.vms[one.member.id] = gce.provision(
            self.stage.compute,
            self.vm_spec(one),
            ledger=self.stage.ledger,
            ttl_s=VM_TTL_S,
            ssh_user=one.course.ssh_user,
            ssh_key=self.stage.ssh_key,
        )

    def open_jupyter(self, one: Assignment) -> None:
        """It comes up some time after SSH; a member would wait for it too."""
        port = one.lab.parameters.ports.jupyter
        with self.vm(one).forward(port) as url:

            def attempt(deadline: Deadline) -> None:
                try:
                    fetch(f"{url}/api")
                except (NotFound, TimedOut) as error:
                    raise NotYet(error.message) from error

            until(attempt, what="Jupyter answers", within_s=JUPYTER_S)

    def pull(self, one: Assignment) -> None:
        runner = self.runner(one)
        self.login(runner, one)
        runner.check("docker pull --quiet %s", self.teammate_image_name(one), timeout_s=300)

    def run(self, one: Assignment) -> None:
        name = self.teammate_image_name(one)
        (port,) = containers.image(self.runner(one), name).exposed_ports
        self.start(one, name, port=port, user=one.member.name)

    def start(self, one: Assignment, image: str, *, port: int, user: str | None) -> None:
        """Run `image` behind the web port, in place of what ran before."""
        environment = ("-e %s", f"USER={user}") if user is not None else ("",)
        self.runner(one).check("docker rm -f %s >/dev/null 2>&1 || true", CONTAINER)
        self.runner(one).check(
            f"docker run -d --name %s -p %s {environment[0]} %s",
            CONTAINER,
            f"{one.lab.parameters.ports.web}:{port}",
            *environment[1:],
            image,
        )

    # The end.

    def delete_vm(self, one: Assignment) -> None:
        self.close_tunnel(one)
        machine = self.stage.vms.pop(one.member.id, None)
        if machine is not None:
            machine.release()

    def delete_image(self, one: Assignment) -> None:
        name = split_image(self.image_name(one))
        with contextlib.suppress(NotFound):  # an earlier cleanup did it
            self.stage.registry.delete(name.repository, name.tag)
