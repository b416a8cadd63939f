#!/usr/bin/env bash
# Builds everything and runs every test; ends with one line: N passed, N failed, N skipped.
# Needs the .NET SDK 10 and Node.js 20; fetches the rest (NuGet and npm packages, on Debian and Ubuntu Chromium, radosgw, rsyslog and syslog-ng) itself.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root" || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# Hundreds of short processes: what they would learn of their own profile costs more than it gives.
export DOTNET_TieredPGO=0

command -v dotnet >/dev/null || { echo "test.sh: the .NET SDK 10 is needed (dotnet is not on PATH)." >&2; exit 1; }
command -v npm >/dev/null || { echo "test.sh: Node.js 20 with npm is needed (npm is not on PATH)." >&2; exit 1; }

# Tests in a browser need one; those against S3 need Ceph's radosgw. Without them, and without the right to install, they are skipped and say so.
as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo -n"
install() { # what for, packages...
  local purpose=$1
  shift
  command -v apt-get >/dev/null && { [ -z "$as_root" ] || $as_root true 2>/dev/null; } || return 0
  echo "test.sh: installing $* for the $purpose tests" >&2
  { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >/dev/null \
    || echo "test.sh: $* could not be installed; the $purpose tests are skipped." >&2
}
has_chromium() { [ -n "${CHROMIUM_PATH:-}" ] || command -v chromium chromium-browser google-chrome google-chrome-stable >/dev/null; }
has_chromium || install browser chromium
command -v radosgw >/dev/null && command -v ceph-mon >/dev/null && command -v ceph-osd >/dev/null || install S3 radosgw ceph-mon ceph-osd

# Tests of log shippers need rsyslog and syslog-ng, of which Debian installs one at a time: rsyslog is only unpacked, where the tests look for it.
ls /usr/lib/syslog-ng/*/libhttp.so >/dev/null 2>&1 || install "log shipper" syslog-ng-core syslog-ng-mod-http libestr0 libfastjson4 liblognorm5 libcurl4
rsyslog_root="${RSYSLOG_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/federatedquery/rsyslog}"
if [ ! -x "$rsyslog_root/usr/sbin/rsyslogd" ] && command -v dpkg-deb >/dev/null; then
  packages=$(mktemp -d)
  download() { (cd "$packages" && apt-get download -qq rsyslog rsyslog-elasticsearch); }
  if { download || { $as_root apt-get update -qq && download; }; } >/dev/null 2>&1; then
    mkdir -p "$rsyslog_root"
    for package in "$packages"/*.deb; do dpkg-deb -x "$package" "$rsyslog_root"; done
  else
    echo "test.sh: rsyslog could not be fetched; its test is skipped." >&2
  fi
  rm -rf "$packages"
fi

# The gateway takes the built dashboard along.
src/dashboard/build.sh || exit 1
# As it is shipped; optimized code also makes the tests a fifth shorter.
dotnet build FederatedQuery.sln --configuration Release --verbosity quiet || exit 1

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
status=0
run_project() { # path of a test project
  local name log
  name=$(basename "$1" .csproj)
  log="$results/$name.log"
  dotnet test "$1" --configuration Release --no-build --verbosity quiet --logger "trx;LogFileName=$results/$name.trx" --blame-hang-timeout 10m >"$log" 2>&1 || touch "$results/failed"
  # A quiet run names what failed but not why.
  # What went wrong, and what makes a random test do the same again.
  sed -n '/<UnitTestResult .*outcome="Failed"/,/<\/UnitTestResult>/{/_SEED=/p;/<ErrorInfo>/,/<\/ErrorInfo>/p}' "$results/$name.trx" 2>/dev/null | head -n 200 >>"$log"
  [ -f "$results/$name.trx" ] || { echo "test.sh: $name left no results." >>"$log"; touch "$results/failed"; }
  cat "$log"
}
export results
export -f run_project
# Two test processes at a time, the longest first: each waits much for servers that it started, and more would fill two cores.
ls tests/*Tests/*.csproj | sort | awk '/FunctionalTests/ {print 0, $0; next} /Tiering/ {print 1, $0; next} {print 2, $0}' | sort -s -n -k 1,1 | cut -d ' ' -f 2- \
  | xargs -P "${TEST_PROCESSES:-2}" -I {} bash -c 'run_project {}'
[ ! -f "$results/failed" ] || status=1

# Of the dashboard's logic.
(cd src/dashboard && npm test --silent -- --reporter=default --reporter=junit --outputFile.junit="$results/dashboard.xml") || status=1
[ -f "$results/dashboard.xml" ] || { echo "test.sh: the dashboard's tests left no results." >&2; status=1; }

count() { cat "$results"/*.trx 2>/dev/null | grep -o "<UnitTestResult [^>]*outcome=\"$1\"" | wc -l; }
of_dashboard() { sed -n "s/^<testsuites .*$1=\"\([0-9]*\)\".*/\1/p" "$results/dashboard.xml" 2>/dev/null | grep . || echo 0; }
dashboard_failed=$(($(of_dashboard failures) + $(of_dashboard errors)))
passed=$(($(count Passed) + $(of_dashboard tests) - dashboard_failed)) failed=$(($(count Failed) + dashboard_failed)) skipped=$(count NotExecuted)
[ "$passed" -gt 0 ] || status=1
echo "$passed passed, $failed failed, $skipped skipped"
exit $status
