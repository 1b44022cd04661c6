# shellcheck shell=bash
# What up, down, status, reset and logs share: lib.sh, the parts of the stack, and the engine.
set -euo pipefail
# shellcheck source=../lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"
for part in java packages jars process ports config database causes servers flume "$STACK"; do
  # shellcheck disable=SC1090 # the files named in the line above
  source "$STACK_HOME/$part.sh"
done
unset part
