# shellcheck shell=bash
# What up, down, status and reset share: lib.sh and the parts of the stack.
STACK_SOURCE=$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")
# shellcheck source=../lib.sh
source "$STACK_SOURCE/../lib.sh"
for part in java packages jars process config servers flume; do
  # shellcheck disable=SC1090 # the files named in the line above
  source "$STACK_HOME/$part.sh"
done
unset part
