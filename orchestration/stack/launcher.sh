# shellcheck shell=bash
# What every launcher in bin/ starts from. With Docker, it becomes the same launcher in there: `hdfs dfs -ls /` is the
# same command with both engines, but reads and writes no file of this machine.
set -euo pipefail
# shellcheck source=../lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=java.sh
source "$STACK_HOME/java.sh"

if [[ $STACK == docker ]]; then
  name=$(basename -- "$(realpath -- "$0")")
  [[ ! -t 0 || ! -t 1 ]] || in_toolbox_terminal "$name" "$@"
  on sqoop "$name" "$@"
  exit
fi
