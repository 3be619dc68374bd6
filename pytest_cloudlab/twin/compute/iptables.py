"""Firewall rules as a VM's kernel takes them.

They stand in `mangle PREROUTING`: a packet passes there before the VM's own Docker engine redirects it to a
container, so a published port and a container on the host's network are guarded like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pytest_cloudlab.twin.compute.resources import Resource

CHAIN = "CLOUDLAB-FIREWALL"
OUTSIDE = "eth0"

INSTALL = (
    f"iptables -w 5 -t mangle -N {CHAIN} 2> /dev/null;"
    f" jump='PREROUTING -i {OUTSIDE} -j {CHAIN}';"
    " iptables -w 5 -t mangle -C $jump 2> /dev/null || iptables -w 5 -t mangle -I $jump;"
    " exec iptables-restore -w 5 --noflush"
)
"""A shell command that replaces the chain, in one step, by what it reads on stdin."""

SHUT = f"*mangle\n:{CHAIN} - [0:0]\n-A {CHAIN} -j DROP\nCOMMIT\n"
"""Nothing gets in: a VM that hangs in its boot."""


def table(rules: Iterable[Resource], vm: Resource, addresses: Callable[[Resource], Iterable[str]]) -> str:
    """The chain for one VM. `addresses` says which addresses a rule's source tags and accounts stand for."""
    lines = [
        "*mangle",
        f":{CHAIN} - [0:0]",
        f"-A {CHAIN} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
    ]
    # The first that matches decides; of two with the same priority it is the one that denies.
    for rule in sorted(rules, key=lambda rule: (rule["priority"], "allowed" in rule)):
        if not rule["disabled"] and _meant_for(rule, vm):
            lines += _lines(rule, [*rule.get("sourceRanges", ()), *addresses(rule)])
    # What no rule allows is denied.
    return "\n".join([*lines, f"-A {CHAIN} -j DROP", "COMMIT", ""])


def _meant_for(rule: Resource, vm: Resource) -> bool:
    tags, accounts = rule.get("targetTags"), rule.get("targetServiceAccounts")
    if not tags and not accounts:
        return True
    emails = {account["email"] for account in vm["serviceAccounts"]}
    return bool({*(tags or ())} & {*vm["tags"].get("items", ())} or {*(accounts or ())} & emails)


def _lines(rule: Resource, sources: list[str]) -> Iterator[str]:
    verdict = "ACCEPT" if "allowed" in rule else "DROP"
    for entry in rule.get("allowed") or rule["denied"]:
        for match in _matches(entry):
            for source in sources:
                yield f"-A {CHAIN} -s {source}{match} -j {verdict}"


def _matches(entry: Resource) -> Iterator[str]:
    protocol = entry["IPProtocol"]
    if protocol == "all":
        yield ""
        return
    name = "4" if protocol == "ipip" else protocol
    for ports in entry.get("ports") or [""]:
        yield f" -p {name}" + (f" --dport {ports.replace('-', ':')}" if ports else "")
