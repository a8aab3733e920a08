# The hub in a container: Node 26, the bundled hub and the built console, run by an unprivileged user.
# The context is laid out by `pnpm run image` (deploy/hub-image.ts). Where no registry is reachable, give any
# Debian-like base with libstdc++ by --build-arg BASE_IMAGE.
ARG BASE_IMAGE=debian:12-slim
FROM ${BASE_IMAGE}
COPY node /usr/local/bin/node
COPY lib /usr/local/lib
COPY hub /opt/bongsu/hub
COPY console /opt/bongsu/console
ENV NODE_ENV=production \
    BONGSU_HUB_DATA_DIR=/var/lib/bongsu \
    BONGSU_HUB_CONSOLE_DIR=/opt/bongsu/console \
    BONGSU_HUB_HOST=0.0.0.0 \
    BONGSU_HUB_PORT=7443 \
    BONGSU_HUB_TLS=auto
RUN ldconfig && mkdir -p /var/lib/bongsu && chown 10001:10001 /var/lib/bongsu
USER 10001:10001
VOLUME /var/lib/bongsu
EXPOSE 7443
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["/usr/local/bin/node", "/opt/bongsu/hub/healthcheck.mjs"]
# What streams through it is dropped sooner: half of what an upload makes it grow by.
ENTRYPOINT ["/usr/local/bin/node", "--max-semi-space-size=4", "/opt/bongsu/hub/main.mjs"]
