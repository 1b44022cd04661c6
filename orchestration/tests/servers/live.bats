#!/usr/bin/env bats
# The live analysis on real servers, with a topic of its own: the newest message of each key is the sum over the work
# file, to the last digit, however often Spark was stopped, killed and started again.

bats_require_minimum_version 1.5.0

setup_file() {
  [[ -n ${ECOM_TEST_STACK-} ]] || skip 'SKIPPED: needs real servers: run orchestration/test.sh'
  # Exports the settings: the engine, its folders and ports.
  source "$BATS_TEST_DIRNAME/../../lib.sh"
  [[ $STACK == native ]] || skip 'SKIPPED: kills a process of this machine; pipeline.bats has a live test for both'
  export KAFKA_TOPIC=live-test WORK=$BATS_FILE_TMPDIR/work ECOM_BIN_DIR=${ECOM_BIN_DIR:-$REPO/target/debug}
  mkdir -p "$WORK"
  "$ECOM_BIN_DIR/analyzer" "$REPO/data/sample" --plan "$WORK/plan.toml" >/dev/null
  "$ECOM_BIN_DIR/splitter" --plan "$WORK/plan.toml" --out-dir "$WORK"
  "$ECOM_BIN_DIR/streamer" "$WORK/transactions_realtime.csv" --print --delay 0 >"$WORK/messages"
  [[ $(wc -l <"$WORK/messages") == 602 ]]
}

setup() {
  cd -- "$BATS_TEST_DIRNAME/../../.."
  ready=$BATS_FILE_TMPDIR/topic-is-filled
}

# What a failed test left running.
teardown() { [[ -z ${PID-} ]] || kill -TERM "$PID" 2>/dev/null || true; }

teardown_file() {
  [[ -z ${WORK-} ]] || "$ECOM_BIN_DIR/topic-admin" delete --topic live-test --topic ecommerce-analytics --yes
}

live() { ./orchestration/analytics.sh --live --plan "$WORK/plan.toml" "$@" 3>&-; }
# live_beside FILE: the same until it is ended, PID being its process and FILE what it prints.
live_beside() {
  ./orchestration/analytics.sh --live --plan "$WORK/plan.toml" >"$1" 2>&1 3>&- &
  PID=$!
}
# ended_with CODE: waits for it.
ended_with() {
  local code=0
  wait "$PID" || code=$?
  ((code == $1))
}
# The topic of the stores is another one.
topic_admin() { env -u KAFKA_TOPIC "$ECOM_BIN_DIR/topic-admin" --quiet "$1" --topic live-test "${@:2}"; }
# send FIRST LAST: these messages; those between two calls are repeats.
send() { sed -n "$1,$2 p" "$WORK/messages" | kcat -P -b "$KAFKA_BOOTSTRAP_SERVERS" -t live-test; }
results() { kcat -C -q -e -b "$KAFKA_BOOTSTRAP_SERVERS" -t ecommerce-analytics -f '%k\t%s\n'; }
# newest: the newest message of each key; each begins with its key.
newest() {
  results | perl -ne '
    my ($key, $value) = /^\{(.*)\}\t\{(.*)\}$/ or die "not two objects: $_";
    $value =~ s/^\Q$key\E,// or die "not its own key: $_";
    $newest{$key} = "$key,$value";
    END { print "$_\n" for sort values %newest }'
}
# sums RECORDS: what the first records of the work file add up to. Its columns: 3 quantity, 5 amount, 6 time, 8 region.
sums() {
  head -n "$(($1 + 1))" "$WORK/transactions_realtime.csv" | perl -F, -lane '
    next if $. == 1;
    my $group = sprintf q("sale_date":"%s","region":"%s"), substr($F[6], 0, 10), $F[8];
    $orders{$group}++, $units{$group} += $F[3], $cents{$group} += $F[5] =~ s/\.//r;
    END {
      printf qq(%s,"orders":%d,"units":%d,"revenue":%d.%02d\n), $_, $orders{$_}, $units{$_}, $cents{$_} / 100,
        $cents{$_} % 100 for sort keys %orders
    }'
}
agree() { diff <(sums "$1") <(newest); }
# until_line FILE PATTERN: waits for a line of what live prints.
until_line() { timeout 180 bash -c 'until grep -qE "$2" "$1"; do sleep 0.2; done' until_line "$@"; }
spark() { pgrep -f "ecom[.]spark[.]Live .*$STACK_DIR/"; }

@test "killed with -9 while messages come, and twice, it has the sums of the work file after its next start" {
  topic_admin create
  send 1 200
  live_beside "$BATS_TEST_TMPDIR/out"
  until_line "$BATS_TEST_TMPDIR/out" '^batch 0: 200 messages, [0-9]+ groups changed, 0 repeats'
  agree 200
  send 150 400
  until_line "$BATS_TEST_TMPDIR/out" ' [1-9][0-9]* repeats ignored, watermark 20'
  send 350 500
  kill -KILL "$(spark)"
  ended_with 1
  grep -F 'Spark was killed: run this again, and it goes on where it was' "$BATS_TEST_TMPDIR/out"
  send 450 602
  live --until-read
  agree 602
  touch "$ready"
}

@test "a micro-batch that was written but not committed is written again, and nothing changes" {
  [[ -e $ready ]]
  before=$(results | wc -l)
  # What a kill between the two leaves behind.
  commits=$(echo "$STACK_DIR"/data/analytics-live/*/commits)
  last=$(find "$commits" -name '[0-9]*' -printf '%f\n' | sort -n | tail -n 1)
  rm -- "$commits/$last" "$commits/.$last.crc"
  live --until-read
  (($(results | wc -l) > before))
  agree 602
}

@test "stopped, it ends soon and cleanly; a second one is refused while it runs" {
  [[ -e $ready ]]
  live_beside "$BATS_TEST_TMPDIR/out"
  until_line "$BATS_TEST_TMPDIR/out" 'the results go to the topic'
  timeout 60 bash -c "$(declare -f spark); until spark; do sleep 0.2; done"
  run -6 live --until-read
  [[ $output == *'another run holds the analytics-live lock'* ]]
  kill -TERM "$PID"
  ended_with 143
  grep -F 'stopped; run this again to go on where it was' "$BATS_TEST_TMPDIR/out"
  run -1 spark
}

@test "a topic that was made again is read anew, and no result of the old one stays" {
  [[ -e $ready ]]
  topic_admin reset --yes
  send 1 100
  live --until-read >"$BATS_TEST_TMPDIR/out" 2>&1
  grep -F 'reading the topic live-test from its first message on' "$BATS_TEST_TMPDIR/out"
  agree 100
}

# send_of_2020 NUMBER: that message, from a sender whose clock is years slow.
send_of_2020() {
  cat >"$BATS_TEST_TMPDIR/Slow.java" <<'JAVA'
    import java.util.Map;
    import org.apache.kafka.clients.producer.*;
    import org.apache.kafka.common.serialization.StringSerializer;
    class Slow {
      public static void main(String[] args) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", args[0]);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
          producer.send(new ProducerRecord<>(args[1], 0, 1577836800000L, null, args[2])).get();
        }
      }
    }
JAVA
  source orchestration/stack/java.sh
  find_java
  "$JAVA_HOME/bin/java" -cp "$ECOM_LIB_DIR/kafka/*" "$BATS_TEST_TMPDIR/Slow.java" "$KAFKA_BOOTSTRAP_SERVERS" live-test \
    "$(sed -n "$1 p" "$WORK/messages")"
}

@test "a message that is older than the watermark is not left out without a word" {
  [[ -e $ready ]]
  live_beside "$BATS_TEST_TMPDIR/out"
  # The first micro-batch that drops something is the second one after a watermark was known.
  send 101 101
  until_line "$BATS_TEST_TMPDIR/out" '^batch 1: 1 messages,'
  send_of_2020 102
  ended_with 7
  grep -F '1 messages arrived more than 7 days before others: they are in no sum: run this' "$BATS_TEST_TMPDIR/out"
  live --until-read
  agree 102
}

@test "what cannot be analyzed is said with the way out" {
  run -4 env KAFKA_TOPIC=nowhere ./orchestration/analytics.sh --live --plan "$WORK/plan.toml"
  [[ $output == *'the topic nowhere does not exist: run orchestration/run_pipeline.sh --to 9, which fills it'* ]]
  KAFKA_BOOTSTRAP_SERVERS=localhost:1 KAFKA_TIMEOUT=1 run -5 live
  [[ $output == *'localhost:1'*': run orchestration/stack/up' ]]
  run -2 ./orchestration/analytics.sh --until-read
  sed 's/transaction_id/sale_id/' "$WORK/plan.toml" >"$BATS_TEST_TMPDIR/plan.toml"
  run -1 ./orchestration/analytics.sh --live --until-read --plan "$BATS_TEST_TMPDIR/plan.toml"
  [[ $output == *'a message without sale_id: it is of another data set'* ]]
}
