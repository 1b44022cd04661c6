# shellcheck shell=bash
# Shared by the launchers in bin/. With Docker, each becomes the same launcher in a container: `hdfs dfs -ls /` is the
# same command with both engines, but in a container it reads and writes no files of this machine.
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
