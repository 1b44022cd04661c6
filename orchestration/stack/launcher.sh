# shellcheck shell=bash
# What every launcher in bin/ starts from.
set -euo pipefail
# shellcheck source=../lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=java.sh
source "$STACK_HOME/java.sh"
