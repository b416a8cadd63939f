#!/usr/bin/env bash
# Builds the dashboard into dist, from where the build of the gateway takes it, when its sources are newer than its last build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
contract=../../tests/FederatedQuery.Gateway.Tests/Contract/schema.graphql

is_newer() { # than file $1: any of the rest
  local built=$1
  shift
  [ ! -f "$built" ] || [ -n "$(find "$@" -type f -newer "$built" -print -quit)" ]
}

if is_newer node_modules/.package-lock.json package-lock.json; then
  echo "dashboard: fetching npm packages ..."
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi

if is_newer dist/.built src public index.html ./*.json ./*.ts ./*.mjs ./*.graphql "$contract"; then
  echo "dashboard: building ..."
  npm run --silent build -- --logLevel warn
  touch dist/.built
fi
