# shellcheck shell=bash
# The tools that need a server, as subjects (see world.sh). The judges are the mysql client, kcat, and curl or hdfs dfs,
# whose records are sorted and compared with those of the CSV files.
# shellcheck disable=SC2034 # for the other parts of faults.sh

# for_tools: the settings that differ from those of the servers, so that nothing of other users is touched.
for_tools() { FOR_TOOLS=(env "MYSQL_DATABASE=$DATABASE" "HDFS_ROOT=$LAKE" "KAFKA_TOPIC=$TOPIC"); }

sql() { on mysql mysql --batch --raw --skip-column-names "$@" </dev/null; }

# csv_query FILE TABLE: selects the table's rows as that CSV file writes them.
csv_query() {
  local column columns=()
  IFS=, read -r -a columns < <(head -n 1 -- "$1")
  for column in "${columns[@]}"; do
    printf "%s, IF(%s REGEXP '[,\"]', CONCAT('\"', REPLACE(%s, '\"', '\"\"'), '\"'), IFNULL(%s, ''))" "${all:+, ','}" \
      "$column" "$column" "$column"
    local all=yes
  done | sed "s/^, /SELECT CONCAT(/; s/\$/) FROM $2/"
}

# --- mysql-loader ---

# table_source TABLE: its records, sorted, as the source has them.
table_source() {
  case $1 in
    transactions) cat -- "$WORLD/historical" ;;
    *) records "$SOURCE/$1.csv" | sort ;;
  esac
}

# table_whole TABLE: whether the mysql client sees exactly the source's records in it.
table_whole() {
  sql "$DATABASE" -e "$(csv_query "$SOURCE/$1.csv" "$1")" | sort | cmp -s - <(table_source "$1") ||
    because "MySQL's table $1 is not its source: $(sql "$DATABASE" -e "SELECT COUNT(*) FROM $1") rows"
}

tables() { sql -e "SELECT table_name FROM information_schema.tables WHERE table_schema = '$DATABASE' ORDER BY 1"; }

begin_mysql_loader() {
  fresh_room
  cp -- "$WORK"/*.* "$ROOM"
  sql -e "DROP DATABASE IF EXISTS $DATABASE; CREATE DATABASE $DATABASE CHARACTER SET utf8mb4"
  COMMAND=("${FOR_TOOLS[@]}" "$ECOM_BIN_DIR/mysql-loader" --plan "$ROOM/plan.toml" --quiet)
}

# All tables appear at once.
half_mysql_loader() {
  local visible
  visible=$(tables | grep -v '^_') || return 0
  [[ $visible == $'customers\nproducts\ntransactions' ]] || because "MySQL shows only ${visible//$'\n'/, }" || return
  three_whole
}
whole_mysql_loader() {
  local visible
  visible=$(tables)
  [[ $visible == $'customers\nproducts\ntransactions' ]] || because "MySQL has ${visible//$'\n'/, }" || return
  three_whole
}
three_whole() { table_whole customers && table_whole products && table_whole transactions; }

# --- streamer, consumer, topic-admin ---

new_topic() {
  [[ -z ${TOPIC_OF_TRIAL-} ]] || tool topic-admin delete --topic "$TOPIC_OF_TRIAL" --yes --quiet || true
  TOPIC_OF_TRIAL=faults-$((++TOPICS))-$$
}

kafka_cat() { kcat -b "$KAFKA_BOOTSTRAP_SERVERS" -X topic.metadata.refresh.interval.ms=1000 "$@"; }

# topic_records: the topic's messages as the lines of the CSV file, sorted. No value has a comma or a quote.
topic_records() {
  kafka_cat -C -t "$TOPIC_OF_TRIAL" -e -q | awk -v header="$(head -n 1 -- "$SOURCE/transactions.csv")" '
    BEGIN { count = split(header, columns, ",") }
    !/^\{.*\}$/ { print "no whole message: " $0; next }
    { line = ""
      for (i = 1; i <= count; i++) {
        found = match($0, "\"" columns[i] "\":(\"[^\"]*\"|[^,}]*)")
        value = found ? substr($0, RSTART + length(columns[i]) + 3, RLENGTH - length(columns[i]) - 3) : "?"
        gsub(/"/, "", value)
        line = line (i > 1 ? "," : "") value
      }
      print line }' | sort
}

begin_streamer() {
  fresh_room
  cp -- "$WORK"/*.* "$ROOM"
  new_topic
  tool topic-admin create --topic "$TOPIC_OF_TRIAL" --quiet
  draw 2
  COMMAND=("${FOR_TOOLS[@]}" "$ECOM_BIN_DIR/streamer" "$ROOM/transactions_realtime.csv" "$TOPIC_OF_TRIAL" --quiet)
  if ((DRAWN)); then COMMAND+=(--rate 1000); else COMMAND+=(--delay 0); fi
}

# A part of the records, each once.
half_streamer() {
  local wrong
  wrong=$(topic_records | comm -23 - "$WORLD/realtime" | head -n 3)
  [[ -z $wrong ]] || because "Kafka has what the source has not, or twice: ${wrong//$'\n'/, }"
}
whole_streamer() {
  topic_records | cmp -s - "$WORLD/realtime" ||
    because "Kafka has $(topic_records | wc -l) messages for $(wc -l <"$WORLD/realtime") records, or others"
}

begin_consumer() {
  fresh_room
  if ! kafka_cat -L -t "$TOPIC_OF_CONSUMER" | grep -q 'with 3 partitions'; then
    tool topic-admin create --topic "$TOPIC_OF_CONSUMER" --quiet
    tool streamer "$WORK/transactions_realtime.csv" "$TOPIC_OF_CONSUMER" --delay 0 --quiet
  fi
  COMMAND=("${FOR_TOOLS[@]}" "$ECOM_BIN_DIR/consumer" "$TOPIC_OF_CONSUMER" --until-end --format json --quiet)
}
half_consumer() { :; }
whole_consumer() {
  sort -- "$WORLD/said.out" | cmp -s - <(kafka_cat -C -t "$TOPIC_OF_CONSUMER" -e -q | sort) ||
    because 'consumer printed other messages than kcat, and ended with 0'
}

begin_topic_admin() {
  fresh_room
  new_topic
  COMMAND=("${FOR_TOOLS[@]}" "$ECOM_BIN_DIR/topic-admin" create --topic "$TOPIC_OF_TRIAL" --partitions 3 --quiet)
}
half_topic_admin() { ! kafka_cat -L | grep -q "\"$TOPIC_OF_TRIAL\"" || whole_topic_admin; }
whole_topic_admin() {
  kafka_cat -L | grep -q "topic \"$TOPIC_OF_TRIAL\" with 3 partitions" ||
    because "kcat does not see $TOPIC_OF_TRIAL with 3 partitions"
}

# --- lake, Sqoop ---

# names FOLDER: what is in a folder of HDFS, sorted; nothing if there is no such folder.
names() {
  { webhdfs GET "$1" LISTSTATUS 2>/dev/null || true; } | grep -oE '"pathSuffix":"[^"]*"' | cut -d '"' -f 4 | sort
}

begin_lake() {
  fresh_room
  INPUT=$SOURCE/transactions.csv
  webhdfs DELETE "$LAKE/lake" 'DELETE&recursive=true'
  draw 2
  ((DRAWN == 0)) || curl -sS --fail-with-body --noproxy '*' -L -T "$SOURCE/products.csv" \
    "$WEBHDFS_URL/webhdfs/v1$LAKE/lake/file?user.name=$HDFS_USER&op=CREATE"
  COMMAND=("${FOR_TOOLS[@]}" "$ECOM_BIN_DIR/lake" write "$LAKE/lake/file")
}
half_lake() {
  names "$LAKE/lake" | grep -q '^file$' || return 0
  webhdfs GET "$LAKE/lake/file" OPEN >"$WORLD/said.file"
  cmp -s "$WORLD/said.file" "$INPUT" || cmp -s "$WORLD/said.file" "$SOURCE/products.csv" ||
    because "HDFS shows $(wc -c <"$WORLD/said.file") bytes, neither the old file nor the new one"
}
whole_lake() {
  webhdfs GET "$LAKE/lake/file" OPEN | cmp -s - "$INPUT" || because 'HDFS does not have the written file' || return
  [[ $(names "$LAKE/lake") == file ]] || because "left in HDFS: $(names "$LAKE/lake" | paste -s -d ' ')"
}

# loaded: MySQL has the tables; filled once.
loaded() {
  [[ $(tables) == $'customers\nproducts\ntransactions'* ]] && [[ $(sql "$DATABASE" -e \
    'SELECT COUNT(*) FROM transactions') == "$(wc -l <"$WORLD/historical")" ]] && return
  begin_mysql_loader
  "${COMMAND[@]}"
}

begin_sqoop_import() {
  fresh_room
  loaded
  cp -- "$WORK"/*.* "$ROOM"
  webhdfs DELETE "$LAKE/sqoop" 'DELETE&recursive=true'
  COMMAND=("${FOR_TOOLS[@]}" "$REPO/orchestration/sqoop_import.sh" transactions --plan "$ROOM/plan.toml")
}
# imported: the records of the imported table as the CSV file writes them, sorted.
imported() {
  local file
  for file in $(names "$LAKE/sqoop/transactions" | grep '^part-'); do
    webhdfs GET "$LAKE/sqoop/transactions/$file" OPEN
  done | tr '\t' , | sed 's/\\N//g' | sort
}
half_sqoop_import() {
  names "$LAKE/sqoop" | grep -q '^transactions$' || return 0
  imported | cmp -s - "$WORLD/historical" || because "HDFS shows $(imported | wc -l) records of a table, half or wrong"
}
whole_sqoop_import() {
  imported | cmp -s - "$WORLD/historical" || because 'the imported table is not the historical part' || return
  [[ $(names "$LAKE/sqoop" | grep -v '^\.marks$') == transactions ]] ||
    because "left in HDFS: $(names "$LAKE/sqoop" | paste -s -d ' ')"
}

begin_sqoop_export() {
  fresh_room
  sql -e "CREATE DATABASE IF NOT EXISTS $DATABASE CHARACTER SET utf8mb4"
  sql "$DATABASE" -e 'DROP TABLE IF EXISTS exported; CREATE TABLE exported (id INT PRIMARY KEY, name VARCHAR(40));
    INSERT INTO exported VALUES (1, "old"), (2, "rows")'
  seq 500 | awk '{ printf "%d\tname %d\n", $1 + 10, $1 }' >"$WORLD/exported"
  curl -sS --fail-with-body --noproxy '*' -L -T "$WORLD/exported" \
    "$WEBHDFS_URL/webhdfs/v1$LAKE/export/part-m-00000?user.name=$HDFS_USER&op=CREATE&overwrite=true"
  COMMAND=("${FOR_TOOLS[@]}" "$REPO/orchestration/sqoop_export.sh" "$LAKE/export" exported)
}
exported() { sql "$DATABASE" -e 'SELECT CONCAT(id, CHAR(9), name) FROM exported ORDER BY id'; }
half_sqoop_export() { [[ $(exported) == $'1\told\n2\trows' ]] || exported_whole; }
exported_whole() {
  exported | cmp -s - "$WORLD/exported" ||
    because "MySQL has $(exported | wc -l) rows, neither the old nor the new ones"
}
whole_sqoop_export() {
  exported_whole || return
  ! tables | grep -q '^_' || because "left in MySQL: $(tables | paste -s -d ' ')"
}
