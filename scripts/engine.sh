#!/usr/bin/env bash
# The machine's Docker engine: started if none runs, left alone if one does.
#   scripts/engine.sh start     exits 1 with the reason when none can be had
#   scripts/engine.sh stop      stops it only if this script started it
set -euo pipefail
export PATH="$PATH:/usr/sbin:/sbin"
run=/var/run
mark=$run/cloudlab-engine.pid
log=/var/log/cloudlab-engine.log

answers() { timeout 10 docker info >/dev/null 2>&1; }

# Whether process $1 is alive and is the program $2: a pid that a killed engine left may be anyone's now, or
# a zombie's that nobody has collected.
is_program() {
  [ -n "$1" ] && [ "$(cat "/proc/$1/comm" 2>/dev/null)" = "$2" ] &&
    ! grep -q '^State:.*[ZX]' "/proc/$1/status" 2>/dev/null
}

# What an engine leaves behind when it is killed rather than stopped keeps the next from starting.
clear_stale() {
  local pid
  pid=$(cat $run/docker.pid 2>/dev/null || true)
  for _ in $(seq 20); do
    is_program "$pid" dockerd || break
    answers && return
    sleep 0.5 # it is starting, or was killed this moment
  done
  is_program "$pid" dockerd && return # it hangs: not ours to kill
  rm -f $run/docker.pid
  [ -S $run/docker.sock ] && rm -f $run/docker.sock
  pid=$(cat $run/docker/containerd/containerd.pid 2>/dev/null || true)
  if is_program "$pid" containerd; then
    # The engine's own child, an orphan now: the new engine brings its own.
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 50); do is_program "$pid" containerd || break; sleep 0.1; done
    is_program "$pid" containerd && kill -9 "$pid"
  fi
  rm -f $run/docker/containerd/containerd.pid $run/docker/containerd/*.sock*
}

start() {
  answers && return
  if ! command -v dockerd >/dev/null; then
    echo "engine: dockerd is not installed" >&2
    return 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    echo "engine: none runs, and only root may start one (or: systemctl start docker)" >&2
    return 1
  fi
  clear_stale
  echo "engine: starting dockerd"
  setsid nohup dockerd --log-level warn >"$log" 2>&1 </dev/null &
  local pid=$!
  for _ in $(seq 240); do
    if answers; then
      echo "$pid" >$mark
      return
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.25
  done
  echo "engine: dockerd did not start; the end of $log:" >&2
  tail -n 5 "$log" >&2
  kill "$pid" 2>/dev/null || true
  return 1
}

stop() {
  local pid
  pid=$(cat $mark 2>/dev/null || true)
  rm -f $mark
  is_program "$pid" dockerd || return 0
  kill "$pid"
  for _ in $(seq 300); do is_program "$pid" dockerd || return 0; sleep 0.1; done
  echo "engine: dockerd ($pid) did not stop within 30 s" >&2
  return 1
}

case ${1:-} in
  start | stop) "$1" ;;
  *) echo "usage: scripts/engine.sh start|stop" >&2; exit 2 ;;
esac
