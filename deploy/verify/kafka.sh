#!/bin/sh
# Apache Kafka as its own image starts it: settings from KAFKA_*, storage formatted once.
set -eu

quiet=-Dorg.slf4j.simpleLogger.defaultLogLevel=warn
fast='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'

# shellcheck disable=SC2086 # several options in one variable
java $fast "$quiet" -cp '/opt/kafka/libs/*' kafka.docker.KafkaDockerWrapper setup \
  --default-configs-dir /etc/kafka/docker \
  --mounted-configs-dir /mnt/shared/config \
  --final-configs-dir /opt/kafka/config
# shellcheck disable=SC2086 # several options in one variable
exec java ${KAFKA_HEAP_OPTS:-} $fast "$quiet" -cp '/opt/kafka/libs/*' \
  kafka.Kafka /opt/kafka/config/server.properties
