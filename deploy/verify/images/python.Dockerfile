# The base of the services' images and of the other stand-ins: a Debian with Python, which
# reaches package registries as this machine does (`settings/`, filled by compose.sh).
FROM handrail-verify/debian
COPY settings/ /
RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends \
      ca-certificates python3 python3-venv python-is-python3 wget >/dev/null && \
    rm -rf /var/lib/apt/lists/*
# What apt brought must not outlive what this machine trusts.
COPY settings/etc/ssl/ /etc/ssl/
