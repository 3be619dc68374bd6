"""Tunnels of tunnels: which machines somebody went through, and what happens at each one's port."""

from pytest_cloudlab.chain.model import Answer, Chain, Evidence, Hop

__all__ = ["Answer", "Chain", "Evidence", "Hop"]
