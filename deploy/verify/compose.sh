#!/usr/bin/env bash
# Builds the images and runs docker-compose.yml for real: the page's story until its mail
# arrives, again after the loss of a Kafka node, of a MongoDB member and of one of two
# instances of each service, and once more with everything back.
#
#   deploy/verify/compose.sh             ends with 0, or with what is wrong
#   deploy/verify/compose.sh --keep      leaves the containers and the engine running
#
# Needs root on Debian with docker.io, docker-compose, debootstrap, Java 17, Maven, npm and
# Node.js 20.19 or later; a quarter of an hour the first time, half of that again.
# Where no Docker engine answers, one of its own is started and ended. Base images are
# made here from packages, because a machine may reach no container registry; Grafana is
# left out, a mail catcher stands in for Mailpit. Images are kept in $HANDRAIL_VERIFY_DIR
# (/tmp/handrail-verify) for the next run.
set -euo pipefail
cd "$(dirname "$0")/../.."

keep=false
[ "${1:-}" = --keep ] && keep=true
work=${HANDRAIL_VERIFY_DIR:-/tmp/handrail-verify}
python=${PYTHON:-.venv/bin/python}
mkdir -p "$work"
engine=

say() { printf '%4d s  %s\n' "$SECONDS" "$*"; }
die() { printf '%4d s  WRONG: %s\n' "$SECONDS" "$*" >&2; exit 1; }

# Runs a command silently; shows the end of what it printed where it fails.
quietly() {
  local what=$1 log=$work/log
  shift
  "$@" >"$log" 2>&1 || { tail -n 40 "$log" >&2; die "$what"; }
}

# The tools -------------------------------------------------------------------------
require() {
  local missing=()
  command -v dockerd >/dev/null || docker info >/dev/null 2>&1 || missing+=(docker.io)
  command -v docker >/dev/null || missing+=(docker.io)
  command -v docker-compose >/dev/null || missing+=(docker-compose)
  command -v debootstrap >/dev/null || missing+=(debootstrap)
  command -v mvn >/dev/null || missing+=(maven openjdk-17-jdk-headless)
  command -v npm >/dev/null || missing+=(npm)
  [ ${#missing[@]} -eq 0 ] || die "missing; as root: apt-get install ${missing[*]}"
  [ -x "$(command -v "$python")" ] || die "no $python: run make demo once, or set PYTHON"
}

# The engine ------------------------------------------------------------------------
start_engine() {
  # An engine of 2021 is asked in its own version by a client of any age.
  export DOCKER_API_VERSION=1.41 COMPOSE_API_VERSION=1.41
  export DOCKER_BUILDKIT=0 COMPOSE_DOCKER_CLI_BUILD=0
  if docker info >/dev/null 2>&1; then
    say 'a Docker engine answers; it is used'
    return
  fi
  export DOCKER_HOST=unix://$work/docker.sock
  if docker info >/dev/null 2>&1; then
    say 'the engine that --keep left running is used'
    engine=$(cat "$work/pid")
    return
  fi
  [ "$(id -u)" -eq 0 ] || die 'no Docker engine answers, and only root can start one'
  dockerd --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/pid" \
    --host "$DOCKER_HOST" --storage-driver overlay2 \
    >"$work/dockerd.log" 2>&1 </dev/null 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
  engine=$!
  for _ in $(seq 100); do
    docker info >/dev/null 2>&1 && break
    kill -0 "$engine" 2>/dev/null || break
    sleep 0.3
  done
  docker info >/dev/null 2>&1 || { tail -n 20 "$work/dockerd.log" >&2; die 'dockerd'; }
  say "a Docker engine of its own runs ($(docker version -f '{{.Server.Version}}'))"
}

finish() {
  local status=$?
  trap - EXIT
  if $keep; then
    [ -z "$engine" ] || echo "left running: DOCKER_HOST=$DOCKER_HOST, pid $engine"
    exit "$status"
  fi
  if docker info >/dev/null 2>&1; then
    [ "$status" -eq 0 ] || compose ps || true
    say 'stopping'
    compose down --volumes --timeout 5 >/dev/null 2>&1 || true
  fi
  if [ -n "$engine" ]; then
    kill "$engine" 2>/dev/null || true
    while kill -0 "$engine" 2>/dev/null; do sleep 0.2; done
  fi
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# Base images -----------------------------------------------------------------------
# How this machine reaches package registries, for the builds; never in the checkout.
fill_settings() {
  local to=$1 url
  mkdir -p "$to/etc/ssl/certs" "$to/root/.m2"
  cp -L /etc/ssl/certs/ca-certificates.crt "$to/etc/ssl/certs/"
  if [ -e /etc/ssl/certs/java/cacerts ]; then
    mkdir -p "$to/etc/ssl/certs/java"
    cp -L /etc/ssl/certs/java/cacerts "$to/etc/ssl/certs/java/"
  fi
  {
    printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n'
    url=${PIP_INDEX_URL:-$("$python" -m pip config get global.index-url 2>/dev/null || true)}
    [ -z "$url" ] || printf 'index-url = %s\n' "$url"
  } >"$to/etc/pip.conf"
  [ ! -e "$HOME/.m2/settings.xml" ] || cp "$HOME/.m2/settings.xml" "$to/root/.m2/"
}

make_bases() {
  if ! docker image inspect handrail-verify/debian >/dev/null 2>&1; then
    say 'debootstrap makes a Debian'
    rm -rf "$work/debian"
    quietly debootstrap debootstrap --variant=minbase bookworm "$work/debian"
    tar -C "$work/debian" -c . | docker import - handrail-verify/debian >/dev/null
    rm -rf "$work/debian"
  fi
  local context=$work/context image
  rm -rf "$context"/{python,maven,mail}
  mkdir -p "$context"/{python,maven,kafka,mongo,nginx,prometheus,mail/handrail/stack}
  fill_settings "$context/python/settings"
  cp -r "$context/python/settings" "$context/maven/"
  cp handrail/__init__.py "$context/mail/handrail/"
  cp handrail/stack/{__init__,mail,processes}.py "$context/mail/handrail/stack/"
  cp deploy/verify/kafka.sh "$context/kafka/"
  if ! cmp -s deploy/verify/pom.xml "$context/kafka/pom.xml"; then
    say 'Maven fetches Apache Kafka'
    rm -rf "$context/kafka/libs"
    quietly maven mvn -q -B -f deploy/verify/pom.xml dependency:copy-dependencies \
      "-DoutputDirectory=$context/kafka/libs" -DincludeScope=runtime
    cp deploy/verify/pom.xml "$context/kafka/"
  fi
  if [ ! -e "$context/mongo/mongosh/node_modules/.package-lock.json" ]; then
    say 'npm fetches mongosh'
    quietly npm npm install --prefix "$context/mongo/mongosh" --no-audit --no-fund \
      --omit=dev --omit=optional mongosh@2
  fi
  # Of this machine, because Debian's Node.js is older than mongosh wants.
  cp -L "$(command -v node)" "$context/mongo/node"
  for image in python maven kafka mongo nginx prometheus mail; do
    say "the image $image"
    quietly "the image $image" docker build --network host -t "handrail-verify/$image" \
      -f "deploy/verify/images/$image.Dockerfile" "$context/$image"
  done
  export PYTHON_IMAGE=handrail-verify/python MAVEN_IMAGE=handrail-verify/maven
  export KAFKA_IMAGE=handrail-verify/kafka MONGO_IMAGE=handrail-verify/mongo
  export NGINX_IMAGE=handrail-verify/nginx PROMETHEUS_IMAGE=handrail-verify/prometheus
}

# The system ------------------------------------------------------------------------
SERVICES=(resolver escalator notifier analytics)
compose() {
  docker-compose --project-name handrail-verify --env-file "$work/env" \
    -f docker-compose.yml -f deploy/verify/compose.yml "$@"
}

configure() {
  export VERIFY_MAIL=$work/mail HANDRAIL_ADMIN_KEY
  HANDRAIL_ADMIN_KEY=$(head -c 24 /dev/urandom | base64 | tr -d '/+=')
  # Not the checkout's .env: what is verified are the defaults.
  : >"$work/env"
  rm -rf "$VERIFY_MAIL"
  mkdir -p "$VERIFY_MAIL"
  # The catcher has no rights of its own.
  chmod 777 "$VERIFY_MAIL"
}

play() {
  say "the story: $1"
  "$python" -m handrail.demo.story --origin http://127.0.0.1:8600 \
    --kafka 127.0.0.1:19092,127.0.0.1:19093,127.0.0.1:19094 \
    --mail-dir "$VERIFY_MAIL" --patience 180 || die "the story did not end: $1"
}

# The rules' own tests, and every instance seen by the Prometheus that runs here.
check_monitoring() {
  say 'the alert rules, tested by promtool; the targets of Prometheus'
  quietly 'promtool test rules' docker run --rm -v "$PWD/deploy/prometheus:/rules:ro" \
    -w /rules --entrypoint promtool handrail-verify/prometheus \
    test rules alerts.test.yml
  quietly 'a target is not up' "$python" - <<'END'
import json, time, urllib.request
deadline = time.monotonic() + 90
while True:
    with urllib.request.urlopen("http://127.0.0.1:9090/api/v1/targets") as answer:
        targets = json.load(answer)["data"]["activeTargets"]
    up = [each for each in targets if each["health"] == "up"]
    if len(up) == len(targets) == 8:
        break
    if time.monotonic() > deadline:
        raise SystemExit(f"{len(up)} of {len(targets)} are up, 8 are wanted: {targets}")
    time.sleep(3)
END
}

kill_instances() {
  local service containers
  for service in "${SERVICES[@]}"; do
    mapfile -t containers < <(compose ps -q "$service")
    docker kill "${containers[0]}" >/dev/null
  done
}

require
start_engine
make_bases
configure
compose down --volumes --timeout 5 >/dev/null 2>&1 || true
for service in "${SERVICES[@]}" gateway; do
  say "building $service"
  quietly "building $service" compose build "$service"
done
say 'starting: three of Kafka and MongoDB, two of each service'
say 'Grafana is left out (no package has it); our mail catcher stands in for Mailpit'
quietly 'docker-compose up' compose up -d \
  --scale resolver=2 --scale escalator=2 --scale notifier=2 --scale analytics=2
play 'everything is there'
check_monitoring
compose kill kafka-1 >/dev/null 2>&1
play 'one of three Kafka nodes was killed'
compose kill mongo-1 >/dev/null 2>&1
play 'the primary of MongoDB was killed too'
kill_instances
play 'one of two instances of each service was killed too'
compose start >/dev/null 2>&1
play 'all are back'
say 'the production shape holds'
