"""The cloudlab command."""


def main() -> None:
    raise SystemExit(0)
