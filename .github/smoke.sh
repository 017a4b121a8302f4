#!/usr/bin/env bash
# Tries a running host from outside. smoke.sh FUNCTIONS_URL [SIMULATOR_URL], with the function key in FUNCTION_KEY.
# With a simulator it closes an account of $60,000 to the end; without one it shows that a closure of an account which the broker
# does not have touches nothing: host, durable storage, records, credentials and broker all take part.
set -euo pipefail
functions="${1:?the address of the functions, such as http://localhost:7071}"
simulator="${2:-}"
key="${FUNCTION_KEY:?the function key}"

fail() {
  echo "smoke: $*" >&2
  exit 1
}

status_of() {
  curl -s -o /dev/null -w '%{http_code}' "$@"
}

field() {
  sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1
}

[ "$(status_of "$functions/api/health")" = 200 ] || fail "the host is not healthy"
[ "$(status_of "$functions/api/account-closure/all-active-tasks")" = 401 ] || fail "a route is open without a key"

if [ -n "$simulator" ]; then
  account="$(curl -sf "$simulator/_sim/accounts" -H 'Content-Type: application/json' -d '{"cash": 60000}')"
  account_id="$(field accountId <<<"$account")" user_id="$(field userId <<<"$account")" bank_id="$(field achRelationshipId <<<"$account")"
  expected=Completed
else
  account_id="$(cat /proc/sys/kernel/random/uuid)" user_id=smoke bank_id="$(cat /proc/sys/kernel/random/uuid)"
  expected=Rejected
fi

curl -sf "$functions/api/account-closure/initiate/$account_id" -H "x-functions-key: $key" -H 'Content-Type: application/json' \
  -d "{\"userId\": \"$user_id\", \"achRelationshipId\": \"$bank_id\", \"reason\": \"smoke test\"}" >/dev/null || fail "the closure was not started"

for _ in $(seq 120); do
  phase="$(curl -sf "$functions/api/account-closure/progress/$account_id" -H "x-functions-key: $key" | field phase)"
  [ "$phase" = "$expected" ] && break
  sleep 2
done
[ "$phase" = "$expected" ] || fail "the closure is $phase after four minutes and should be $expected"
echo "smoke: closure of $account_id is $phase"
