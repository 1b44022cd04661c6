# shellcheck shell=bash
# What the trials happen in: a small data set, a room for one trial, the servers, and the command that meets the fault.
# A SUBJECT is a tool at its work. For each one: begin_SUBJECT makes the state before it and sets COMMAND; half_SUBJECT
# checks what can be seen after a fault: the old or the new, whole; whole_SUBJECT checks that everything is there, once.
# shellcheck disable=SC2034 # for the other parts of faults.sh

# Seconds after which a tool has not ended by itself: far above every timeout of the trials.
DEADLINE=90

# The exit codes that docs/tools.md promises.
mapfile -t DOCUMENTED < <(sed -n '/^## Exit codes/,$ s/^| \([0-9][0-9, ]*\) |.*/\1/p' -- "$REPO/docs/tools.md" |
  tr -d ' ' | tr , '\n')

# make_world: the folder of all trials, and the data set in it, which data-gen makes and every judge reads.
make_world() {
  WORLD=$(mktemp -d "${TMPDIR:-/tmp}/faults.XXXXXX")
  chmod 711 -- "$WORLD"
  SOURCE=$WORLD/source WORK=$WORLD/work ROOM=$WORLD/room
  declare -gA TOOK=() GOLDEN=()
  mkdir -- "$SOURCE" "$WORK" "$ROOM"
  tool data-gen --transactions 2000 --customers 60 --products 30 --out-dir "$SOURCE" --force --quiet >/dev/null
  tool analyzer "$SOURCE" --plan "$WORK/plan.toml" --quiet >/dev/null
  tool splitter --plan "$WORK/plan.toml" --out-dir "$WORK" --quiet >/dev/null
  # By sort and cmp: the two parts together are the source.
  records "$SOURCE/transactions.csv" | sort >"$WORLD/transactions"
  records "$WORK"/transactions_{historical,realtime}.csv | sort | cmp -s - "$WORLD/transactions" ||
    die 7 'the two parts of the transactions are not the source'
  records "$WORK/transactions_historical.csv" | sort >"$WORLD/historical"
  records "$WORK/transactions_realtime.csv" | sort >"$WORLD/realtime"
}

# records FILE…: without the header of each.
records() { tail -q -n +2 -- "$@"; }

# end_world: whatever happened.
end_world() {
  end_relay
  end_flume
  unmount_room
  end_own_servers
  rm -rf -- "$WORLD"
}

# fresh_room: an empty folder, always the same, so that paths in files are the same.
fresh_room() {
  if [[ -n ${MOUNTED-} ]]; then find "$ROOM" -mindepth 1 -delete; else rm -rf -- "$ROOM" && mkdir -- "$ROOM"; fi
}

# begin SUBJECT: the state before it, and its COMMAND.
begin() {
  SUBJECT=$1 INPUT=/dev/null
  "begin_$1" >"$WORLD/said.begin" 2>&1 || because "$1 cannot be prepared: $(last_words "$WORLD/said.begin")"
}

# PATIENCE: the seconds in which the judges may look again. A DataNode reports its blocks a moment after it is ready.
half() { await "$PATIENCE" "half_$SUBJECT"; }
whole() { await "$PATIENCE" "whole_$SUBJECT"; }

# attempt COMMAND…: runs it to its end; sets CODE.
attempt() {
  CODE=0
  # The shell says that something was killed on its own stderr.
  { timeout --signal=KILL "$DEADLINE" "$@" <"$INPUT" >"$WORLD/said.out" 2>"$WORLD/said.err" || CODE=$?; } 2>/dev/null
}

# start COMMAND…: runs it in the background, in a session of its own; sets PID.
start() {
  setsid "$@" <"$INPUT" >"$WORLD/said.out" 2>"$WORLD/said.err" &
  PID=$!
}

# strike PID: kills it with everything that it started; sets CODE.
strike() {
  CODE=0
  kill -KILL -- "-$1" 2>/dev/null || kill -KILL "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || CODE=$?
  while pgrep --session "$1" --runstates DRSTW >/dev/null; do sleep 0.02; done
}

# last_words [FILE]: the last line of the messages.
last_words() { tail -n 1 -- "${1:-$WORLD/said.err}" | tr -d '[:cntrl:]' | cut -c 1-200; }

# documented: counts CODE and checks that it is one that docs/tools.md lists.
documented() {
  local seen=${CODES[$CODE]-0}
  CODES["$CODE"]=$((seen + 1))
  ((CODE != 137)) || because "it did not end within $DEADLINE s" || return
  [[ " ${DOCUMENTED[*]} " == *" $CODE "* ]] ||
    because "exit code $CODE, which docs/tools.md does not list: $(last_words)"
}

# judged: after a fault with exit code CODE: a success must have done everything, anything else only what is whole.
judged() {
  documented || return
  if ((CODE == 0)); then whole; else half; fi
}

# complete: a second run that meets no fault finishes the job.
complete() {
  attempt "${COMMAND[@]}"
  ((CODE == 0)) || because "the second run ends with $CODE: $(last_words)" || return
  whole
}

# learn SUBJECT: how long it takes, as MOMENTS, in milliseconds, and what it leaves without a fault.
learn() {
  if [[ ! -v TOOK[$1] ]]; then
    measure "$1"
    # The first run of a program takes longer than all others.
    ((TOOK[$1] > 5000)) || measure "$1"
  fi
  MOMENTS=${TOOK[$1]}
}

# measure SUBJECT: one run without a fault.
measure() {
  local since
  begin "$1" || die 5 "$WHY"
  since=${EPOCHREALTIME/[.,]/}
  attempt "${COMMAND[@]}"
  TOOK[$1]=$(((${EPOCHREALTIME/[.,]/} - since) / 1000 + 1))
  ((CODE == 0)) || die 1 "$1 fails without any fault, with exit code $CODE: $(last_words)"
  GOLDEN[$1]=$(digest)
  whole || die 7 "$1 is wrong without any fault: $WHY"
}

# digest: every file of the room with its checksum, but not the reports, which hold times, nor log-gen's request, which
# holds a random name for the run.
digest() {
  (cd -- "$ROOM" && find . -type f ! -path '*/reports/*' ! -name .request.json -exec sha256sum {} + | sort)
}

# pause MILLISECONDS
pause() { sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; }
