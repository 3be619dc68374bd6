"""2.7 Publish the app on the web."""

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.clouds.compute import Compute, Instance
from pytest_cloudlab.clouds.firewalls import Firewall
from pytest_cloudlab.errors import CouldNotLook, NotFound, TimedOut
from pytest_cloudlab.fixtures.firewalls import EVERYBODY, opens, why_not
from pytest_cloudlab.fixtures.public_port import open_way
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.fixtures.streamlit import HEALTH, LookAtApp, is_well
from pytest_cloudlab.model import Lab
from pytest_cloudlab.providers.ssh_access import address_of
from pytest_cloudlab.webpage import fetch

pytestmark = pytest.mark.step("2.7")


@pytest.mark.outcome(points=2, needs="test_container_vm_exists")
def test_rule_opens_the_port(
    firewalls: list[Firewall], container_vm: Instance, assignment: Assignment, lab: Lab, measure: Measure
) -> None:
    """A firewall rule opens Streamlit's port of your VM to the web, and no other port.

    Create it as the page says: direction, action, --rules and --source-ranges all count.
    """
    wanted = lab.parameters.streamlit
    agreed = assignment.fill(wanted.rule)
    meant = [rule for rule in firewalls if rule.name == agreed] + [
        rule for rule in firewalls
        if rule.name != agreed and EVERYBODY in rule.source_ranges and opens(rule, wanted.port)
    ]  # fmt: skip
    wrong = {rule.name: why_not(rule, wanted.port, container_vm.network_tags) for rule in meant}
    right = [name for name, reason in wrong.items() if not reason]
    measure(rules=right, wrong={name: reason for name, reason in wrong.items() if reason})
    assert meant, f"No firewall rule opens port {wanted.port} to {EVERYBODY}."
    assert right, f"The rule {meant[0].name} {wrong[meant[0].name]}."


@pytest.mark.outcome(points=3, needs=("test_rule_opens_the_port", "test_container_vm_declares_your_image"))
def test_public_address_serves_the_app(
    container_vm: Instance, compute: Compute, assignment: Assignment, lab: Lab, measure: Measure
) -> None:
    """The public address of your VM serves the app.

    Wait a minute after creating the VM: it pulls the image first. If it never answers, run the image in your
    codespace to see why.
    """
    port = lab.parameters.streamlit.port
    measure(status=container_vm.status, address=container_vm.external_ip)
    # Whether it runs is this outcome, too: an app on a VM that was stopped is not published.
    assert container_vm.status == "RUNNING", f"The VM does not run: its status is {container_vm.status}."
    assert container_vm.external_ip, "The VM has no public address."
    try:
        answer = fetch(f"http://{address_of(container_vm)}:{port}{HEALTH}")
    except (NotFound, TimedOut) as error:
        witness = open_way(compute, assignment, lab.parameters.streamlit.instance, container_vm, port)
        measure(witness=witness)
        if not witness:
            raise CouldNotLook(
                f"port {port} of {container_vm.external_ip} cannot be reached from here, "
                "and nobody tells whose fault that is",
                remedy="Some networks let no such port out: try it from another one, such as your phone's.",
            ) from None
        raise AssertionError(
            f"Compute Engine says that the VM runs, and {witness} shows that the way there is open, "
            f"but no app answers on port {port}: {error.message}."
        ) from None
    measure(http=answer.status)
    assert is_well(answer), f"Something else than Streamlit answers on port {port} (HTTP {answer.status})."


@pytest.mark.outcome(points=2, needs="test_public_address_serves_the_app")
def test_public_page_shows_the_app(
    container_vm: Instance, lab: Lab, look_at_app: LookAtApp, measure: Measure
) -> None:
    """The public page shows your app.

    It should be the more complex app, without an error on its page.
    """
    wanted = lab.parameters.streamlit
    url = f"http://{address_of(container_vm)}:{wanted.port}"
    measure(url=url)
    app = look_at_app("public-app.png", url)
    assert not app.exceptions, f"Its page reports an error: {app.exceptions[0]}"
    assert app.shows(wanted.second_header), (
        f'Its page shows {app.described}, expected a heading with "{wanted.second_header}".'
    )
