# shellcheck shell=bash
# Background processes: each in a session of its own, identified by pid and start time, ended with SIGTERM, then
# SIGKILL.

# start_time PID: when the kernel started it, in clock ticks since boot; nothing if there is no such process.
start_time() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  stat=${stat##*) }
  [[ $stat != Z* ]] || return 1
  cut -d ' ' -f 20 <<<"$stat"
}

# running_pid NAME: the pid of a process that we started and that still runs, or failure. The start time distinguishes
# it from another process that got its number later.
running_pid() {
  local pid started
  { read -r pid started <"$STACK_DIR/run/$1.pid"; } 2>/dev/null || return 1
  [[ $pid =~ ^[0-9]+$ && $(start_time "$pid") == "$started" ]] || return 1
  printf '%s\n' "$pid"
}

# start_process NAME COMMAND…: runs it apart from terminal and locks, with its output appended to logs/NAME.log. The
# process writes its pid file before it becomes the command, so a kill at any time leaves no unknown process. It closes
# what it inherits, so no pipe of the caller stays open while the server runs.
start_process() {
  local log=$STACK_DIR/logs/$1.log
  mkdir -p -- "$STACK_DIR/run" "$STACK_DIR/logs"
  rm -f -- "$STACK_DIR/run/$1.pid"
  [[ ! -e $log || $(stat -c %s -- "$log") -lt 10485760 ]] || mv -f -- "$log" "$log.1"
  log_begins "$1"
  # shellcheck disable=SC2016 # expanded by the inner shell
  setsid bash -c '
    source "$1"
    for descriptor in /proc/$$/fd/*; do
      descriptor=${descriptor##*/}
      ((descriptor < 3)) || exec {descriptor}>&-
    done
    printf "%s %s\n" "$$" "$(start_time "$$")" >"$2.new" && mv -f -- "$2.new" "$2" && shift 2 && exec "$@"
  ' "$1" "$STACK_HOME/process.sh" "$STACK_DIR/run/$1.pid" "${@:2}" </dev/null >>"$log" 2>&1 &
  await 10 test -e "$STACK_DIR/run/$1.pid" || die 1 "$1 could not be started: see $log"
}

# log_begins NAME: notes where in logs/NAME.log what it prints from now on begins.
log_begins() {
  mkdir -p -- "$STACK_DIR/run"
  { stat -c %s -- "$STACK_DIR/logs/$1.log" 2>/dev/null || echo 0; } >"$STACK_DIR/run/$1.log_begins"
}

# await SECONDS COMMAND…: repeats it until it succeeds or the time is over.
await() {
  local deadline=$((SECONDS + $1))
  until "${@:2}"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.3
  done
}

# process_gone NAME: whether no process of that name runs any more.
process_gone() { ! running_pid "$1" >/dev/null; }

# stop_process NAME SECONDS: SIGTERM, then SIGKILL with a warning; nothing if it does not run.
stop_process() {
  local pid
  if pid=$(running_pid "$1"); then
    kill -TERM "$pid" 2>/dev/null || true
    if ! await "$2" process_gone "$1"; then
      note "warning: $1 (pid $pid) did not end within $2 s and is killed"
      kill -KILL "$pid" 2>/dev/null || true
      await 10 process_gone "$1" || die 1 "$1 (pid $pid) cannot be ended"
    fi
    note "$1 stopped"
  fi
  rm -f -- "$STACK_DIR/run/$1.pid"
}
