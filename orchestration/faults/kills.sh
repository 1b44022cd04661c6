# shellcheck shell=bash
# Campaigns kills and server-kills: kill -9 at a random moment, of a tool with all that it started, or of a server while
# a tool works with it.
# shellcheck disable=SC2034 # for the other parts of faults.sh

# turns NUMBER: sets TURNS, the subjects in the order of the trials around that one. Those that change a store have two.
turns() {
  TURNS=("${FILE_SUBJECTS[@]}")
  [[ -z $WITHOUT_SERVERS ]] || return 0
  TURNS+=(mysql_loader streamer mysql_loader streamer topic_admin consumer lake)
  # The wrappers around Sqoop take many seconds: each has one turn in four rounds, and none in a short run.
  [[ -z $LONG ]] || case $((($1 - 1) / ${#TURNS[@]} % 4)) in
    1) TURNS[6]=sqoop_import ;;
    3) TURNS[7]=sqoop_export ;;
  esac
}

# turn NUMBER: sets NAME, the subject of that trial.
turn() {
  turns "$1"
  NAME=${TURNS[$((($1 - 1) % ${#TURNS[@]}))]}
  learn "$NAME"
}

missing_kills() { :; }

trial_kills() {
  turn "$1"
  begin "$NAME" || return
  draw "$MOMENTS"
  WHAT="$NAME killed after $DRAWN of $MOMENTS ms"
  start "${COMMAND[@]}"
  pause "$DRAWN"
  strike "$PID"
  # It may have ended before.
  ((CODE == 137)) || return "$NOT_MET"
  half && complete
}

missing_server_kills() { missing_servers; }

# Each server, and a tool that works with it.
SERVER_KILLS=('mysql mysql_loader' 'kafka streamer' 'datanode lake' 'namenode lake' 'kafka-agent flume'
  'mysql mysql_loader' 'kafka topic_admin' 'datanode sqoop_import' 'namenode sqoop_import' 'datanode flume'
  'log-agent flume' 'kafka streamer' 'datanode sqoop_export' 'kafka flume' 'mysql sqoop_export')

trial_server_kills() {
  local server killer
  read -r server NAME <<<"${SERVER_KILLS[$((($1 - 1) % ${#SERVER_KILLS[@]}))]}"
  if [[ $NAME == flume ]]; then
    trial_flume "$server"
    return
  fi
  learn "$NAME"
  begin "$NAME" || return
  draw "$MOMENTS"
  WHAT="$server killed after $DRAWN of $MOMENTS ms of $NAME"
  { pause "$DRAWN" && kill -KILL "$(running_pid "$server")"; } &
  killer=$!
  attempt "${COMMAND[@]}"
  wait "$killer" || return "$NOT_MET"
  again "$server" || return
  PATIENCE=20
  judged && complete
}

# again SERVER: what was killed is started as a user would.
again() {
  "$STACK_HOME/up" >"$WORLD/said.up" 2>&1 || because "up after the kill of $1: $(last_words "$WORLD/said.up")"
}
