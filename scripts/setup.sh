#!/usr/bin/env bash
# Sets up what the project needs, once: Debian packages, the virtual environment, the Docker engine.
#   scripts/setup.sh [demo|test]      "test" adds what only tests need
# Every part first looks whether it is there already, so running it again takes no time.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-demo}

say() { printf '%s\n' "setup: $*"; }

# program:package
programs=(
  python3:python3 ssh:openssh-client ssh-keygen:openssh-client docker:docker.io dockerd:docker.io
  iptables:iptables docker-registry:docker-registry chromium:chromium chromedriver:chromium-driver
  mmdebstrap:mmdebstrap
)
[ "$purpose" = test ] && programs+=(sshd:openssh-server busybox:busybox-static socat:socat nc:netcat-openbsd)

debian_packages() {
  local missing=() entry
  for entry in "${programs[@]}"; do
    PATH="$PATH:/usr/sbin:/sbin" command -v "${entry%%:*}" >/dev/null || missing+=("${entry##*:}")
  done
  python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
  [ ${#missing[@]} -eq 0 ] && return
  if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    say "missing here: ${missing[*]}"
    say "install them as root (apt-get install ${missing[*]}); going on without: what needs them will skip"
    return
  fi
  say "installing ${missing[*]} (about a minute)"
  # A package's service must not start: the engine is ours to start, and nothing else should listen here.
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

virtual_environment() {
  local stamp
  stamp=.venv/.set-up-$(sha256sum pyproject.toml | cut -c 1-16)
  [ -e "$stamp" ] && return
  say "making the virtual environment in .venv (about half a minute)"
  [ -x .venv/bin/python ] || python3 -m venv .venv
  .venv/bin/python -m pip install -qq --disable-pip-version-check --editable '.[be,dev]'
  rm -f .venv/.set-up-*
  touch "$stamp"
}

debian_packages
virtual_environment
scripts/engine.sh start || say "no Docker engine: what needs one will skip"
