#!/usr/bin/env bash
# Builds the dashboard and the gateway when their sources are newer than their last builds, then runs it with the arguments given.
#   ./run.sh                 start the gateway
#   ./run.sh --demo          start it with demo data (loaded once)
#   ./run.sh load --help     load a file into a table
#   ./run.sh register --help list an existing Iceberg table
#   ./run.sh config          print the settings in effect, and where each came from
#   ./run.sh health          ask the gateway that runs whether it is ready
#   ./run.sh key --help      make, list and revoke the keys of AUTH_MODE=apikey
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output="$root/src/FederatedQuery.Gateway/bin/Release/net10.0"
stamp="$output/.built"

command -v dotnet >/dev/null || { echo "run.sh: the .NET SDK 10 is needed (dotnet is not on PATH)." >&2; exit 1; }
command -v npm >/dev/null || { echo "run.sh: Node.js 20 with npm is needed (npm is not on PATH)." >&2; exit 1; }

"$root/src/dashboard/build.sh" >&2

is_stale() {
  [ -f "$stamp" ] || return 0
  [ -n "$(find "$root/src" "$root"/Directory.* -type d \( -name node_modules -o -name bin -o -name obj \) -prune \
      -o -type f -newer "$stamp" -print -quit)" ]
}

# What runs from files that are overwritten crashes.
is_running() { command -v pgrep >/dev/null && pgrep -f "$output/FederatedQuery.Gateway.dll" >/dev/null; }

if is_stale && is_running; then
  echo "run.sh: the sources are newer than the build, which a gateway runs from: it is used as it is. Stop that gateway to have it built anew." >&2
elif is_stale; then
  echo "run.sh: building the gateway ..." >&2
  DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 \
    dotnet build "$root/src/FederatedQuery.Gateway" --configuration Release --verbosity quiet >&2
  touch "$stamp"
fi

exec dotnet "$output/FederatedQuery.Gateway.dll" "$@"
