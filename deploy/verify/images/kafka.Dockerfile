# In the place of apache/kafka: the same paths, user and KAFKA_* settings (kafka.sh).
FROM handrail-verify/python
RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends \
      openjdk-17-jre-headless >/dev/null && rm -rf /var/lib/apt/lists/*
COPY libs/ /opt/kafka/libs/
COPY kafka.sh /opt/kafka/bin/kafka.sh
RUN useradd --uid 1000 appuser && \
    mkdir -p /opt/kafka/config /etc/kafka/docker /mnt/shared/config /var/lib/kafka/data && \
    touch /etc/kafka/docker/server.properties /etc/kafka/docker/log4j2.yaml \
          /etc/kafka/docker/tools-log4j2.yaml && \
    chown -R appuser /opt/kafka/config /var/lib/kafka
USER appuser
VOLUME ["/var/lib/kafka/data"]
ENTRYPOINT ["/opt/kafka/bin/kafka.sh"]
