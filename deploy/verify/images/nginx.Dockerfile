# In the place of nginxinc/nginx-unprivileged.
FROM handrail-verify/python
RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends \
      nginx-light >/dev/null && rm -rf /var/lib/apt/lists/*
USER 101:101
ENTRYPOINT ["nginx", "-g", "daemon off;"]
