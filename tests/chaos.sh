#!/usr/bin/env bash
# Three gateways on one PostgreSQL and one S3 server, killed at random under load; fails when a row is lost or doubled, or a job is stuck.
# usage: tests/chaos.sh [SECONDS, 300 if not given]   (CHAOS_SEED=n: the same order of kills again)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CHAOS_SECONDS=${1:-300}
dotnet test tests/FederatedQuery.Gateway.FunctionalTests --filter "FullyQualifiedName~ChaosTests" --logger "console;verbosity=detailed"
