# One image for all: `esrlink serve NAME`, `esrlink site`, `esrlink migrate` and the rest are its commands.
#
#   docker build -t esr-link .
#
# What is installed is what the lock names, by hash, and nothing else: the same that `make test` ran on.

# --- the pages' styles and scripts, from npm by its lock --------------------------------------------------------------
FROM node:22.20.0-bookworm-slim AS assets
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund --loglevel=error

# --- the packages, in a virtual environment without pip ---------------------------------------------------------------
FROM python:3.11.14-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/esrlink
WORKDIR /src
# Before the code, so that a change of code does not install everything anew.
COPY requirements.lock ./
RUN pip --python /opt/esrlink/bin/python install --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY shared shared
COPY services services
COPY deploy/sandbox deploy/sandbox
COPY deploy/demo deploy/demo
COPY deploy/central-reporting deploy/central-reporting
COPY --from=assets /src/node_modules node_modules
# The tools that build the project are in the lock, so nothing unpinned is fetched for it.
RUN pip --python /opt/esrlink/bin/python install --no-deps --no-build-isolation --editable . \
 && /opt/esrlink/bin/python -m esrlink.web.assets
RUN pip --python /opt/esrlink/bin/python wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && pip --python /opt/esrlink/bin/python install --no-deps --no-index --force-reinstall /wheels/*.whl
RUN /opt/esrlink/bin/python -m compileall -q /opt/esrlink/lib

# --- what runs --------------------------------------------------------------------------------------------------------
FROM python:3.11.14-slim-bookworm
ARG REVISION=unknown
LABEL org.opencontainers.image.title="ESR Link" \
      org.opencontainers.image.description="An open ESR hub: four services, their site, and Central Reporting" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.revision="${REVISION}"
# A user of its own, by number, so that Kubernetes can see that it is not root. It owns only where files are kept.
RUN groupadd --gid 10001 esrlink \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/esrlink --shell /usr/sbin/nologin esrlink \
 && install --directory --owner=10001 --group=10001 --mode=0750 /var/lib/esrlink /var/lib/esrlink/archive
COPY --from=packages /opt/esrlink /opt/esrlink
ENV PATH=/opt/esrlink/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONSAFEPATH=1 \
    XDG_RUNTIME_DIR=/tmp \
    ESRLINK_DATA_DIR=/var/lib/esrlink
WORKDIR /var/lib/esrlink
USER 10001:10001
EXPOSE 8000
# Every command ends cleanly on SIGTERM: see stop_grace_period in docker-compose.yml for how long to wait.
STOPSIGNAL SIGTERM
ENTRYPOINT ["esrlink"]
CMD ["--help"]
