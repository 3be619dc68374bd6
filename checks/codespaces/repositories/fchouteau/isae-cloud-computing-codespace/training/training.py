"""Train a small convolutional network to read handwritten digits.

    python training.py --epochs 2 --save-model

The digits are four IDX files, in `data` beside this script unless --data says otherwise. What was learnt is
saved as mnist_cnn.pt: the network's weights, by name.
"""

import argparse
import gzip
import math
import time
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

MEAN, SPREAD = 0.1307, 0.3081
"""Of the shades of MNIST, from 0 to 1."""
VIEWS = 3
"""How often each digit is shown in an epoch, moved a little differently each time."""


class DigitNet(nn.Module):
    """Two convolutions look for strokes, two full layers say which digit they make."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, kernel_size=3)
        self.conv2 = nn.Conv2d(32, 64, kernel_size=3)
        self.fc1 = nn.Linear(9216, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, digits: Tensor) -> Tensor:
        strokes = functional.relu(self.conv2(functional.relu(self.conv1(digits))))
        pooled = functional.dropout(functional.max_pool2d(strokes, 2), 0.25, self.training)
        thought = functional.dropout(functional.relu(self.fc1(pooled.flatten(1))), 0.5, self.training)
        return functional.log_softmax(self.fc2(thought), dim=1)


def read_idx(folder: Path, name: str) -> Tensor:
    """The numbers of an IDX file: after two zero bytes and a type come the dimensions, then the bytes."""
    packed = folder / f"{name}.gz"
    data = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / name).read_bytes()
    if data[:3] != b"\0\0\x08":
        raise SystemExit(f"{folder / name} is no IDX file of bytes.")
    shape = [int.from_bytes(data[4 + 4 * at : 8 + 4 * at], "big") for at in range(data[3])]
    numbers = torch.frombuffer(bytearray(data), dtype=torch.uint8, offset=4 + 4 * len(shape))
    return numbers.reshape(shape)


def read_digits(folder: Path, kind: str) -> tuple[Tensor, Tensor]:
    """Pictures, as the network wants them, and which digits they show."""
    pictures = read_idx(folder, f"{kind}-images-idx3-ubyte").unsqueeze(1).float()
    return (pictures / 255 - MEAN) / SPREAD, read_idx(folder, f"{kind}-labels-idx1-ubyte").long()


def moved(pictures: Tensor) -> Tensor:
    """Each picture, moved by up to two pixels: a digit is the same digit a little to the left."""
    ways = torch.randint(-2, 3, (len(pictures), 2)).tolist()
    return torch.stack([picture.roll(way, dims=(1, 2)) for picture, way in zip(pictures, ways, strict=True)])


def train_once(
    net: DigitNet, known: tuple[Tensor, Tensor], optimizer: torch.optim.Optimizer, batch: int
) -> float:
    """Show the network every digit a few times, in a new order. How wrong it was, on average."""
    net.train()
    pictures, digits = known
    order = torch.cat([torch.randperm(len(digits)) for _ in range(VIEWS)])
    total = 0.0
    for chosen in order.split(batch):
        optimizer.zero_grad()
        loss = functional.nll_loss(net(moved(pictures[chosen])), digits[chosen])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(chosen)
    return total / len(order)


def accuracy(net: DigitNet, pictures: Tensor, digits: Tensor) -> float:
    """The share of digits that the network reads right."""
    net.eval()
    with torch.no_grad():
        right = sum(
            int((net(some).argmax(1) == wanted).sum())
            for some, wanted in zip(pictures.split(200), digits.split(200), strict=True)
        )
    return right / len(digits)


def main() -> None:
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description="Train a network to read handwritten digits.")
    parser.add_argument("--epochs", type=int, default=2, help="how often to go through all digits")
    parser.add_argument("--batch-size", type=int, default=16, help="digits to learn from at a time")
    parser.add_argument("--lr", type=float, default=0.001, help="how big a step to take each time")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same weights")
    parser.add_argument("--threads", type=int, default=1, help="cores to use; others round otherwise")
    parser.add_argument("--data", type=Path, default=here / "data", help="the folder of the IDX files")
    parser.add_argument("--out", type=Path, help="where to save the weights")
    parser.add_argument("--save-model", action="store_true", help="save them as mnist_cnn.pt")
    options = parser.parse_args()

    # On one core sums are made in the same order everywhere: the same seed, the same weights.
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    net = DigitNet()
    optimizer = torch.optim.Adam(net.parameters(), lr=options.lr)
    known = read_digits(options.data, "train")
    unseen = read_digits(options.data, "t10k")
    print(f"{len(known[1])} digits to learn from, {len(unseen[1])} to be tested by", flush=True)

    started = time.monotonic()
    for epoch in range(1, options.epochs + 1):
        loss = train_once(net, known, optimizer, options.batch_size)
        if not math.isfinite(loss):
            raise SystemExit("The network learnt nothing: try a smaller --lr.")
        took = time.monotonic() - started
        print(
            f"epoch {epoch}/{options.epochs}: loss {loss:.3f}, "
            f"accuracy on unseen digits {accuracy(net, *unseen):.3f}, {took:.0f} s",
            flush=True,
        )
    out = options.out or (Path("mnist_cnn.pt") if options.save_model else None)
    if out:
        torch.save(net.state_dict(), out)
        print(f"saved {out}")


if __name__ == "__main__":
    main()
