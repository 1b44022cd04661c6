# shellcheck shell=bash
# Shared by all scripts: messages, help, settings, a lock, and one way to run a command at a service. Source it after
# `set -euo pipefail`. .env.example explains the settings and their defaults.

# A failure inside $(…) ends the script, too.
shopt -s inherit_errexit

# What is not below ECOM_VAR_DIR is made with the caller's mask.
# shellcheck disable=SC2034 # for build.sh, jars.sh and steps.sh
CALLERS_MASK=$(umask)

# What programs say about a failure is compared, so it must not be in the machine's language; the rest is as it was set.
[[ -z ${LC_ALL-} ]] || export LANG=$LC_ALL
unset LC_ALL LANGUAGE
export LC_MESSAGES=C

REPO=$(cd -- "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/.." && pwd -P)
STACK_HOME=$REPO/orchestration/stack

# note MESSAGE…: prints one line of status on stderr, without control characters.
note() {
  local message=$*
  printf '%s: %s\n' "${0##*/}" "${message//[[:cntrl:]]/?}" >&2
}

# die CODE MESSAGE…: the same, then exits. The codes are those of the tools (2 configuration, 5 service unavailable, …).
die() {
  note "${@:2}"
  exit "$1"
}

# regular_file FILE: refuses a pipe, a device, a socket or a folder in place of a file to read; links are followed.
regular_file() { [[ ! -e $1 || -f $1 ]] || die 2 "$1 is not a regular file"; }

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

# refuse_argument ARGUMENT: for arguments that no option matches.
refuse_argument() { die 2 "unexpected argument: ${1:-''} (see --help)"; }

# on SERVICE COMMAND ARGUMENTS…: runs a command at a service (mysql, kafka, namenode, sqoop, flume); stdin, output and
# exit code are the command's own. Only this function knows where the service is: at a launcher in stack/bin, or at the
# same launcher in a container. The arguments must be valid there: addresses as in MYSQL_JDBC_URL, no paths of this
# machine.
on() { if [[ $STACK == docker ]]; then in_toolbox "${@:2}"; else "$STACK_HOME/bin/$2" "${@:3}"; fi; }

# webhdfs METHOD PATH OPERATION[&PARAMETER=VALUE…]: one WebHDFS call, for scripts that run where there are no Rust
# tools; all others use the tool lake. It saves the two seconds of a JVM.
webhdfs() {
  local path=${2// /%20}
  curl -sS --fail-with-body --noproxy '*' --max-time 60 --proto =http,https --max-redirs 1 -L -X "$1" \
    "$WEBHDFS_URL/webhdfs/v1$path?user.name=$HDFS_USER&op=$3" | head -c 33554432
}

# with_settings TEXT: prints it with each ${NAME} replaced by that variable's value; placeholders in values stay.
with_settings() {
  local rest=$1 filled=
  while [[ $rest =~ \$\{([A-Z][A-Z0-9_]*)\} ]]; do
    [[ -v ${BASH_REMATCH[1]} ]] || die 2 "there is no setting \${${BASH_REMATCH[1]}}"
    filled+=${rest%%"${BASH_REMATCH[0]}"*}${!BASH_REMATCH[1]}
    rest=${rest#*"${BASH_REMATCH[0]}"}
  done
  printf '%s\n' "$filled$rest"
}

# own_var: makes ECOM_VAR_DIR and everything in it for its owner alone, also what an earlier run left open to others.
# For root, MariaDB runs as another user, who passes through the folders above its own, but can list none.
own_var() {
  local close=go-rwx found=(-not -type l -perm /077) folder
  umask 077
  mkdir -p -- "$ECOM_VAR_DIR"/{locks,runs} "$STACK_DIR" || die 1 "cannot write in $ECOM_VAR_DIR"
  # A folder that the user made for more than this keeps its mode.
  [[ $ECOM_VAR_DIR != "$REPO/var" ]] || folder=$ECOM_VAR_DIR
  ((EUID != 0)) || close=go-rw
  find ${folder:+"$folder"} "$STACK_DIR" "$STACK_DIR"/{data,secrets,lib} -maxdepth 0 -perm /077 \
    -exec chmod "$close" -- {} + 2>/dev/null || true
  # With Docker, a log file that waits for Flume, which is another user there, is also in a folder of the runs.
  [[ $STACK == native ]] || found=(-type d "${found[@]}" -not -path "$LOG_SPOOL_DIR")
  find "$ECOM_VAR_DIR"/{locks,runs,logs} "$STACK_DIR"/{logs,run,conf,tmp,engine,profiles} \
    "$STACK_DIR"/data/{data_set,sources} "${found[@]}" -exec chmod go-rwx -- {} + 2>/dev/null || true
}

# with_lock NAME SECONDS COMMAND…: runs it while it holds the lock; waits that long for another holder, then exits with
# 6.
with_lock() {
  own_var
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
# shellcheck source=stack/docker_settings.sh
source "$STACK_HOME/docker_settings.sh"
load_settings
# shellcheck source=stack/compose.sh
[[ $STACK != docker ]] || source "$STACK_HOME/compose.sh"
