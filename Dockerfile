# Two stages: the first has pip and builds an environment, the second only runs it.
# The root of the file system may be read-only; all that the bot keeps is in /data.

ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
WORKDIR /src
RUN python -m venv /opt/casebook
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY bot bot
COPY data data
RUN /opt/casebook/bin/python -m pip install --no-cache-dir --disable-pip-version-check -c constraints.txt ".[postgres]"

FROM python:${PYTHON}-slim
# pg_dump and pg_restore, for backups of PostgreSQL.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 casebook \
    && useradd --uid 10001 --gid casebook --home-dir /data --no-create-home --shell /usr/sbin/nologin casebook \
    && install -d -o casebook -g casebook -m 0700 /data
COPY --from=build /opt/casebook /opt/casebook
ENV PATH=/opt/casebook/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    METRICS_PORT=9090
WORKDIR /data
VOLUME /data
USER casebook
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["casebook", "health", "--live"]
ENTRYPOINT ["casebook"]
CMD ["run"]
