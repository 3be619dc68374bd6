"""The twin's stand-in for Run:ai's command line: `exec` and `logs`, which are kubectl's with other words.

Run:ai's own asks the platform for a workload's pods; here the cluster is asked. It runs by itself, with
nothing but Python's own library.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

NAMESPACE = "runai-"
ASK_S = 30
SERVED = ("exec", "logs")


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        sys.exit(f"Error: {message}")


def put(folder: Path) -> None:
    """`folder/runai`, made anew."""
    folder.mkdir(mode=0o700, exist_ok=True)
    words = shlex.join((sys.executable, "-I", "-B", __file__))
    path = folder / "runai"
    path.write_text(f'#!/bin/sh\n# The twin\'s stand-in for runai.\nexec {words} "$@"\n')
    path.chmod(0o755)


def parser(command: str) -> Parser:
    made = Parser(prog=f"runai {command}", allow_abbrev=False)
    made.add_argument("-p", "--project", required=True)
    made.add_argument("-c", "--container")
    made.add_argument("--pod")
    if command == "exec":
        made.add_argument("-i", "--stdin", action="store_true")
        made.add_argument("-t", "--tty", action="store_true")
    else:
        made.add_argument("-f", "--follow", action="store_true")
        made.add_argument("-t", "--tail", type=int)
        made.add_argument("--since")
        made.add_argument("--timestamps", action="store_true")
    made.add_argument("name")
    return made


def pod_of(name: str, project: str) -> str:
    """The first pod of that workload."""
    asked = ("kubectl", "get", "pods", f"--namespace={NAMESPACE}{project}", "--output=json")
    answer = subprocess.run(asked, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=ASK_S)
    if answer.returncode:
        sys.exit(answer.returncode)
    pods = [one["metadata"] for one in json.loads(answer.stdout)["items"]]
    # As Run:ai's own: a pod is labelled with the workload that it is one of.
    found = sorted(str(one["name"]) for one in pods if name in (one["name"], _workload(one)))
    if not found:
        sys.exit(f"Error: workload {name} not found in project {project}")
    return found[0]


def kubectl_words(command: str, told: argparse.Namespace, words: list[str]) -> list[str]:
    pod = told.pod or pod_of(told.name, told.project)
    options = [f"--namespace={NAMESPACE}{told.project}"]
    if told.container:
        options.append(f"--container={told.container}")
    if command == "exec":
        options += [f"--{flag}" for flag in ("stdin", "tty") if getattr(told, flag)]
        return ["kubectl", "exec", *options, pod, "--", *words]
    options += [f"--{flag}" for flag in ("follow", "timestamps") if getattr(told, flag)]
    options += [f"--{flag}={getattr(told, flag)}" for flag in ("tail", "since") if getattr(told, flag)]
    return ["kubectl", "logs", *options, pod]


def main(arguments: list[str]) -> NoReturn:
    command = arguments[0] if arguments else ""
    if command not in SERVED:
        sys.exit(f"Error: the twin's stand-in for runai knows {' and '.join(SERVED)} only")
    at = arguments.index("--") if "--" in arguments else len(arguments)
    words = arguments[at + 1 :]
    told = parser(command).parse_args(arguments[1:at])
    if command == "exec" and not words:
        sys.exit("Error: say which command, after --")
    line = kubectl_words(command, told, words)
    os.execvp(line[0], line)  # noqa: S606  # an argv, no shell


def _workload(meta: dict[str, Any]) -> str:
    return str((meta.get("labels") or {}).get("release", ""))


if __name__ == "__main__":
    main(sys.argv[1:])
