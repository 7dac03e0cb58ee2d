# In the place of prom/prometheus, with promtool.
FROM handrail-verify/python
RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends \
      prometheus >/dev/null && rm -rf /var/lib/apt/lists/* && \
    mkdir -p /prometheus && chown 65534:65534 /prometheus
USER 65534:65534
ENTRYPOINT ["prometheus"]
