# shellcheck shell=bash
# Campaigns connections and garbage: relay.pl stands at 127.0.0.2 between a tool and the servers. It slows down, cuts or
# holds each connection after a random number of bytes, or changes the servers' answers from there on.
# shellcheck disable=SC2034 # for the other parts of faults.sh

RELAY=''
CONNECTED=(mysql_loader streamer lake topic_admin)

missing_connections() {
  missing_servers
  [[ -n $WITHOUT_SERVERS ]] || command -v perl >/dev/null || echo 'perl is missing: apt-get install perl-base'
}
missing_garbage() { missing_connections; }

trial_connections() {
  local kinds=(cut hold slow)
  disturbed "$1" "${kinds[$((($1 - 1) / ${#CONNECTED[@]} % 3))]}"
}
trial_garbage() { disturbed "$1" garble; }

# disturbed NUMBER KIND: one trial.
disturbed() {
  local bytes
  NAME=${CONNECTED[$((($1 - 1) % ${#CONNECTED[@]}))]}
  learn "$NAME"
  begin "$NAME" || return
  # Small numbers as often as large ones: a few bytes are a greeting, many thousands are the data.
  draw 18
  bytes=$((1 << DRAWN))
  draw "$bytes"
  bytes=$((bytes + DRAWN))
  [[ $2 != slow ]] || bytes=$((bytes % 4096 + 256))
  WHAT="$NAME, $2 at $bytes bytes"
  begin_relay "$2" "$bytes" "$1"
  attempt env MYSQL_HOST=127.0.0.2 "KAFKA_BOOTSTRAP_SERVERS=127.0.0.2:$KAFKA_PORT" MYSQL_TIMEOUT=3 \
    MYSQL_ANSWER_TIMEOUT=10 KAFKA_TIMEOUT=6 HDFS_TIMEOUT=3 "WEBHDFS_URL=http://127.0.0.2:$NAMENODE_HTTP_PORT" \
    "${COMMAND[@]}"
  end_relay
  judged && complete
}

# begin_relay KIND BYTES SEED
begin_relay() {
  rm -f -- "$WORLD/relay"
  setsid perl "$REPO/orchestration/faults/relay.pl" "$WORLD/relay" "$@" \
    "$MYSQL_PORT" "$KAFKA_PORT" "$NAMENODE_HTTP_PORT" "$DATANODE_HTTP_PORT" </dev/null >"$WORLD/said.relay" 2>&1 &
  RELAY=$!
  await 10 test -e "$WORLD/relay" || die 1 "the relay does not start: $(last_words "$WORLD/said.relay")"
}

end_relay() {
  [[ -n $RELAY ]] || return 0
  kill -KILL -- "-$RELAY" 2>/dev/null || true
  wait "$RELAY" 2>/dev/null || true
  RELAY=''
}
