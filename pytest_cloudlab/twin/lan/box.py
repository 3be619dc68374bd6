"""The internet box of a home: its public address, and the ports that it lets in."""

from __future__ import annotations

from pytest_cloudlab.twin.engine import docker
from pytest_cloudlab.twin.lan import appliance
from pytest_cloudlab.twin.state import TwinInfo

HOST_KEY = "/etc/ssh/ssh_host_ed25519_key"
# Who asks for a machine that has gone is told so within a second or two.
NOTICES_SOON = """
cd /proc/sys/net/ipv4/neigh/eth0 || exit
echo 200 > retrans_time_ms; echo 1000 > base_reachable_time_ms; echo 1 > delay_first_probe_time
"""


class Box:
    """On the twin's network, where its address is the home's public one, and on the home's."""

    def __init__(self, info: TwinInfo, container: str, home: str, subnet: str) -> None:
        self._info = info
        self._home = home
        self._subnet = subnet
        self._neighbour = f"{container}-neighbour"
        self.container = container

    def plug_in(self, home_address: str) -> None:
        writable = "--security-opt=systempaths=unconfined"
        options = ("--sysctl=net.ipv4.ip_forward=1", writable, "--ip", home_address)
        command = ("lan-router", self._subnet)
        appliance.start(self._info, self.container, command, network=self._home, options=options)
        docker("network", "connect", self._info.network, self.container)
        appliance.wait_for(self.container, "[ -e /run/ready ]", "The internet box is up")
        appliance.inside(self.container, NOTICES_SOON)

    @property
    def address(self) -> str:
        """The public one."""
        return appliance.address(self.container, self._info.network)

    def forward(self, port: int, to: str) -> None:
        """Whoever comes from outside to `port` gets to `to`, an `address:port` of the home."""
        self.shut(port)
        self._table("-A", port, to)

    def shut(self, port: int) -> None:
        """Nobody gets in at `port`."""
        for forwarded, to in self._forwards():
            if forwarded == port:
                self._table("-D", port, to)

    def move(self, *, let_to_another: bool, to: str = "") -> str:
        """The provider gives it another public address, which is returned: `to`, or any. The former one goes
        to another customer, whose box answers SSH itself on the same ports; or to nobody."""
        former, forwards = self.address, self._forwards()
        docker("network", "disconnect", self._info.network, self.container)
        self.neighbour_leaves()
        listen = " ".join(f"-p {port}" for port, _ in forwards)
        answer = f"ssh-keygen -q -N '' -t ed25519 -f {HOST_KEY}; exec /usr/sbin/sshd -D {listen}"
        appliance.start(
            self._info,
            self._neighbour,
            ("sh", "-c", answer),
            network=self._info.network,
            options=("--ip", former),
        )
        asked = ("--ip", to) if to else ()
        docker("network", "connect", *asked, self._info.network, self.container)
        if not let_to_another:
            self.neighbour_leaves()
        else:
            appliance.wait_for(self._neighbour, "pgrep -x sshd", "The neighbour's box answers")
        return self.address

    def neighbour_leaves(self) -> None:
        appliance.remove(self._neighbour)

    def unplug(self) -> None:
        self.neighbour_leaves()
        appliance.remove(self.container)

    def _forwards(self) -> list[tuple[int, str]]:
        """The ports that it lets in, and where to."""
        rules = appliance.inside(self.container, "iptables -w 5 -t nat -S PREROUTING").splitlines()
        return [
            (int(words[words.index("--dport") + 1]), words[-1])
            for words in map(str.split, rules)
            if "--dport" in words
        ]

    def _table(self, verb: str, port: int, to: str) -> None:
        match = ("!", "-s", self._subnet, "-p", "tcp", "--dport", str(port))
        rule = (*match, "-j", "DNAT", "--to-destination", to)
        appliance.inside(self.container, 'iptables -w 5 -t nat "$@"', verb, "PREROUTING", *rule)
