# shellcheck shell=bash
# What up, down, status and reset share: lib.sh and the parts of the stack.
set -euo pipefail
# shellcheck source=../lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"
for part in java packages jars process ports config servers flume; do
  # shellcheck disable=SC1090 # the files named in the line above
  source "$STACK_HOME/$part.sh"
done
unset part
