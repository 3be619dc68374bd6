"""Rules as a kernel takes them: what is written, and in which order."""

from __future__ import annotations

from typing import Any

from pytest_cloudlab.twin.compute.firewall import firewall
from pytest_cloudlab.twin.compute.iptables import CHAIN, table


def rule(name: str, **body: Any) -> dict[str, Any]:
    return firewall("p", {"name": name, **body})


def tcp(*ports: str) -> list[dict[str, Any]]:
    return [{"IPProtocol": "tcp", "ports": list(ports)}]


def lines(*rules: dict[str, Any], tags: tuple[str, ...] = (), account: str = "") -> list[str]:
    """Those that the rules make, without what every chain begins and ends with."""
    accounts = [{"email": account, "scopes": []}] if account else []
    vm = {"tags": {"items": list(tags)}, "serviceAccounts": accounts}
    text = table(rules, vm, lambda rule: ["10.0.0.9"] if "sourceTags" in rule else [])
    head, *middle, drop, commit, end = text.split("\n")[2:]
    assert "ESTABLISHED" in head
    assert (drop, commit, end) == (f"-A {CHAIN} -j DROP", "COMMIT", "")
    return [line.removeprefix(f"-A {CHAIN} ") for line in middle]


def test_ports_ranges_and_protocols() -> None:
    allowed = [*tcp("22", "8000-8010"), {"IPProtocol": "icmp"}, {"IPProtocol": "ipip"}, {"IPProtocol": "all"}]
    assert lines(rule("a", allowed=allowed, sourceRanges=["10.0.0.0/8"])) == [
        "-s 10.0.0.0/8 -p tcp --dport 22 -j ACCEPT",
        "-s 10.0.0.0/8 -p tcp --dport 8000:8010 -j ACCEPT",
        "-s 10.0.0.0/8 -p icmp -j ACCEPT",
        "-s 10.0.0.0/8 -p 4 -j ACCEPT",
        "-s 10.0.0.0/8 -j ACCEPT",
    ]


def test_the_smallest_priority_comes_first_and_at_the_same_one_what_denies() -> None:
    late = rule("late", allowed=tcp("3"), priority=2000)
    allow = rule("allow", allowed=tcp("2"), priority=1000)
    deny = rule("deny", denied=tcp("1"), priority=1000)
    assert [line[-21:] for line in lines(late, allow, deny)] == [
        " -p tcp --dport 1 -j DROP"[-21:],
        " -p tcp --dport 2 -j ACCEPT"[-21:],
        " -p tcp --dport 3 -j ACCEPT"[-21:],
    ]


def test_a_disabled_rule_does_nothing() -> None:
    assert lines(rule("off", allowed=tcp("1"), disabled=True)) == []


def test_a_rule_with_targets_is_for_those_vms_only() -> None:
    tagged = rule("tagged", allowed=tcp("1"), targetTags=["web", "db"])
    assert lines(tagged) == []
    assert lines(tagged, tags=("mail",)) == []
    assert len(lines(tagged, tags=("db",))) == 1
    accounts = rule("accounts", allowed=tcp("1"), targetServiceAccounts=["a@b"])
    assert (len(lines(accounts)), len(lines(accounts, account="a@b"))) == (0, 1)


def test_source_tags_stand_for_addresses_and_not_for_everybody() -> None:
    assert lines(rule("tags", allowed=tcp("1"), sourceTags=["web"])) == [
        "-s 10.0.0.9 -p tcp --dport 1 -j ACCEPT"
    ]
