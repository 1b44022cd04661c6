# shellcheck shell=bash
# What every script here shares: messages, help, settings, a lock, and one way to run a command at a service.
# Source it after `set -euo pipefail`. Settings and their defaults are explained in .env.example.

# A failure inside $(…) is a failure, too.
shopt -s inherit_errexit

REPO=$(cd -- "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/.." && pwd -P)
STACK_HOME=$REPO/orchestration/stack

# note MESSAGE…: one line of status on stderr, control characters made harmless.
note() {
  local message=$*
  printf '%s: %s\n' "${0##*/}" "${message//[[:cntrl:]]/?}" >&2
}

# die CODE MESSAGE…: the same, then exit; the codes are the design's (2 configuration, 5 service unavailable, …).
die() {
  note "${@:2}"
  exit "$1"
}

# log_lines: prints the last lines of stdin on stderr, indented and without control characters.
log_lines() { tail -n 15 | tr -d '\000-\010\013-\037' | cut -c 1-300 | sed 's/^/  | /' >&2; }

# help_if_asked ARGUMENTS…: prints the script's header comment and exits with 0 if one of the arguments is -h or --help.
help_if_asked() {
  local argument
  for argument in "$@"; do
    case $argument in
      -h | --help) sed -n '2,${/^#/!q; s/^# \{0,1\}//p}' -- "$0" && exit 0 ;;
      --) return ;;
    esac
  done
}

# refuse_argument ARGUMENT: for what no option matches.
refuse_argument() { die 2 "unexpected argument: ${1:-''} (see --help)"; }

# on SERVICE COMMAND ARGUMENTS…: runs a command at a service (mysql, kafka, namenode, sqoop, flume); stdin, output and exit
# code are the command's own. The only place that knows where that is: a launcher in stack/bin, or the same one in Docker.
# What the command is told must hold there: addresses as MYSQL_JDBC_URL has them, no path of this machine.
on() { if [[ $STACK == docker ]]; then in_toolbox "${@:2}"; else "$STACK_HOME/bin/$2" "${@:3}"; fi; }

# webhdfs METHOD PATH OPERATION[&PARAMETER=VALUE…] [CURL OPTION…]: one WebHDFS call, a JVM and two seconds cheaper than hdfs.
webhdfs() {
  local path=${2// /%20}
  curl -sS --fail-with-body --noproxy '*' --max-time 60 -L -X "$1" "${@:4}" \
    "$WEBHDFS_URL/webhdfs/v1$path?user.name=$HDFS_USER&op=$3"
}

# with_lock NAME SECONDS COMMAND…: one holder of NAME at a time; waits that long for another one, then exits 6.
with_lock() {
  mkdir -p -- "$ECOM_VAR_DIR/locks" || die 1 "cannot write in $ECOM_VAR_DIR"
  exec 9>>"$ECOM_VAR_DIR/locks/$1" || die 1 "cannot write in $ECOM_VAR_DIR/locks"
  if ! flock -n 9; then
    (($2 == 0)) || note "another run holds the $1 lock; waiting up to $2 s for it"
    flock -w "$2" 9 || die 6 "another run holds the $1 lock"
  fi
  "${@:3}"
}

# shellcheck source=stack/settings.sh
source "$STACK_HOME/settings.sh"
# shellcheck source=stack/engine.sh
source "$STACK_HOME/engine.sh"
load_settings
# shellcheck source=stack/compose.sh
[[ $STACK != docker ]] || source "$STACK_HOME/compose.sh"
