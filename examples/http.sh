#!/bin/sh
# Make an app and a key, give it a team address, post an event, watch the reply.
# Needs: make run (in another terminal), curl, python3.
set -eu

run=${RUN:-$(dirname "$0")/../build/run.json}
[ -r "$run" ] || { echo "No $run: start \`make run\` in another terminal." >&2; exit 1; }
field() {
  python3 -c 'import functools, json, sys
print(functools.reduce(lambda at, key: at[key], sys.argv[2:], json.load(open(sys.argv[1]))))' \
    "$run" "$@"
}

origin=$(field origin)
admin=$(field admin_key)
app=example-$(date +%s)
json='Content-Type: application/json'

# As the operator: an app, and a key that may do everything in it.
curl -sSf "$origin/escalator/v1/apps" -H "Authorization: Bearer $admin" -H "$json" \
  -d '{"app_id":"'"$app"'","name":"Example"}'
echo
key=$(curl -sSf "$origin/escalator/v1/apps/$app/keys" \
  -H "Authorization: Bearer $admin" -H "$json" \
  -d '{"scopes":["ingest","read","manage"],"label":"http.sh"}' |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["key"])')

# As the app: where its team receives, and what a user says.
curl -sSf -X PUT "$origin/notifier/v1/destinations/default" \
  -H "Authorization: Bearer $key" -H "$json" \
  -d '{"kind":"email","to":["team@acme.test"]}'
echo
curl -sSf "$origin/resolver/v1/events" -H "Authorization: Bearer $key" -H "$json" -d '{
  "event_id":"e-1","type":"message","app_id":"'"$app"'","conversation_id":"c-1",
  "occurred_at":"'"$(date -u +%Y-%m-%dT%H:%M:%SZ)"'",
  "message":{"role":"user","text":"Error 500 when I upload files larger than 10MB"},
  "user":{"id":"u-7","name":"Ana","email":"ana@example.com"},
  "app_state":{"route":"/files","last_request":{"status":500}}}'
echo

# What the user is shown: a stream that stays open, so it is left after the first reply.
echo "Waiting for the reply …"
stream=$(mktemp)
curl -sSN "$origin/resolver/v1/conversations/c-1/replies" \
  -H "Authorization: Bearer $key" -H 'Accept: text/event-stream' > "$stream" &
reading=$!
trap 'kill "$reading" 2>/dev/null; rm -f "$stream"' EXIT
for _ in $(seq 75); do
  if grep -q '^data:' "$stream"; then
    tr -d '\r' < "$stream" | grep -m 1 '^data:'
    echo "The team's mail is in $(field mail_dir)."
    exit 0
  fi
  sleep 0.2
done
echo "No reply within 15 s: build/logs/resolver.log may say why." >&2
exit 1
