#!/usr/bin/env bats
# What every tool refuses to read, what none overwrites, and that a signal ends every wait. Needs the built tools, but
# no server: one that accepts connections and never answers stands in for all of them.
# shellcheck disable=SC2030,SC2031 # each test exports its own settings
bats_require_minimum_version 1.5.0

setup() {
  TOOLS=${ECOM_BIN_DIR:-$BATS_TEST_DIRNAME/../../target/debug}
  [[ -x $TOOLS/analyzer && -x $TOOLS/reconciler ]] || skip 'the tools are not built'
  cd "$BATS_TEST_TMPDIR" || return
  "$TOOLS/analyzer" "$BATS_TEST_DIRNAME/../../data/sample" --plan work/plan.toml >/dev/null
  "$TOOLS/splitter" --plan work/plan.toml --out-dir work >/dev/null
  mkfifo pipe
}

teardown() { [[ -z ${SILENT-} ]] || kill "$SILENT"; }

# refused TOOL ARGUMENTS…
refused() {
  run timeout 30 "$TOOLS/$1" "${@:2}" </dev/null
  echo "$*: $status: $output"
  [[ $status == 2 && $output == *'is a pipe, not a regular file'* ]]
}

@test "a pipe in place of an input or an output is refused by every tool" {
  mkdir csv && mkfifo csv/sales.csv
  refused analyzer csv
  refused analyzer "$BATS_TEST_DIRNAME/../../data/sample" --plan pipe
  refused schema-gen --plan work/plan.toml --output pipe
  refused monitor --plan work/plan.toml --once --record pipe
  refused monitor --replay pipe
  refused streamer pipe
  refused log-gen pipe --output-dir spool
  for tool in splitter schema-gen mysql-loader reconciler 'monitor --once' 'lake left-out'; do
    # shellcheck disable=SC2086 # a tool with its verb
    refused $tool --plan pipe
  done
  MYSQL_PASSWORD_FILE=pipe refused mysql-loader --plan work/plan.toml
  rm work/transactions_realtime.csv && mkfifo work/transactions_realtime.csv
  refused streamer work/transactions_realtime.csv
  mkfifo .env
  refused lake left-out --plan work/plan.toml
}

@test "a foreign file is overwritten only with --force, an own one at any time" {
  echo 'SELECT 1' >mine.sql
  run -4 "$TOOLS/schema-gen" --plan work/plan.toml --output mine.sql
  "$TOOLS/schema-gen" --plan work/plan.toml --output mine.sql --force
  "$TOOLS/schema-gen" --plan work/plan.toml --output mine.sql
  mkdir out && echo mine >out/customers_full.csv
  run -4 "$TOOLS/splitter" --plan work/plan.toml --out-dir out
  [ "$(ls -A out)" = customers_full.csv ]
  "$TOOLS/splitter" --plan work/plan.toml --out-dir out --force
  echo half >out/customers_full.csv
  "$TOOLS/splitter" --plan work/plan.toml --out-dir out
  echo mine >recording
  run -4 "$TOOLS/monitor" --plan work/plan.toml --once --record recording
  [ "$(<recording)" = mine ]
}

# silent_server: accepts connections and never answers; sets SILENT and the settings of all clients.
silent_server() {
  perl -MIO::Socket::INET -e '$| = 1;
    my $socket = IO::Socket::INET->new(Listen => 50, LocalAddr => "127.0.0.1") or die;
    print $socket->sockport, "\n";
    my @kept;
    while (my $client = $socket->accept) { push @kept, $client; print "connected\n" }' >silent &
  SILENT=$!
  until [[ -s silent ]]; do sleep 0.1; done
  export MYSQL_HOST=127.0.0.1 MYSQL_PORT KAFKA_BOOTSTRAP_SERVERS WEBHDFS_URL MYSQL_PASSWORD=none
  MYSQL_PORT=$(head -n 1 silent)
  KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:$MYSQL_PORT WEBHDFS_URL=http://127.0.0.1:$MYSQL_PORT
  export MYSQL_TIMEOUT=600 KAFKA_TIMEOUT=600 HDFS_TIMEOUT=600
}

# ends_by SIGNAL CODE TOOL ARGUMENTS…: the tool, once it waits for the silent server, ends with that code.
ends_by() {
  local code=0 connected pid
  connected=$(wc -l <silent)
  # A background process of a script ignores SIGINT, which the tool would inherit.
  perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$TOOLS/$3" "${@:4}" </dev/null >said 2>&1 &
  pid=$!
  until (($(wc -l <silent) > connected)); do sleep 0.1; done
  kill "-$1" "$pid"
  timeout 60 tail --pid="$pid" --follow /dev/null || { kill -KILL "$pid" && echo "$3 does not end" && return 1; }
  wait "$pid" || code=$?
  echo "$*: $code: $(<said)"
  [ "$code" -eq "$2" ]
}

@test "a signal ends the wait for a server that never answers" {
  silent_server
  ends_by INT 130 topic-admin list
  ends_by TERM 143 consumer topic
  ends_by INT 130 streamer work/transactions_realtime.csv
  ends_by INT 130 mysql-loader --plan work/plan.toml --data-dir work
  ends_by TERM 143 reconciler --plan work/plan.toml --hop mysql
  ends_by INT 130 reconciler --plan work/plan.toml --hop kafka
  ends_by INT 130 reconciler --plan work/plan.toml --hop sqoop
  ends_by INT 130 lake list /
  ends_by TERM 143 monitor --plan work/plan.toml --until complete
}
