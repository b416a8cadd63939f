#!/usr/bin/env bash
# A gateway and its PostgreSQL killed (kill -9) at random moments while 2,000 log records a second come in on 50 connections; fails when an acknowledged record is lost or doubled,
# in the table or in a live tail.
# usage: tests/log-kills.sh [KILLS, 30 if not given]   (LOG_KILLS_SEED=n: the same order of kills again)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LOG_KILLS=${1:-30}
dotnet test tests/FederatedQuery.Gateway.FunctionalTests --filter "FullyQualifiedName~LogKillsTests" --logger "console;verbosity=detailed"
