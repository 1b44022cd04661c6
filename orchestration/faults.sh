#!/usr/bin/env bash
# Campaigns of faults: tools and servers are killed, calls of the system fail, disks are full, two run at once,
# connections are cut, servers answer garbage. After each fault plain clients (mysql, kcat, curl, hdfs dfs, sha256sum)
# look at what can be seen: nothing may be lost, doubled or half there, and a second run must finish the job.
#
# Usage: orchestration/faults.sh [OPTION…]
#
#   --long              about 1,800 trials, 1,000 of them kills (default: about 100)
#   --only CAMPAIGN     only that one
#   --seed N            draws the same faults again (default: 1)
#   --trial N           only that trial of the campaign
#   --trials N          so many trials of each campaign
#   --minutes N         begins no further trial after that time (default: 10, with --long 180)
#   --without-servers   only what needs no server
#   --list              lists the campaigns
#
# Each campaign prints its trials, its violations, and the largest rate of violations that 95 % confidence leaves. A
# violation is a record that is lost, doubled or half-visible, an exit code that docs/tools.md does not list, a run that
# does not end, or a second run that does not finish the job. What a violation left is in var/faults.
#
# It starts servers of its own on free ports, which are gone at the end; in the tests, it uses theirs.
#
# Exit codes: 0 no violation · 1 or 5 it could not be tried · 2 usage or configuration · 7 a violation

set -euo pipefail
# shellcheck source=stack/stack.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/stack/stack.sh"
# shellcheck source=build.sh
source "$REPO/orchestration/build.sh"
# shellcheck source=tests/tell.sh
source "$REPO/orchestration/tests/tell.sh"
# shellcheck source=tests/private_servers.sh
source "$REPO/orchestration/tests/private_servers.sh"
# shellcheck source=faults/run.sh
source "$REPO/orchestration/faults/run.sh"
# shellcheck source=faults/world.sh
source "$REPO/orchestration/faults/world.sh"
# shellcheck source=faults/servers.sh
source "$REPO/orchestration/faults/servers.sh"
# shellcheck source=faults/file_tools.sh
source "$REPO/orchestration/faults/file_tools.sh"
# shellcheck source=faults/server_tools.sh
source "$REPO/orchestration/faults/server_tools.sh"
# shellcheck source=faults/kills.sh
source "$REPO/orchestration/faults/kills.sh"
# shellcheck source=faults/flume.sh
source "$REPO/orchestration/faults/flume.sh"
# shellcheck source=faults/failed_calls.sh
source "$REPO/orchestration/faults/failed_calls.sh"
# shellcheck source=faults/full_disk.sh
source "$REPO/orchestration/faults/full_disk.sh"
# shellcheck source=faults/two_at_once.sh
source "$REPO/orchestration/faults/two_at_once.sh"
# shellcheck source=faults/connections.sh
source "$REPO/orchestration/faults/connections.sh"
help_if_asked "$@"

# Each campaign, and how many trials it has in a short and in a long run.
CAMPAIGNS=('kills 26 940' 'server_kills 1 60' 'failed_calls 40 400' 'full_disk 12 120' 'two_at_once 10 130'
  'connections 4 60' 'garbage 4 60')
names_of_campaigns() { printf '%s\n' "${CAMPAIGNS[@]%% *}" | tr _ -; }

# number OPTION [VALUE]: refuses what is none.
number() { [[ ${2-} =~ ^[1-9][0-9]{0,6}$ ]] || die 2 "$1 needs a number"; }

LONG='' ONLY='' SEED=1 TRIAL='' WANTED='' MINUTES='' WITHOUT_SERVERS=''
while (($# > 0)); do
  case $1 in
    --long) LONG=yes ;;
    --without-servers) WITHOUT_SERVERS=yes ;;
    --list) names_of_campaigns && exit ;;
    --only)
      names_of_campaigns | grep -qxFe "${2-}" || die 2 "there is no campaign '${2-}': --list shows them"
      ONLY=${2//-/_} && shift
      ;;
    --seed) number "$@" && SEED=$2 && shift ;;
    --trial) number "$@" && TRIAL=$2 && shift ;;
    --trials) number "$@" && WANTED=$2 && shift ;;
    --minutes) number "$@" && MINUTES=$2 && shift ;;
    *) refuse_argument "$1" ;;
  esac
  shift
done
[[ -z $TRIAL || -n $ONLY ]] || die 2 '--trial needs --only CAMPAIGN'

[[ -n $MINUTES ]] || MINUTES=$([[ -n $LONG ]] && echo 180 || echo 10)
# Servers of our own have another ECOM_VAR_DIR.
KEPT=$ECOM_VAR_DIR/faults
build_tools
make_world
trap end_world EXIT
begin_servers
for row in "${CAMPAIGNS[@]}"; do
  read -r name trials long <<<"$row"
  [[ -z $LONG ]] || trials=$long
  [[ -n $ONLY && $name != "$ONLY" ]] || campaign "$name" "${WANTED:-$trials}"
done
summary
