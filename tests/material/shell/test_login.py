"""Commands that put students on another machine."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.shell.login import logs_in
from pytest_cloudlab.material.shell.typed import typed_on
from pytest_cloudlab.material.testing import page_of


def _logs_in(command: str) -> bool:
    return logs_in(typed_on(page_of(f"```bash\n{command}\n```\n"))[0].command)


@pytest.mark.parametrize(
    "command",
    [
        "ssh vm",
        "ssh -p2222 -i key me@vm",
        "ssh me@vm -p 2222",
        "ssh -L 80:localhost:80 me@vm",
        "ssh <user>@<host> -p<port>",
        "gcloud compute ssh vm --zone b",
        "gcloud compute ssh vm -- -L 80:localhost:80",
        "gh codespace ssh",
        "docker exec -it web bash",
        "docker run --rm -ti alpine /bin/sh",
        "docker compose exec web sh",
        "kubectl exec --stdin --tty web -- /bin/bash",
        "vagrant ssh",
        "sudo ssh vm",
    ],
)
def test_logs_in(command: str) -> None:
    assert _logs_in(command)


@pytest.mark.parametrize(
    "command",
    [
        "ssh vm uptime",
        "ssh -N -L 80:localhost:80 vm",
        "ssh -fN vm",
        "ssh -V",
        "ssh-keygen -f a",
        "gcloud compute ssh vm --command uptime",
        "gcloud compute ssh vm -- -N -L 80:localhost:80",
        "gcloud compute ssh vm -- uptime",
        "gcloud compute scp a vm:",
        "docker exec web ls",
        "docker run -it web",
        "docker run -d web",
        "kubectl get pods",
        "scp a vm:",
    ],
)
def test_stays_here(command: str) -> None:
    assert not _logs_in(command)
