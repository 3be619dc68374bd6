"""`python -m pytest_cloudlab` is `cloudlab`."""

from pytest_cloudlab.cli import main

main()
