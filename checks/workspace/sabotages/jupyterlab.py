"""What goes wrong when a JupyterLab workspace is created."""

from __future__ import annotations

from dataclasses import replace

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.workspace.sabotages.sabotage import Sabotage, checks
from pytest_cloudlab.checks.workspace.workspace_scenes import Order

LAB = "jupyter lab --ip=0.0.0.0 --no-browser"


class JupyterLabSabotage(Sabotage):
    """Something else is chosen for it."""

    spoils = "create_jupyterlab"

    def create_jupyterlab(self, one: Assignment) -> None:
        self.create_as(one, "jupyterlab", self.spoilt(self.order(one, "jupyterlab")))

    def spoilt(self, order: Order) -> Order:
        raise NotImplementedError


class NoJupyterLab(Sabotage):
    """None was created."""

    spoils = "create_jupyterlab"
    red = checks("jupyterlab_workspace_runs")

    def create_jupyterlab(self, one: Assignment) -> None:
        mine = self.workspace(one, "jupyterlab")
        self.delete(mine.name, mine.namespace)


class AnotherEnvironmentForJupyterLab(JupyterLabSabotage):
    """Its environment names the image by another tag."""

    red = checks("jupyterlab_has_the_environment")

    def spoilt(self, order: Order) -> Order:
        return replace(order, image=order.image.replace("0-1-0", "latest"))


class AnotherComputeResourceForJupyterLab(JupyterLabSabotage):
    """It asks for nothing, and gets what others leave."""

    red = checks("jupyterlab_has_the_compute_resource")

    def spoilt(self, order: Order) -> Order:
        return replace(order, requests={})


class NoToken(JupyterLabSabotage):
    """Its token was switched off, so that nobody has to copy it."""

    red = checks("jupyterlab_asks_for_its_token")

    def spoilt(self, order: Order) -> Order:
        return replace(order, args=(*order.args, "--ServerApp.token=", "--ServerApp.password="))


class TokenOfOnesOwn(JupyterLabSabotage):
    """Its token was chosen, and no log shows it."""

    red = NoToken.red

    def spoilt(self, order: Order) -> Order:
        return replace(order, extra={"env": [{"name": "JUPYTER_TOKEN", "value": "chosen-by-oneself"}]})


class SomethingElse(JupyterLabSabotage):
    """Another web server runs in it."""

    red = NoToken.red

    def spoilt(self, order: Order) -> Order:
        return replace(order, command=("python3", "-m", "http.server"), args=(str(order.port),))


class TwoJupyterLabs(JupyterLabSabotage):
    """CONNECT leads to another server than the one behind the agreed port."""

    red = checks("both_ways_lead_to_your_jupyterlab")

    def spoilt(self, order: Order) -> Order:
        (folder,) = order.args
        # The second writes its token into the log last.
        line = (
            f"{LAB} --port={order.port} {folder} >/dev/null 2>&1 & sleep 2; exec {LAB} --port=9999 {folder}"
        )
        return replace(order, command=("sh", "-c"), args=(line,), port=9999)


class NotebooksElsewhere(JupyterLabSabotage):
    """The argument for its notebook directory was forgotten."""

    red = checks("jupyterlab_shows_the_volume")

    def spoilt(self, order: Order) -> Order:
        return replace(order, args=())


class NoVolumeInJupyterLab(JupyterLabSabotage):
    """No data source was chosen."""

    red = NotebooksElsewhere.red

    def spoilt(self, order: Order) -> Order:
        return replace(order, claim="", args=())


JUPYTERLAB: tuple[type[Sabotage], ...] = (
    NoJupyterLab,
    AnotherEnvironmentForJupyterLab,
    AnotherComputeResourceForJupyterLab,
    NoToken,
    TokenOfOnesOwn,
    SomethingElse,
    TwoJupyterLabs,
    NotebooksElsewhere,
    NoVolumeInJupyterLab,
)
