#!/usr/bin/env bats
# The base of the scripts and the stack, without any server: fast, and safe beside a running stack.

load stack_helper

setup() {
  copy_project
  cd "$BATS_TEST_TMPDIR"
}

# --- settings ---

@test "settings have defaults that follow each other" {
  run in_stack 'echo "$MYSQL_PORT $KAFKA_BOOTSTRAP_SERVERS $HDFS_URI $WEBHDFS_URL $ECOM_VAR_DIR $MYSQL_PASSWORD_URI"'
  [[ $output == "3306 localhost:9092 hdfs://localhost:9000 http://localhost:9870 $PROJECT/var "* ]]
  [[ $output == *" file://$PROJECT/var/stack/secrets/mysql_password" ]]
  export KAFKA_PORT=1234 NAMENODE_PORT=1235
  run in_stack 'echo "$KAFKA_BOOTSTRAP_SERVERS $HDFS_URI"'
  [ "$output" = 'localhost:1234 hdfs://localhost:1235' ]
}

@test "the environment takes precedence over .env, and .env over the default" {
  printf 'MYSQL_PORT=4001\nKAFKA_PORT=4002\n' >"$PROJECT/.env"
  MYSQL_PORT=5001 run in_stack 'echo "$MYSQL_PORT $KAFKA_PORT $NAMENODE_PORT"; printenv KAFKA_PORT'
  [ "$output" = $'5001 4002 9000\n4002' ]
}

@test ".env is data: nothing in it runs, and names that are not settings are ignored" {
  cat >"$PROJECT/.env" <<ENV
KAFKA_TOPIC=plain
PATH=/nowhere
LD_PRELOAD=/nowhere.so
BASH_ENV=\$(touch $BATS_TEST_TMPDIR/owned)
SETTINGS=x
HDFS_URI=hdfs://h:1
ENV
  run in_stack 'echo "$KAFKA_TOPIC $HDFS_URI ${LD_PRELOAD-none} ${#SETTINGS[@]}"; [[ $PATH != /nowhere* ]]'
  [ "$status" -eq 0 ]
  [[ $output =~ ^'plain hdfs://h:1 none '[0-9]{2}$ ]]
  printf 'MYSQL_USER=$(touch %s)\n' "$BATS_TEST_TMPDIR/owned" >"$PROJECT/.env"
  run in_stack true
  [ "$status" -eq 2 ]
  [[ $output == *'MYSQL_USER: '*'is not a plain name' ]]
  [ ! -e "$BATS_TEST_TMPDIR/owned" ]
}

@test ".env may have comments, quotes, export, spaces, CRLF and no last newline" {
  printf '# ports\r\n\r\nexport MYSQL_PORT="4001"\r\n  KAFKA_TOPIC='"'a-b'"'  \nHDFS_USER=ann' >"$PROJECT/.env"
  run in_stack 'echo "$MYSQL_PORT|$KAFKA_TOPIC|$HDFS_USER"'
  [ "$output" = '4001|a-b|ann' ]
}

@test "a line in .env that is not a setting is refused with its number" {
  printf 'MYSQL_PORT=1\nrm -rf x\n' >"$PROJECT/.env"
  run in_stack true
  [ "$status" -eq 2 ]
  [[ $output == *'.env, line 2: not of the form NAME=VALUE' ]]
}

@test "a relative path starts at the project, not at the current folder" {
  ECOM_VAR_DIR=elsewhere run in_stack 'echo "$STACK_DIR"'
  [ "$output" = "$PROJECT/elsewhere/stack" ]
}

@test "values that no server can use are refused with their name" {
  for setting in MYSQL_PORT=0 KAFKA_PORT=65536 KAFKA_PORT=9092x NAMENODE_PORT=09000 HDFS_HEAP=lots STACK_TIMEOUT=soon \
    'MYSQL_USER=a b' "MYSQL_DATABASE=x';DROP" 'ECOM_VAR_DIR=/a:b' 'ECOM_VAR_DIR=/a$b' 'HDFS_URI=hdfs://a b' \
    STACK=podman HDFS_ROOT=user HDFS_ROOT=/user/ 'HDFS_ROOT=/a b'; do
    run env "$setting" bash "$STACK_HOME/status"
    [ "$status" -eq 2 ]
    [[ $output == *"${setting%%=*}: "* ]]
  done
}

# tool_settings: what the tools read from .env: the variables of their arguments, a secret beside its file, and what the
# library reads itself.
tool_settings() {
  {
    grep -rhoE 'env = "[A-Z_]+"' "$ROOT"/crates/*/src | cut -d '"' -f 2
    sed -n '/^const LIBRARY:/,/;$/p' "$ROOT/crates/ecom-core/src/dot_env.rs" | grep -oE '"[A-Z_]+"' | tr -d '"'
  } | sed -E 'p; s/_FILE$//' | sort -u
}

@test ".env.example lists every setting of scripts and tools with its default, and nothing else" {
  run in_stack 'printf "%s\n" "${SETTINGS[@]}"'
  diff <(grep -oE '^#[A-Z_]+=' "$ROOT/.env.example" | tr -d '#=' | sort) <(sort -u - <(tool_settings) <<<"$output")
  while IFS='=' read -r name value; do
    [[ -n $value && " ${output//$'\n'/ } " == *" $name "* ]] || continue
    actual=$(name=$name in_stack 'echo "${!name}"')
    [[ $actual == "$value" || $actual == "$PROJECT/$value" ]] || { echo "$name: $actual, not $value" && false; }
  done < <(grep -oE '^#[A-Z_]+=.*' "$ROOT/.env.example" | tr -d '#')
}

@test "scripts and tools agree on what a line of .env means" {
  while IFS=$'\t' read -r kind text wanted; do
    [[ $kind != \#* ]] || continue
    printf '%b' "$text" >"$BATS_TEST_TMPDIR/.env"
    run bash -c 'die() { echo "${@:2}" && exit "$1"; }
      source "$1"
      read_env_file .env
      printf "%s" "${KAFKA_TOPIC-unset}"' - "$STACK_HOME/settings.sh"
    case $kind in
      takes) wanted=$(printf '%b' "$wanted") ;;
      nothing) wanted=unset ;;
      refuses) wanted=".env, line $wanted: not of the form NAME=VALUE" ;;
    esac
    [ "$output" = "$wanted" ] || { printf '%s: %s, not %s\n' "$text" "$output" "$wanted" && false; }
  done <"$ROOT/crates/ecom-core/tests/dot_env.table"
}

# --- messages, help, locks ---

@test "a message is one line without control characters, and carries its code" {
  run in_stack 'die 5 "$(printf "gone \033[31m\nwrong")"'
  [ "$status" -eq 5 ]
  [ "$output" = 'stack: gone ?[31m?wrong' ]
}

@test "every script has --help and refuses unknown arguments" {
  for script in "$STACK_HOME"/{up,down,status,reset,logs} "$PROJECT/orchestration"/{start,stop}_flume.sh; do
    run "$script" --help
    [ "$status" -eq 0 ]
    [[ $output == *'Usage: orchestration/'*'Exit codes: 0 '* && $output != *shellcheck* ]]
    run "$script" --nonsense
    [ "$status" -eq 2 ]
    [[ $output == *'unexpected argument: --nonsense (see --help)' ]]
  done
}

@test "a second holder of a lock waits, or is refused" {
  in_stack 'with_lock demo 0 sleep 2' &
  sleep 0.7
  run in_stack 'with_lock demo 0 echo mine'
  [ "$status" -eq 6 ]
  [[ $output == *'another run holds the demo lock' ]]
  run in_stack 'with_lock demo 20 echo mine'
  [ "$status" -eq 0 ]
  [[ $output == *mine ]]
  wait
}

# --- processes ---

@test "what is below var is for its owner alone, whatever the mask, also what an earlier run left open" {
  mkdir -p "$PROJECT"/var/{locks,runs/shop,logs/incoming} "$PROJECT"/var/stack/{logs,data}
  touch "$PROJECT"/var/{locks/demo,runs/shop/customers_full.csv,logs/incoming/a.log,stack/logs/kafka.log}
  echo native >"$PROJECT/var/stack/engine"
  echo shop >"$PROJECT/var/stack/data/data_set"
  chmod -R a+rwX "$PROJECT/var"
  umask 000
  in_stack 'with_lock demo 0 touch "$STACK_DIR/logs/new.log"; touch -- "$REPO/beside"'
  # As root, another user passes through the folders above the database.
  open=077
  ((EUID != 0)) || open=066
  [ -z "$(find "$PROJECT/var" -perm "/$open")" ]
  [ -z "$(find "$PROJECT"/var/{locks,runs,logs} "$PROJECT"/var/stack/{logs,engine,data/data_set} -perm /077)" ]
  [ -e "$PROJECT/var/stack/logs/new.log" ]
}

@test "a reset waits for an import, whose folder it would delete" {
  in_stack prepare
  mkdir -p "$PROJECT/var/locks"
  exec 8>>"$PROJECT/var/locks/sqoop_import"
  flock 8
  "$STACK_HOME/reset" --yes 2>"$BATS_TEST_TMPDIR/said" 8>&- &
  reset=$!
  until grep -q 'another run holds the sqoop_import lock; waiting' "$BATS_TEST_TMPDIR/said"; do sleep 0.1; done
  [ -e "$PROJECT/var/stack/secrets" ]
  exec 8>&-
  wait "$reset"
  [ ! -e "$PROJECT/var/stack/secrets" ]
}

@test "a pipe in place of .env, a password or a plan is refused" {
  mkfifo "$BATS_TEST_TMPDIR/pipe"
  ln -s "$BATS_TEST_TMPDIR/pipe" "$PROJECT/.env"
  run timeout 30 "$STACK_HOME/status"
  [ "$status" -eq 2 ]
  [[ $output == *'/.env is not a regular file' ]]
  rm "$PROJECT/.env"
  MYSQL_PASSWORD_FILE=$BATS_TEST_TMPDIR/pipe run in_stack write_password
  [ "$status" -eq 2 ]
  [[ $output == *'/pipe is not a regular file' ]]
}

@test "a process is started once, identified by its start time, and ended" {
  in_stack 'with_lock demo 0 start_process nap sleep 600'
  pid=$(in_stack 'running_pid nap')
  [ "$(tr '\0' ' ' <"/proc/$pid/cmdline")" = 'sleep 600 ' ]
  run in_stack 'with_lock demo 0 echo free'
  [ "$output" = free ]
  in_stack 'stop_process nap 5'
  [ ! -e "/proc/$pid/cmdline" ] || [ -z "$(tr -d '\0' <"/proc/$pid/cmdline")" ]
  run in_stack 'stop_process nap 5'
  [ "$status" -eq 0 ]
}

@test "another process with the number of ours is left alone" {
  sleep 600 &
  mkdir -p "$PROJECT/var/stack/run"
  echo "$! 1" >"$PROJECT/var/stack/run/nap.pid"
  run in_stack 'gone nap && stop_process nap 1'
  [ "$status" -eq 0 ]
  kill -0 "$!"
  kill "$!"
}

@test "a process that does not end is killed, with a warning" {
  in_stack 'start_process deaf bash -c "trap : TERM; while :; do sleep 0.2; done"'
  sleep 0.5
  run in_stack 'stop_process deaf 1'
  [ "$status" -eq 0 ]
  [[ $output == *'warning: deaf (pid '*') did not end within 1 s and is killed'* ]]
}

# --- ports ---

@test "a taken port is named with its setting and its owner" {
  unused_ports
  listen_on "$KAFKA_PORT" &
  owner=$!
  sleep 1
  run in_stack check_ports
  kill "$owner"
  echo "$output"
  [ "$status" -eq 2 ]
  [[ $output == "stack: port $KAFKA_PORT (KAFKA_PORT, for kafka) is taken by perl, pid $owner: give KAFKA_PORT "* ]]
  run in_stack check_ports
  [ "$status" -eq 0 ]
}

@test "servers are not started on a full disk" {
  mkdir -p "$BATS_TEST_TMPDIR/bin" "$PROJECT/var/stack"
  for free in 0 199 200; do
    printf '#!/bin/bash\nprintf "Avail\\n%%7d\\n" %d\n' "$free" >"$BATS_TEST_TMPDIR/bin/df"
    chmod +x "$BATS_TEST_TMPDIR/bin/df"
    PATH=$BATS_TEST_TMPDIR/bin:$PATH run in_stack 'source "$STACK_HOME/native_start.sh"; check_space'
    if ((free < 200)); then
      [[ $status -eq 5 && $output == *"the disk of $PROJECT/var/stack is full: it has $free MB, and "* ]]
    else
      [[ $status -eq 0 && -z $output ]]
    fi
  done
}

@test "two settings cannot name one port" {
  KAFKA_PORT=7000 NAMENODE_PORT=7000 run in_stack check_ports
  [ "$status" -eq 2 ]
  [[ $output == *'KAFKA_PORT and NAMENODE_PORT are both 7000'* ]]
}

# --- generated files ---

@test "hadoop.env becomes the three Hadoop files, with settings filled in and XML escaped" {
  cat >"$BATS_TEST_TMPDIR/hadoop.env" <<'ENV'
# a comment with ${NOTHING}
CORE-SITE.XML_fs.defaultFS=${HDFS_URI}
HDFS-SITE.XML_a.b-c=x=${KAFKA_PORT},${KAFKA_TOPIC} <&> ${user.name}
MAPRED-SITE.XML_empty=
ENV
  export HADOOP_ENV=$BATS_TEST_TMPDIR/hadoop.env
  run in_stack 'hadoop_xml core-site.xml'
  [ "${lines[3]}" = '  <property><name>fs.defaultFS</name><value>hdfs://localhost:9000</value></property>' ]
  [ "${#lines[@]}" -eq 5 ]
  run in_stack 'hadoop_xml hdfs-site.xml'
  [[ ${lines[3]} == *'<name>a.b-c</name><value>x=9092,ecommerce-transactions &lt;&amp;&gt; ${user.name}</value></'* ]]
  run in_stack 'hadoop_xml mapred-site.xml'
  [ "${lines[3]}" = '  <property><name>empty</name><value></value></property>' ]
}

@test "a wrong line in hadoop.env is refused, and no file changes" {
  in_stack prepare
  before=$(cat "$PROJECT"/var/stack/conf/hadoop/*)
  echo 'CORE-SITE.XML_a=${NO_SUCH_SETTING}' >>"$PROJECT/hadoop.env"
  run in_stack prepare
  [ "$status" -eq 2 ]
  [[ $output == *'there is no setting ${NO_SUCH_SETTING}' ]]
  echo 'CORE_CONF_a=b' >"$PROJECT/hadoop.env"
  run in_stack prepare
  [ "$status" -eq 2 ]
  [[ $output == *'hadoop.env, line 1: not of the form'* ]]
  [ "$(cat "$PROJECT"/var/stack/conf/hadoop/*)" = "$before" ]
}

@test "the project's hadoop.env and templates name only existing settings" {
  run in_stack 'prepare && cat "$STACK_DIR"/conf/*/* "$STACK_DIR"/conf/*.*'
  [ "$status" -eq 0 ]
  [[ $output == *"<name>dfs.namenode.name.dir</name><value>$PROJECT/var/stack/data/namenode</value>"* ]]
  [[ $output == *'listeners=PLAINTEXT://127.0.0.1:29092,PLAINTEXT_HOST://127.0.0.1:9092,'* ]]
  [[ $output != *'${'[A-Z]* && $output != *0.0.0.0* ]]
}

@test "the secret is random, private, without a newline, and kept" {
  in_stack prepare
  file=$PROJECT/var/stack/secrets/mysql_password
  [ "$(stat -c %a "$file")" = 400 ]
  [ "$(wc -lc <"$file" | xargs)" = '0 32' ]
  first=$(<"$file")
  in_stack prepare
  [ "$(<"$file")" = "$first" ]
  [ "$(stat -c %a "$PROJECT/var/stack/secrets/init.sql")" = 600 ]
  grep -qF -- "$first" "$PROJECT/var/stack/secrets/init.sql"
}

@test "a user's secret is quoted; one with a newline is refused" {
  export MYSQL_PASSWORD_FILE=$BATS_TEST_TMPDIR/secret
  printf '%s' "a'b\"c\\d" >"$MYSQL_PASSWORD_FILE"
  in_stack prepare
  grep -qF "IDENTIFIED BY 'a\\'b\\\"c\\\\d'" "$PROJECT/var/stack/secrets/init.sql"
  echo abc >"$MYSQL_PASSWORD_FILE"
  run in_stack prepare
  [ "$status" -eq 2 ]
  [[ $output == *'holds a newline'* ]]
}

@test "the settings of a running server are not changed" {
  in_stack 'prepare; start_process kafka sleep 600'
  run env KAFKA_PORT=9999 bash -c 'source "$1/stack.sh"; prepare' - "$STACK_HOME"
  [ "$status" -eq 2 ]
  [[ $output == *'kafka runs with other settings than these: run orchestration/stack/down first' ]]
  grep -q ':9092,' "$PROJECT/var/stack/conf/kafka.properties"
  run in_stack prepare
  [ "$status" -eq 0 ]
  in_stack 'stop_process kafka 5'
}

# --- jars and packages ---

# working_maven: an mvn that fills the given folder; $1 is what it does afterwards.
working_maven() {
  recording mvn
  cat >>"$BATS_TEST_TMPDIR/bin/mvn" <<STUB
for argument; do
  [[ \$argument != -Dlib.dir=* ]] || { mkdir -p "\${argument#*=}/kafka" && touch "\${argument#*=}/kafka/a.jar"; }
done
$1
STUB
  mkdir -p "$PROJECT/var/stack/logs"
}

@test "jars are resolved once for each state of the poms" {
  working_maven true
  in_stack resolve_jars
  [ -e "$PROJECT/var/stack/lib/kafka/a.jar" ]
  [[ $(calls mvn) == "-q -B -C -f $STACK_HOME/pom.xml package -Dlib.dir=$PROJECT/var/stack/lib.new" ]]
  in_stack resolve_jars
  [ "$(grep -c package "$BATS_TEST_TMPDIR/mvn.calls")" -eq 1 ]
  echo '<!-- -->' >>"$STACK_HOME/jars/sqoop/pom.xml"
  in_stack resolve_jars
  [ "$(grep -c package "$BATS_TEST_TMPDIR/mvn.calls")" -eq 2 ]
}

@test "an interrupted or failed resolution is never used as a complete one" {
  working_maven 'echo "cannot reach the repository" && exit 1'
  run in_stack resolve_jars
  [ "$status" -eq 5 ]
  [[ $output == *'| cannot reach the repository'*'Maven could not resolve the jars'* ]]
  [ ! -e "$PROJECT/var/stack/lib" ]
  working_maven true
  in_stack resolve_jars
  [ -e "$PROJECT/var/stack/lib/kafka/a.jar" ] && [ ! -e "$PROJECT/var/stack/lib.new" ]
}

@test "our own classes are compiled once for each state of their sources, and a fault in them is shown" {
  command -v javac >/dev/null || skip 'SKIPPED: no JDK'
  probe=$STACK_HOME/java/probe lib=$PROJECT/var/stack/lib
  mkdir -p "$probe" "$lib/probe" "$PROJECT/var/stack/logs"
  say() {
    echo "class Probe { public static void main(String[] none) { System.out.println($1); } }" >"$probe/Probe.java"
  }
  say 1
  in_stack compile_classes
  [ "$(java -cp "$lib/own/probe.jar" Probe)" = 1 ]
  [ "$(ls "$lib/own")" = $'probe.jar\nprobe.sources' ]
  touch -d 2001-01-01 "$lib/own/probe.jar"
  in_stack compile_classes
  [ "$(stat -c %y "$lib/own/probe.jar" | cut -c 1-4)" = 2001 ]
  say 2
  in_stack compile_classes
  [ "$(java -cp "$lib/own/probe.jar" Probe)" = 2 ]
  say '3 +'
  run in_stack compile_classes
  [ "$status" -eq 1 ]
  [[ $output == *'| '*'Probe.java:1: error: '*'/java cannot be compiled' ]]
  [ "$(java -cp "$lib/own/probe.jar" Probe)" = 2 ]
}

@test "missing packages are installed without removing anything, or named in one command" {
  recording apt-get apt-cache
  ln -s /bin/false "$BATS_TEST_TMPDIR/bin/sudo"
  code='command() { [[ $2 != mvn ]] && builtin command "$@"; }; require_packages'
  if ((EUID == 0)); then
    in_stack "$code"
    [[ $(calls apt-get) == *'-y --no-remove --no-install-recommends install maven' ]]
    chmod -R a+rX "$BATS_TEST_TMPDIR" "$BATS_FILE_TMPDIR/.." "$BATS_FILE_TMPDIR/../.."
    run setpriv --reuid=65534 --clear-groups bash -c 'source "$1/stack.sh"; eval "$2"' stack "$STACK_HOME" "$code"
  else
    run in_stack "$code"
  fi
  [ "$status" -eq 2 ]
  [[ $output == *'packages are missing; please run: sudo apt-get install --no-install-recommends maven' ]]
}

@test "missing build packages are requested, but only packages that apt has" {
  run in_stack 'command() { [[ $2 != make ]] && builtin command "$@"; }; missing_build_packages'
  [ "$output" = build-essential ]
  run in_stack 'pkg-config() { [[ $2 != openssl ]]; }; missing_build_packages'
  [ "$output" = libssl-dev ]
  run in_stack missing_build_packages
  [ -z "$output" ]
  compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null || skip 'SKIPPED: apt-get update has never run here'
  in_stack 'can_install bash'
  run in_stack 'can_install no-such-package'
  [ "$status" -eq 1 ]
}

# --- launchers ---

@test "every Java process that Hadoop starts runs in UTC, as those of the launchers" {
  [ "$(grep -c 'opts=' "$ROOT/hadoop.env")" -ge 2 ]
  run grep -P 'opts=(?!.*-Duser.timezone=UTC)' "$ROOT/hadoop.env"
  [ -z "$output" ]
  grep -qF -- '-Duser.timezone=UTC' "$STACK_HOME/java.sh"
}

@test "hdfs runs the class of its command with the arguments as they are" {
  recording_java
  run "$STACK_HOME/bin/hdfs" dfs -ls '/a b' ''
  [ "$status" -eq 0 ]
  var=$PROJECT/var/stack
  path=$STACK_HOME/conf:$var/conf/hadoop:$var/lib/own/hadoop.jar:$var/lib/hadoop-web:$var/lib/hadoop/*
  [[ $(calls java) == *" -cp $path "* ]]
  mapfile -t arguments < <(tail -n 4 "$BATS_TEST_TMPDIR/java.calls")
  [ "${arguments[0]}|${arguments[1]}|${arguments[2]}|${arguments[3]}" = 'org.apache.hadoop.fs.FsShell|-ls|/a b|' ]
  "$STACK_HOME/bin/hdfs" debug recoverLease -path /x
  [[ $(calls java) == *' org.apache.hadoop.hdfs.tools.DebugAdmin recoverLease -path /x' ]]
  "$STACK_HOME/bin/hdfs" namenode -format
  [[ $(calls java) == *' org.apache.hadoop.hdfs.server.namenode.NameNode -format' ]]
  run "$STACK_HOME/bin/hdfs" nonsense
  [ "$status" -eq 2 ]
}

@test "the Kafka tools run, also through on and through a link" {
  recording_java
  in_stack 'on kafka kafka-topics --bootstrap-server localhost:9092 --list'
  [[ $(calls java) == *' org.apache.kafka.tools.TopicCommand --bootstrap-server localhost:9092 --list' ]]
  ln -s "$STACK_HOME/bin/kafka-get-offsets" "$BATS_TEST_TMPDIR/offsets"
  "$BATS_TEST_TMPDIR/offsets" --topic t
  [[ $(calls java) == *' org.apache.kafka.tools.GetOffsetShell --bootstrap-server localhost:9092 --topic t' ]]
}

@test "sqoop generates its files in a private folder, and changes nothing else" {
  recording_java
  "$STACK_HOME/bin/sqoop" import -Da=b --table t --null-string '\\N' --query 'select "x y"'
  [[ $(calls java) =~ ' --table t --null-string \\N --query select "x y" --outdir '([^ ]*)' --bindir '([^ ]*)$ ]]
  [[ $(calls java) == *' org.apache.sqoop.Sqoop import -Da=b --table t '* ]]
  [ "${BASH_REMATCH[1]}" = "${BASH_REMATCH[2]}" ]
  [[ ${BASH_REMATCH[1]} == "$PROJECT/var/stack/tmp/sqoop."* ]]
  "$STACK_HOME/bin/sqoop" export --table t -- --schema s
  [[ $(calls java) =~ \ export\ --table\ t\ --outdir\ [^\ ]*\ --bindir\ [^\ ]*\ --\ --schema\ s$ ]]
  "$STACK_HOME/bin/sqoop" job --create j -- import --table t
  [[ $(calls java) =~ \ job\ --create\ j\ --\ import\ --table\ t\ --outdir\ [^\ ]*\ --bindir\ [^\ ]*$ ]]
  "$STACK_HOME/bin/sqoop" import --table t --outdir mine --bindir mine
  [[ $(calls java) == *' import --table t --outdir mine --bindir mine' ]]
  "$STACK_HOME/bin/sqoop" version
  [[ $(calls java) == *"-Duser.home=$PROJECT/var/stack/data/sqoop "*' org.apache.sqoop.Sqoop version' ]]
}

@test "flume-ng takes the arguments of Flume's own launcher" {
  recording_java
  "$STACK_HOME/bin/flume-ng" agent --conf /my/conf --conf-file f.conf --name log-agent \
    -Dflume.root.logger=INFO,console -Da=b
  [[ $(calls java) == *" -cp /my/conf:$STACK_HOME/conf:"*'-Dstack.root.logger=INFO,console -Da=b '* ]]
  [[ $(calls java) == *' org.apache.flume.node.Application --conf-file f.conf --name log-agent' ]]
  run "$STACK_HOME/bin/flume-ng"
  [ "$status" -eq 2 ]
}

@test "mysql connects according to the settings, without a secret on its command line" {
  recording mariadb
  echo 'cat "${1#*=}"' >>"$BATS_TEST_TMPDIR/bin/mariadb"
  run "$STACK_HOME/bin/mysql" testdb
  [ "$status" -eq 5 ]
  printf '%s' "a'b\"c\\d" >secret
  MYSQL_PASSWORD_FILE=$PWD/secret MYSQL_PORT=3307 run "$STACK_HOME/bin/mysql" testdb -e 'SELECT 1'
  [[ $(calls mariadb) =~ ^--defaults-file=/dev/fd/[0-9]+\ testdb\ -e\ SELECT\ 1$ ]]
  [[ $output == *$'host=localhost\nport=3307\nuser=sqoop\npassword="a\'b\\"c\\\\d"\n'* ]]
}

@test "a launcher without jars names the way out" {
  recording java javac
  run "$STACK_HOME/bin/kafka-topics" --list
  [ "$status" -eq 5 ]
  [[ $output == *'the jars of kafka are not there yet: run orchestration/stack/up' ]]
}

@test "status of servers that do not run: a table, JSON, and exit 5" {
  run "$STACK_HOME/status"
  [ "$status" -eq 5 ]
  [ "$(grep -c ' stopped ' <<<"$output")" -eq 6 ]
  run "$STACK_HOME/status" --format json
  [ "$status" -eq 5 ]
  [ "$(grep -c '"state": "stopped".*"pid": null' <<<"$output")" -eq 6 ]
}

@test "reset asks, and deletes the data, but neither jars nor waiting log files" {
  in_stack prepare
  mkdir -p "$PROJECT/var/stack/lib"
  touch "$PROJECT/var/stack/lib/a.jar" "$PROJECT/var/logs/incoming/x.log"
  run "$STACK_HOME/reset" </dev/null
  [ "$status" -eq 2 ]
  [ -e "$PROJECT/var/stack/secrets/mysql_password" ]
  run "$STACK_HOME/reset" --yes
  [ "$status" -eq 0 ]
  [ ! -e "$PROJECT/var/stack/secrets" ] && [ -e "$PROJECT/var/stack/lib/a.jar" ]
  [ -e "$PROJECT/var/logs/incoming/x.log" ]
}
