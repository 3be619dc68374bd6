"""The sample courses are data: what looks like a test in them is none of ours."""

collect_ignore_glob = ["correct/*", "planted/*"]
