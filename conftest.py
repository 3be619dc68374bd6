"""For the tests of the project itself; the labs under checks/ bring their own conftest."""

pytest_plugins = ["pytester"]
