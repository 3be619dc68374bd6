"""What is written to the far shell: one prelude, then one frame a command. Any POSIX sh understands it.

A command's two streams pass through a FIFO and a `cat` each instead of going straight to the channel:
a process that a command leaves behind keeps the FIFO, never the channel, so it can neither hold up the
next command nor write into its answer. Marks carry a nonce that the commands are never told, so no
output can pass for one; `b` begins a stream (clock, the process ids of the two `cat`), `m` ends it (exit
status, clock), and between commands that were sent at once `e` says that the far shell goes on to the next.

A `cat` that something left behind keeps from ending is ended before the next command: by then the near
side has heard the end of the last one. Where commands are sent several at a time, nobody can know that, so
the far shell waits between them. Most often both `cat` end by themselves: it looks a few times before it
pays for more.
"""

from __future__ import annotations

import base64
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from pytest_cloudlab.errors import UsageError

LONGEST_COMMAND_BYTES = 100_000
"""Linux takes no single argument above 128 KiB, and the far `sh -c` gets the command as one."""

_PRELUDE = r"""
exec 3>&1 4>&2
exec >/dev/null 2>&1
# bash runs our EXIT trap in a subshell that TERM ends early, and then loses count of its children:
# there the timer gets KILL, and its `sleep` is left to end by itself.
cl_q=TERM
if [ "$BASH_VERSION" ]; then cl_q=KILL; fi
cl_t=
trap 'cl_t=; exit 1' HUP INT PIPE
cl_o=
trap '[ "$cl_t" ] || { cl_k; rm -rf "$cl_d"; }' EXIT
cl_d=
for cl_x in "${XDG_RUNTIME_DIR:-/dev/shm}" /dev/shm /run /tmp /var/tmp "${HOME:-/tmp}"; do
  cl_d=$cl_x/.cloudlab-@NONCE@
  (umask 077; mkdir "$cl_d" && mkfifo "$cl_d/o" "$cl_d/e") && break
  rm -rf "$cl_d"
  cl_d=
done
case $(timeout --version) in
  *coreutils*) cl_go() { timeout -k 1 "$1" sh -c "$2"; } ;;
  *)
    cl_s=
    if command -v setsid; then cl_s=setsid; fi
    cl_go() {
      $cl_s sh -c "$2" <&7 7<&- &
      cl_c=$!
      $cl_s sh -c 'sleep "${1%.*}"; sleep "0.${1#*.}"; kill -TERM "$2"; sleep 1; kill -KILL "$2"' \
        sh "$1" "${cl_s:+-}$cl_c" </dev/null >/dev/null 2>&1 7<&- &
      cl_w=$!
      wait "$cl_c" 2>/dev/null
      cl_r=$?
      { kill -9 "${cl_s:+-}$cl_w" || kill -9 "$cl_w"; wait "$cl_w"; } 2>/dev/null
      return "$cl_r"
    } 7<&0
    ;;
esac
cl_f() {
  cl_k || exit 1
  cat <"$cl_d/o" >&3 3>&- 4>&- & cl_o=$!
  cat <"$cl_d/e" >&4 3>&- 4>&- & cl_e=$!
  exec 8>"$cl_d/o" 9>"$cl_d/e"
  cl_u=
  read -r cl_u cl_x </proc/uptime
  printf '\n%s:b:%s:%s\n' "$1" "$cl_u" "$cl_o $cl_e" >&8
  printf '\n%s:b:%s:%s\n' "$1" "$cl_u" "$cl_o $cl_e" >&9
  if [ "$4" ]; then base64 -d | cl_go "$2" "$3"; else cl_go "$2" "$3" </dev/null; fi \
    >&8 2>&9 3>&- 4>&- 8>&- 9>&-
  cl_r=$?
  read -r cl_u cl_x </proc/uptime
  printf '\n%s:m:%s:%s\n' "$1" "$cl_r" "$cl_u" >&8
  printf '\n%s:m:%s:%s\n' "$1" "$cl_r" "$cl_u" >&9
  exec 8>&- 9>&-
}
# Whether both `cat` have ended, without waiting.
cl_l() {
  cl_n=0
  while jobs; kill -0 "$cl_o" || kill -0 "$cl_e"; do
    cl_n=$((cl_n + 1))
    if [ "$cl_n" -gt 40 ]; then return 1; fi
  done
}
# What the last two are held by is left with nobody to write to.
cl_k() {
  if [ "$cl_o" ] && ! cl_l; then
    # Its id alone proves nothing: one that has ended may be anybody's by now.
    jobs -p >"$cl_d/j" || return 1
    while read -r cl_x; do
      case $cl_x in "$cl_o" | "$cl_e") kill -9 "$cl_x"; wait "$cl_x" ;; esac
    done <"$cl_d/j"
    cl_m
  fi
  cl_o=
}
cl_m() {
  rm -f "$cl_d/o" "$cl_d/e"
  (umask 077; mkfifo "$cl_d/o" "$cl_d/e")
}
# Between two commands that were sent at once: a second for what is on its way.
cl_b() {
  if ! cl_l; then
    cl_t=timer
    {
      trap 'kill "$!"; exit' TERM
      sleep 1 &
      wait "$!"
      kill -9 "$cl_o" "$cl_e"
    } 3>&- 4>&- &
    cl_w=$!
    wait "$cl_o"; cl_o=$?
    wait "$cl_e"; cl_e=$?
    kill -s "$cl_q" "$cl_w"; wait "$cl_w"; cl_t=
    case "$cl_o $cl_e" in *137*) cl_m ;; esac
  fi
  cl_o=
  printf '\n%s:e\n' "$1" >&3
  printf '\n%s:e\n' "$1" >&4
}
cl_x=no-base64
if command -v base64; then cl_x=base64; fi
printf '\n%s:h:%s:%s\n' @NONCE@ "$cl_d" "$cl_x" >&3
[ "$cl_d" ] || exit 1
"""


def prelude(nonce: str) -> bytes:
    """What opens a channel; the far side answers `nonce:h:<its folder>:<base64 or no-base64>`, and ends when
    it has no folder: nothing that follows is run."""
    return _PRELUDE.replace("@NONCE@", nonce).encode()


@dataclass(frozen=True)
class Frame:
    """One command on its way."""

    nonce: str
    command: str
    timeout_s: float
    max_bytes: int
    """The cap on each of its two streams."""
    stdin: bytes | None = None

    def encoded(self) -> bytes:
        """The frame as the far shell reads it.

        Raises `UsageError` for a command that no shell takes.
        """
        if "\0" in self.command:
            raise UsageError("A command may not hold a NUL character.", remedy="Send the bytes as stdin.")
        size_bytes = len(self.command.encode("utf-8", "surrogateescape"))
        if size_bytes > LONGEST_COMMAND_BYTES:
            raise UsageError(
                f"A command of {size_bytes} bytes is too long: {LONGEST_COMMAND_BYTES} can be sent.",
                remedy="Send its data as stdin.",
            )
        call = ["cl_f", self.nonce, f"{max(self.timeout_s, 0.01):.3f}", self.command]
        if self.stdin is None:
            return (shlex.join(call) + "\n").encode("utf-8", "surrogateescape")
        head = f"{shlex.join([*call, 'stdin'])} <<'{self.nonce}'\n".encode("utf-8", "surrogateescape")
        return head + base64.encodebytes(self.stdin) + f"{self.nonce}\n".encode()


def sent(frames: Sequence[Frame]) -> bytes:
    """What is written to the far shell for all of them at once. Raises as `Frame.encoded` does."""
    waits = [f"cl_b {frame.nonce}\n".encode() for frame in frames[:-1]]
    return b"".join(frame.encoded() + wait for frame, wait in zip(frames, [*waits, b""], strict=False))
