"""What goes wrong with the model: where it is trained, and on its way home."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import ClassVar

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.codespaces.sabotages.sabotage import Sabotage, checks

RAN = Path(tempfile.gettempdir()) / f"cloudlab-model-ran-{os.getpid()}"
"""What a file that runs code would leave behind on the machine that judges it."""


class ModelSabotage(Sabotage):
    """What lies there then is brought home as it is."""

    spoils = "train"
    red = checks("model_is_trained")

    def train(self, one: Assignment) -> None:
        super().train(one)
        self.spoil(one, self.model(one))
        self.download_model(one)

    def spoil(self, one: Assignment, model: str) -> None:
        raise NotImplementedError


class NotTrained(ModelSabotage):
    """The script ran without --save-model."""

    red = checks("model_is_saved")

    def spoil(self, one: Assignment, model: str) -> None:
        self.codespace(one).check("rm %s", model)

    def download_model(self, one: Assignment) -> None:
        pass


class ModelUploaded(ModelSabotage):
    """The model was trained elsewhere, before there was a codespace, and brought along."""

    red = checks("model_is_saved")

    def spoil(self, one: Assignment, model: str) -> None:
        self.codespace(one).check("touch -d yesterday %s", model)


class ModelInAVirtualEnvironment(ModelSabotage):
    """The only file of that name came with a package."""

    red = checks("model_is_saved")

    def spoil(self, one: Assignment, model: str) -> None:
        venv = f"{self.workspace(one)}/.venv"
        self.codespace(one).check("python3 -m venv --without-pip %s && mv %s %s", venv, model, venv)

    def download_model(self, one: Assignment) -> None:
        pass


class ModelRewritten(ModelSabotage):
    """The script was changed to save something else."""

    instead: ClassVar[str]
    """Lines of Python after which `saved` is what is saved; the script's own names are known in them."""

    def spoil(self, one: Assignment, model: str) -> None:
        self.codespace(one).check(
            "cd %s && python3 -Bc %s %s",
            f"{self.workspace(one)}/training",
            f"import sys\nfrom training import *\n{self.instead}\ntorch.save(saved, sys.argv[1])",
            model,
            timeout_s=120,
        )


class InitialWeights(ModelSabotage):
    """The script trained for no epoch."""

    def spoil(self, one: Assignment, model: str) -> None:
        self.run_training(one, "--epochs", "0", "--save-model")


class AnotherNetwork(ModelRewritten):
    """The network has another number of layers' inputs."""

    instead = "net = DigitNet()\nnet.fc1 = nn.Linear(9216, 64)\nsaved = net.state_dict()"


class NotNumbers(ModelRewritten):
    """The training went astray, and its weights are no numbers."""

    instead = "saved = {name: w * math.nan for name, w in DigitNet().state_dict().items()}"


class WholeModel(ModelRewritten):
    """The model itself was saved, and not its weights."""

    instead = "saved = DigitNet()"


class RunsCode(ModelRewritten):
    """Loading the file would run a command."""

    instead = (
        "import os\nclass Trap:\n    def __reduce__(self):\n"
        f"        return os.system, ({f'touch {RAN}'!r},)\nsaved = Trap()"
    )


class SavingCutShort(ModelSabotage):
    """The disk was full before the file was written."""

    def spoil(self, one: Assignment, model: str) -> None:
        self.codespace(one).check("truncate -s 1000000 %s", model)


class EndlessModel(ModelSabotage):
    """The file is larger than anybody reads."""

    def spoil(self, one: Assignment, model: str) -> None:
        self.codespace(one).check("truncate -s 100M %s", model)


class HardlyTrained(ModelRewritten):
    """The network was shown sixteen digits."""

    red = checks("model_reads_unseen_digits")
    instead = (
        "torch.manual_seed(1)\nnet = DigitNet()\npictures, digits = read_digits(Path('data'), 'train')\n"
        "train_once(net, (pictures[:16], digits[:16]), torch.optim.SGD(net.parameters(), lr=0.001), 16)\n"
        "saved = net.state_dict()"
    )


class DownloadSabotage(Sabotage):
    """Something happens to it on the laptop."""

    spoils = "download_model"
    red = checks("model_is_on_your_laptop")
    then: ClassVar[str]
    """A line of shell, in the folder of the downloads; `$1` is the file's name."""

    def download_model(self, one: Assignment) -> None:
        super().download_model(one)
        name = one.lab.parameters.model.file
        self.laptop(one).check("cd ~/Downloads && sh -c %s sh %s", self.then, name)


class NotDownloaded(DownloadSabotage):
    """It was left in the codespace."""

    then = "rm $1"


class AnotherModelDownloaded(DownloadSabotage):
    """An earlier training's model is there: as long, and with other weights."""

    then = "printf x | dd of=$1 bs=1 seek=2000000 conv=notrunc status=none"


class DownloadCutShort(DownloadSabotage):
    """The connection was lost before its end."""

    then = "truncate -s 3000000 $1"


TRAINING: tuple[type[Sabotage], ...] = (
    NotTrained,
    ModelUploaded,
    ModelInAVirtualEnvironment,
    InitialWeights,
    AnotherNetwork,
    NotNumbers,
    WholeModel,
    RunsCode,
    SavingCutShort,
    EndlessModel,
    HardlyTrained,
    NotDownloaded,
    AnotherModelDownloaded,
    DownloadCutShort,
)
