"""2 From there into a VM."""

import re

import pytest

from pytest_cloudlab.checks.tunnels.hops import CODESPACE, LAPTOP, VM, chain_of, look_at, require_apart
from pytest_cloudlab.clouds.compute import Instance
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("2")

# More than once: a machine that has much to do may not answer the first time.
SCAN = (
    "command -v ssh-keyscan >/dev/null || exit 127; for try in 1 2 3; do "
    'seen=$(ssh-keyscan -T 8 -- %s 2>/dev/null); [ -z "$seen" ] || break; sleep 1; done; echo "$seen"'
)
SCAN_S = 60
# Any answer will do, also of a proxy on the way: where even this is silent, it is not the VM that is closed.
WITNESS = "curl -ks -m 20 --retry 1 -o /dev/null https://compute.googleapis.com/"
NO_SUCH_TOOL = 127
KEY = re.compile(r"(?:ssh|ecdsa|sk)-[a-z0-9@.-]{1,60} [A-Za-z0-9+/]{16,8192}={0,2}")


@pytest.mark.outcome(points=2, needs="test_codespace_is_another_machine")
def test_codespace_sees_the_door_of_your_vm(
    instance: Instance, laptop: Target, codespace: Target, vm: Target, measure: Measure
) -> None:
    """Your codespace sees the door of your VM, which is another machine than it and your laptop.

    Create the VM under the agreed name, and connect to it from a terminal of your codespace with
    `gcloud compute ssh`: the prompt then shows the VM's name.
    """
    measure(instance=instance.id, zone=instance.zone)
    machines = {LAPTOP: laptop, CODESPACE: codespace, VM: vm}
    require_apart(chain_of(look_at(machines, measure, optional={LAPTOP})), measure)
    own = set(KEY.findall(vm.run("cat /etc/ssh/ssh_host_*_key.pub").text))
    if not own:
        raise CouldNotLook("your VM does not show the keys of its own SSH server")
    scan = codespace.run(SCAN, instance.external_ip, timeout_s=SCAN_S)
    if scan.exit_status == NO_SUCH_TOOL:
        raise CouldNotLook("your codespace has no ssh-keyscan to look at your VM's door with")
    seen = set(KEY.findall(scan.text))
    measure(keys_seen=len(seen), keys_of_the_vm=len(seen & own))
    if not seen and not codespace.run(WITNESS, timeout_s=SCAN_S).ok:
        raise CouldNotLook("your codespace sees no SSH server on your VM, and nothing else outside either")
    assert seen, (
        f"Your VM runs, but no SSH server answers your codespace at {instance.external_ip}: the way there is "
        "closed."
    )
    assert seen & own, f"What answers your codespace at {instance.external_ip} has not your VM's host key."
