#!/bin/sh
# Publish the smallest event over Kafka and read the reply, with kcat alone.
# Needs: make run (in another terminal), kcat, python3.
set -eu

run=${RUN:-$(dirname "$0")/../build/run.json}
[ -r "$run" ] || { echo "No $run: start \`make run\` in another terminal." >&2; exit 1; }
command -v kcat >/dev/null || { echo "kcat is missing: apt-get install kcat" >&2; exit 1; }
field() {
  python3 -c 'import functools, json, sys
print(functools.reduce(lambda at, key: at[key], sys.argv[2:], json.load(open(sys.argv[1]))))' \
    "$run" "$@"
}

kafka=$(field kafka)
app=$(field app app_id)
conversation=kcat-$(date +%s)

printf '%s\t%s\n' "$app:$conversation" '{"event_id":"'"$conversation"'-1","type":"message",
"app_id":"'"$app"'","conversation_id":"'"$conversation"'",
"occurred_at":"'"$(date -u +%Y-%m-%dT%H:%M:%SZ)"'",
"message":{"role":"user","text":"Error 500 when I upload files larger than 10MB"},
"user":{"id":"u-7"}}' | tr -d '\n' |
  kcat -q -P -b "$kafka" -t conversation.events -K '	'
echo "Published in conversation $conversation. Waiting for the reply …"

# Read on from a minute ago, and show what belongs to this conversation.
for _ in $(seq 15); do
  reply=$(kcat -q -C -b "$kafka" -t conversation.replies -o -200 -e -f '%k\t%s\n' |
    grep "^$app:$conversation	" | cut -f 2-) || true
  [ -z "$reply" ] || { echo "$reply"; exit 0; }
  sleep 1
done
echo "No reply within 15 s: build/logs/resolver.log may say why." >&2
exit 1
