"""The same examples on every run: new ones are for whoever looks for them, with another profile."""

from hypothesis import settings

settings.register_profile("the same", derandomize=True, deadline=None)
settings.load_profile("the same")
