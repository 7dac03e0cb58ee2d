# Fetches the resolver's model, in the place of the Maven image of deploy/Dockerfile.
FROM handrail-verify/python
RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends \
      openjdk-17-jdk-headless maven >/dev/null && rm -rf /var/lib/apt/lists/*
COPY settings/etc/ssl/ /etc/ssl/
