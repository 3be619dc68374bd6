# See the page through the tunnel
PAGE=$(curl --silent --show-error --fail --retry 30 --retry-delay 1 --retry-all-errors http://localhost:8081/)
echo "$PAGE"
grep --quiet --fixed-strings "data-mascot=\"${TEAMMATE_MASCOT}\"" <<< "$PAGE"
