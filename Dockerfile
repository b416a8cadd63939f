# syntax=docker/dockerfile:1
# The gateway with its dashboard, for linux/amd64 and linux/arm64 (docker buildx build --platform ...; each is built on, or as, its own platform).
#   docker build -t federatedquery .
#   docker build -t federatedquery --build-arg DUCKDB_EXTENSIONS="avro iceberg" .    for COLD_READER=extension
ARG DOTNET_VERSION=10.0
ARG NODE_VERSION=22

FROM node:${NODE_VERSION}-bookworm-slim AS node

FROM node AS extensions
ARG DUCKDB_EXTENSIONS=""
ARG DUCKDB_EXTENSION_REPOSITORY="https://extensions.duckdb.org"
ARG TARGETARCH
WORKDIR /src
COPY src/FederatedQuery.DuckDb/npm/package.json src/FederatedQuery.DuckDb/npm/
COPY deploy/duckdb-extensions.mjs deploy/
RUN node deploy/duckdb-extensions.mjs /extensions "linux_${TARGETARCH}" ${DUCKDB_EXTENSIONS}

# Native libraries and the dashboard come from npm, so the build needs both.
FROM mcr.microsoft.com/dotnet/sdk:${DOTNET_VERSION} AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/
COPY --from=node /usr/local/lib/node_modules/npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /src
COPY . .
RUN deploy/publish.sh /app

FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET_VERSION} AS final
COPY --from=build /app /app
COPY --from=extensions /extensions /extensions
# Volumes take over who owns the folder: the root file system itself may be read-only.
RUN mkdir -p /data/ingest && chown -R "$APP_UID:$APP_UID" /data
VOLUME ["/data", "/tmp"]
ENV HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIRECTORY=/data \
    DUCKDB_EXTENSION_DIRECTORY=/extensions \
    SHUTDOWN_DELAY=5 \
    DOTNET_EnableDiagnostics=0
WORKDIR /app
USER $APP_UID
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=12s --start-period=90s --retries=3 CMD ["dotnet", "/app/FederatedQuery.Gateway.dll", "health"]
ENTRYPOINT ["dotnet", "/app/FederatedQuery.Gateway.dll"]
