#!/usr/bin/env bats
# Which engine is used, and the Docker engine with a stand-in for docker that records how it is called: no daemon
# needed.
# shellcheck disable=SC2016,SC2030,SC2031 # code for an inner shell; each test has a shell of its own

bats_require_minimum_version 1.5.0
load stack_helper

setup() {
  copy_project
  cp "$ROOT/docker-compose.yml" "$PROJECT"
  T=$BATS_TEST_TMPDIR
  export T STACK=docker
  mkdir -p "$T/bin"
  stand_in_docker
  PATH=$T/bin:$PATH
  unused_ports
  cd "$T" || return
}

# stand_in_docker: answers a call with the first matching line of $T/docker.answers (PATTERN, tab, exit code, tab,
# output); any other call succeeds without output.
stand_in_docker() {
  cat >"$T/bin/docker" <<'STUB'
#!/bin/bash
call=$*
printf '%s\n' "${call//$'\n'/ }" >>"$T/docker.calls"
printf '%s\n' "$@" >>"$T/docker.arguments"
[[ ! -e $T/docker.stdin ]] || cat >"$T/docker.stdin"
while IFS=$'\t' read -r pattern code output; do
  [[ $call != $pattern ]] || { printf '%b' "${output:+$output\n}"; exit "$code"; }
done <"$T/docker.answers"
STUB
  chmod +x "$T/bin/docker"
  : >"$T/docker.answers"
  docker_answers 'info *' 0 28.0
  docker_answers 'compose version *' 0 2.40.3
}

# docker_answers PATTERN CODE [OUTPUT]: takes precedence over all others.
docker_answers() {
  printf '%s\t%s\t%s\n' "$1" "$2" "${3-}" | cat - "$T/docker.answers" >"$T/docker.new"
  mv "$T/docker.new" "$T/docker.answers"
}

# all_ready CODE…: runs shell code in a stack whose servers all answer.
all_ready() {
  in_stack 'for name in "${SERVERS[@]}"; do eval "ready_$name() { :; }"; done; webhdfs() { echo "webhdfs $*"; };' "$@"
}
called() { grep -n -m 1 -e "$1" "$T/docker.calls" | cut -d : -f 1; }

# --- which engine ---

@test "while there are no data, the engine is Docker if its daemon answers, else native" {
  unset STACK
  [ "$(in_stack 'echo "$STACK"')" = docker ]
  docker_answers 'info *' 1
  [ "$(in_stack 'echo "$STACK"')" = native ]
  docker_answers 'info *' 0
  docker_answers 'compose version *' 1
  [ "$(in_stack 'echo "$STACK"')" = native ]
}

@test "a Compose that is too old for the file is ignored" {
  unset STACK
  docker_answers 'compose version *' 0 2.17.3
  [ "$(in_stack 'echo "$STACK"')" = native ]
  STACK=docker run -5 all_ready start_all
  [[ $output == *'no Docker Compose 2.20 or newer: see https://docs.docker.com/engine/install' ]]
  for version in 2.20.0 v2.20.3-desktop.1 5.4.0; do
    docker_answers 'compose version *' 0 "$version"
    [ "$(in_stack 'echo "$STACK"')" = docker ]
  done
}

@test "a daemon that hangs does not block the scripts" {
  unset STACK
  printf '#!/bin/bash\nexec sleep 60\n' >"$T/bin/docker"
  printf '#!/bin/bash\nshift; exec /usr/bin/timeout 0.2 "$@"\n' >"$T/bin/timeout"
  chmod +x "$T/bin/timeout"
  [ "$(in_stack 'echo "$STACK"')" = native ]
}

@test "the engine of existing data is kept, without asking Docker" {
  unset STACK
  mkdir -p "$PROJECT/var/stack/data"
  [ "$(in_stack 'echo "$STACK"')" = native ]
  in_stack claim_engine
  echo docker >"$PROJECT/var/stack/engine"
  [ "$(in_stack 'echo "$STACK"')" = docker ]
  [ ! -e "$T/docker.calls" ]
}

@test "STACK takes precedence over .env, and the other engine's data are refused with the way out" {
  unset STACK
  echo STACK=native >"$PROJECT/.env"
  [ "$(in_stack 'echo "$STACK"')" = native ]
  [ "$(STACK=docker in_stack 'echo "$STACK"')" = docker ]
  in_stack claim_engine
  STACK=docker run -2 "$STACK_HOME/status"
  [[ $output == *'belong to the native engine: run STACK=native orchestration/stack/reset first, or give'* ]]
  STACK=native run -0 "$STACK_HOME/reset" --yes
  STACK=docker run -5 "$STACK_HOME/status"
}

@test "commands in the containers get addresses in the containers' network" {
  run -0 in_stack 'echo "$MYSQL_JDBC_URL $MYSQL_PASSWORD_URI $HDFS_USER"; echo "$WEBHDFS_URL $KAFKA_BOOTSTRAP_SERVERS"'
  [ "${lines[0]}" = 'jdbc:mysql://mysql:3306/testdb?tinyInt1isBit=false file:///run/secrets/mysql_password ecom' ]
  [ "${lines[1]}" = "http://localhost:$NAMENODE_HTTP_PORT localhost:$KAFKA_PORT" ]
}

@test "the defaults of the settings are those of docker-compose.yml" {
  while IFS=$'\t' read -r name value; do
    # Settings that follow others are tested in docker.bats.
    [[ $value != *'${'* ]] || continue
    actual=$(env -u "$name" bash -c 'source "$1/stack.sh" && echo "${!2-none}"' - "$STACK_HOME" "$name")
    [[ $actual == none || $actual == "$value" || $actual == "$PROJECT/${value#./}" ]] ||
      { echo "$name: $actual, not $value" && false; }
  done < <(grep -oE '\$\{[A-Z_]+:-[^}]*\}' "$ROOT/docker-compose.yml" |
    sed -E 's/^\$\{([A-Z_]+):-(.*)\}$/\1\t\2/' | sort -u)
}

@test "each engine defines every function of the engines' interface, and nothing else does" {
  for engine in native docker inside; do
    run -0 bash -c '
      source "$1/../lib.sh"
      for part in java packages jars process ports config database servers flume; do source "$1/$part.sh"; done
      for name in "${ENGINE_FUNCTIONS[@]}"; do ! declare -F "$name" || exit; done
      source "$1/$2.sh"
      for name in "${ENGINE_FUNCTIONS[@]}"; do declare -F "$name" >/dev/null || { echo "$2: no $name" && exit 1; }; done
      [[ -n $IDENTIFIED_BY ]] && echo "${#ENGINE_FUNCTIONS[@]}"' - "$STACK_HOME" "$engine"
    [ "$output" = 17 ]
  done
}

# --- on ---

@test "a command runs in the toolbox with its arguments, stdin, output and exit code, without a terminal" {
  docker_answers 'exec *' 7 'an answer'
  : >"$T/docker.stdin"
  run -7 in_stack 'echo "from outside" | on sqoop sqoop eval --query "SELECT  \"a b\"" "" "*"'
  [ "$output" = 'an answer' ]
  [ "$(<"$T/docker.stdin")" = 'from outside' ]
  [[ $(<"$T/docker.calls") == 'exec --interactive --workdir /tmp --env HDFS_USER --env JDK_JAVA_OPTIONS '* ]]
  [[ $(<"$T/docker.calls") == *' --env ECOM_CALL='*' ecom-sqoop-1 sqoop eval --query '* ]]
  [[ $(<"$T/docker.calls") != *--tty* ]]
  [ "$(tail -n 4 "$T/docker.arguments" | paste -s -d '|')" = '--query|SELECT  "a b"||*' ]
}

@test "the secret is on no command line" {
  all_ready 'claim_engine; start_all'
  secret=$(<"$PROJECT/var/stack/secrets/mysql_password")
  MYSQL_PASSWORD=$secret in_stack 'on mysql mysql -e "SELECT 1";' \
    'on sqoop sqoop list-tables --password-file "$MYSQL_PASSWORD_URI"'
  run -1 grep -F -e "$secret" -e MYSQL_PASSWORD "$T/docker.calls"
}

@test "a command without containers ends with code 5 and names the way out" {
  docker_answers 'exec *' 1
  docker_answers 'container inspect *' 1
  run -5 in_stack 'on namenode hdfs dfs -ls /'
  [[ $output == *'the containers do not run: run orchestration/stack/up' ]]
  docker_answers 'container inspect *' 0 true
  run -1 in_stack 'on namenode hdfs dfs -ls /'
}

@test "a signal ends the command in the container, too" {
  cat >"$T/bin/docker" <<'STUB'
#!/bin/bash
printf '%s\n' "$*" >>"$T/docker.calls"
[[ $* != *--interactive* ]] || exec sleep 60
STUB
  setsid bash -c 'source "$1/stack.sh"; on sqoop sqoop import' - "$STACK_HOME" 3>&- &
  timeout 10 bash -c 'until grep -q ECOM_CALL "$T/docker.calls"; do sleep 0.1; done' 2>/dev/null
  kill -TERM -- "-$!"
  wait "$!" || code=$?
  [ "$code" -eq 143 ]
  id=$(grep -o -m 1 'ECOM_CALL=[0-9.]*' "$T/docker.calls" | cut -d = -f 2)
  timeout 10 bash -c 'until tail -n 1 "$T/docker.calls" | grep -qF "end_call $1"; do sleep 0.1; done' - "$id"
}

@test "a launcher runs the same launcher in the container" {
  docker_answers 'exec *' 3
  run -3 "$STACK_HOME/bin/kafka-topics" --list
  [[ $(<"$T/docker.calls") == *' ecom-sqoop-1 kafka-topics --list' ]]
  ln -s "$STACK_HOME/bin/hdfs" "$T/my-hdfs"
  run -3 "$T/my-hdfs" dfs -ls /
  [[ $(<"$T/docker.calls") == *' ecom-sqoop-1 hdfs dfs -ls /' ]]
}

# --- up ---

@test "up checks the ports, builds, starts, waits, and checks every server" {
  docker_answers 'image inspect *' 1
  run -0 all_ready up=yes 'claim_engine; start_all'
  [[ $output == *'building the image of the servers (once; it takes some minutes)'*'mysql is ready'* ]]
  [[ $output == *'datanode is ready'*'all containers are healthy ('* ]]
  [[ $(called ' build$') -lt $(called ' up --detach --wait --wait-timeout 180$') ]]
  grep -qF "compose --project-directory $PROJECT --file $PROJECT/docker-compose.yml" "$T/docker.calls"
  [ "$(stat -c %a "$PROJECT/var/stack/secrets/mysql_password")" = 400 ]
  [ -d "$PROJECT/var/logs/incoming" ]
}

@test "a taken port is named with its setting before anything starts" {
  listen_on "$FLUME_LOG_AGENT_PORT" 3>&- &
  timeout 10 bash -c 'until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do sleep 0.1; done' - "$FLUME_LOG_AGENT_PORT"
  docker_answers 'ps *' 1
  run -2 all_ready start_all
  kill "$!"
  [[ $output == *"port $FLUME_LOG_AGENT_PORT (FLUME_LOG_AGENT_PORT, for log-agent) is taken by perl, pid $!: give "* ]]
  run -1 grep -E ' (build|up) ?' "$T/docker.calls"
}

@test "a port that is used inside the container and a password file elsewhere are refused" {
  MYSQL_PASSWORD_FILE=$T/secret run -2 all_ready start_all
  [[ $output == *"containers keep the password in $PROJECT/var/stack/secrets/mysql_password: put yours there"* ]]
  KAFKA_PORT=29092 run -2 all_ready start_all
  [[ $output == *'port 29092 is used inside the container: give KAFKA_PORT another value in .env' ]]
}

@test "a failure of Compose is reported with its cause" {
  # The messages of several versions of Docker.
  for said in "Bind for 127.0.0.1:$KAFKA_PORT failed: port is already allocated" \
    "Error starting userland proxy: listen tcp4 127.0.0.1:$KAFKA_PORT: bind: address already in use" \
    "failed to bind host port for 127.0.0.1:$KAFKA_PORT:172.18.0.2:9092/tcp: address already in use" \
    "ports are not available: exposing port TCP 127.0.0.1:$KAFKA_PORT -> 127.0.0.1:0: bind: permission denied"; do
    docker_answers 'compose * up *' 1 "Error response from daemon: $said"
    run -2 all_ready start_all
    [[ $output == *"port $KAFKA_PORT (KAFKA_PORT) is taken: give KAFKA_PORT another value in .env" ]]
  done
  docker_answers 'compose * up *' 1 'dependency failed to start: container ecom-namenode-1 is unhealthy'
  docker_answers 'compose * logs *' 0 'cannot lock storage'
  export STACK_TIMEOUT=1
  run -5 all_ready start_all
  [[ $output == *'  | cannot lock storage'* ]]
  [[ $output == *'namenode is not ready after 1 s (STACK_TIMEOUT): see orchestration/stack/logs namenode' ]]
  [ "$(grep -c ' up --detach ' "$T/docker.calls")" -gt 2 ]
  run -5 all_ready 'namenode_state() { echo "{\"FSState\" : \"safeMode\"}"; }; start_all'
  [[ $output == *'not ready after 1 s (STACK_TIMEOUT): HDFS is in safe mode (hdfs dfsadmin -safemode get)' ]]
  docker_answers 'compose * up *' 1 'dependency failed to start: container ecom-mysql-1 is unhealthy'
  docker_answers 'exec ecom-mysql-1 *' 1 "ERROR 1045 (28000): Access denied for user 'sqoop'@'127.0.0.1'"
  run -5 all_ready start_all
  [[ $output == *'not ready after 1 s (STACK_TIMEOUT): the database refuses its user: '*'/reset begins anew' ]]
  docker_answers 'compose * up *' 1 'toomanyrequests: slow down'
  run -5 all_ready start_all
  [[ $output == *'  | toomanyrequests: slow down'*'the containers do not start: see '*/compose.log ]]
}

@test "an image that cannot be built is an error only if there is no older one" {
  docker_answers 'compose * build' 1 'no route to host'
  run -0 all_ready 'claim_engine; start_all'
  [[ $output == *'  | no route to host'*'warning: the image cannot be built anew (see '*'): using the existing one'* ]]
  docker_answers 'image inspect *' 1
  run -5 all_ready start_all
  [[ $output == *'  | no route to host'*'the image cannot be built: see '* ]]
}

@test "up --ui --yarn starts these as well" {
  docker_answers 'compose * up *' 1 stop-here
  sed -i '2i printf "%s %s\\n" "$COMPOSE_PROFILES" "$MAPREDUCE_FRAMEWORK" >"$T/docker.profiles"' "$T/bin/docker"
  COMPOSE_PROFILES=tools run -5 "$STACK_HOME/up" --ui --yarn
  [ "$(<"$T/docker.profiles")" = 'tools,ui,yarn yarn' ]
  # The choice holds for every script until `down`.
  run -5 "$STACK_HOME/up"
  [ "$(<"$T/docker.profiles")" = 'ui,yarn yarn' ]
  run -0 "$STACK_HOME/down"
  run -5 "$STACK_HOME/up"
  [ "$(<"$T/docker.profiles")" = ' local' ]
  STACK=native ECOM_VAR_DIR=$T/other run -2 "$STACK_HOME/up" --ui
  [[ $output == *'--ui needs Docker: STACK=docker' ]]
}

@test "an unchanged image keeps its id when it is built again" {
  sed -i '2i printf "%s %s\\n" "${BUILDX_NO_DEFAULT_ATTESTATIONS-}" "$*" >>"$T/docker.builds"' "$T/bin/docker"
  run -0 all_ready 'claim_engine; start_all'
  grep -qE '^1 compose .* build$' "$T/docker.builds"
}

@test "another checkout's containers are not taken over" {
  docker_answers 'ps --all *' 0 /home/somebody/else
  run -2 all_ready start_all
  [[ $output == *'the containers of the Compose project ecom belong to /home/somebody/else: give COMPOSE_'* ]]
  # Another path of the same checkout is accepted.
  ln -s "$PROJECT" "$T/link"
  docker_answers 'ps --all *' 0 "$T/link"
  run -0 all_ready 'claim_engine; start_all'
}

# stores ID: servers whose HDFS has that cluster id.
stores() { all_ready "http_get() { echo '\"ClusterId\" : \"$1\",'; }; claim_engine; start_all"; }

@test "when the volumes were deleted, the stores hold no data set" {
  stores CID-1
  echo sample >"$PROJECT/var/stack/data/data_set"
  stores CID-1
  [ -e "$PROJECT/var/stack/data/data_set" ]
  stores CID-2
  [ ! -e "$PROJECT/var/stack/data/data_set" ]
}

# --- down, status, reset, logs ---

@test "down stops the containers of every profile, and keeps the volumes" {
  docker_answers 'ps *' 0 'mysql 1a2b3c\nkafka 1a2b3c\nnamenode 1a2b3c\nflume 1a2b3c'
  docker_answers '* agent status' 0 'log-agent down - -'
  run -0 "$STACK_HOME/down"
  grep -qE "^compose .* --profile \* down --remove-orphans$" "$T/docker.calls"
  [[ $output == *'mysql stopped'* && $(<"$T/docker.calls") != *--volumes* ]]
}

@test "status shows the containers, as a table and as JSON" {
  docker_answers 'ps *' 0 'mysql 1a2b3c\nkafka 1a2b3c\nnamenode 1a2b3c\nflume 1a2b3c'
  docker_answers 'stats *' 0 '1a2b3c 1.5GiB / 2GiB'
  docker_answers '* agent status' 0 'log-agent run 17 5\nkafka-agent run 18 5'
  docker_answers '* sed *' 0 2048
  docker_answers '*SELECT VERSION()' 0 8.4.7
  run -5 "$STACK_HOME/status"
  [[ ${lines[0]} =~ ^SERVER\ +STATE\ +ADDRESS\ +VERSION\ +CONTAINER\ +MEMORY$ ]]
  [[ ${lines[1]} =~ ^mysql\ +ready\ +127.0.0.1:$MYSQL_PORT\ +8.4.7\ +1a2b3c\ +1536\ MB$ ]]
  [[ ${lines[2]} =~ ^kafka\ +unhealthy\ .*\ $(in_stack pom_version kafka)\  ]]
  [[ ${lines[5]} =~ ^log-agent\ +unhealthy\ .*\ $(in_stack pom_version flume)\ +1a2b3c\ +2\ MB$ ]]
  run -5 "$STACK_HOME/status" --format json
  [[ ${lines[1]} == *'"server": "mysql", "state": "ready", '*'"container": "1a2b3c", "memory_kb": 1572864}'* ]]
  docker_answers '*' 1
  run -5 "$STACK_HOME/status" --format json
  [ "$(grep -c '"state": "stopped".*"container": null, "memory_kb": null' <<<"$output")" -eq 6 ]
}

@test "versions names what would run, and what the image holds" {
  printf 'Java\t21\t1999-12\tx\nMySQL\t8.4\tlong\tx\n' >"$STACK_HOME/support.tsv"
  docker_answers '*SELECT VERSION()' 1
  run -0 "$STACK_HOME/versions"
  [[ $output =~ MySQL\ +8.4\ +long ]]
  for name in Kafka Connector/J; do
    part=${name,,}
    [[ $output =~ $name\ +$(in_stack pom_version "${part//\//-}")\ +-.*Java\ +-\ +- ]]
  done
  docker_answers '*SELECT VERSION()' 0 8.4.7
  docker_answers 'run * java *' 0 'openjdk version "21.0.9" 2025-10-21'
  docker_answers 'run * cat *' 0 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"'
  run -0 "$STACK_HOME/versions"
  [[ $output =~ MySQL\ +8.4.7\ +long.*Java\ +21.0.9\ +ended\ 1999-12.*Debian\ +13\ +- ]]
}

@test "reset asks, deletes the volumes and the secret, and keeps images and waiting log files" {
  all_ready 'claim_engine; start_all'
  touch "$PROJECT/var/logs/incoming/x.log"
  run -2 "$STACK_HOME/reset" </dev/null
  [ -e "$PROJECT/var/stack/secrets/mysql_password" ]
  docker_answers 'ps *' 1
  run -0 "$STACK_HOME/reset" --yes
  [[ $output == *'all data in the volumes of the Compose project ecom is deleted' ]]
  grep -qE "^compose .* down --volumes$" "$T/docker.calls"
  [[ $(<"$T/docker.calls") != *rmi* ]]
  [ ! -e "$PROJECT/var/stack/secrets" ] && [ ! -e "$PROJECT/var/stack/engine" ]
  [ -e "$PROJECT/var/logs/incoming/x.log" ]
}

@test "logs shows a service's log without control characters, and follows it" {
  docker_answers 'compose * logs *' 0 'up \033[31mred'
  run -0 "$STACK_HOME/logs" kafka --lines 5 -f
  [ "$output" = 'up  [31mred' ]
  grep -qE "^compose .* logs --no-color --tail 5 --follow kafka$" "$T/docker.calls"
  run -2 "$STACK_HOME/logs" zookeeper
  [[ $output == *'there is no server zookeeper: mysql kafka namenode datanode log-agent kafka-agent' ]]
  mkdir -p "$T/native/stack/logs"
  echo 'a native line' >"$T/native/stack/logs/mysql.log"
  STACK=native ECOM_VAR_DIR=$T/native run -0 "$STACK_HOME/logs" mysql
  [ "$output" = 'a native line' ]
}

# --- Flume ---

@test "agents are started and stopped by their supervisor" {
  docker_answers '* agent status' 0 'log-agent down - -'
  in_stack 'gone log-agent && start_agent log-agent && stop_agent log-agent'
  grep -qx 'exec ecom-flume-1 agent up log-agent' "$T/docker.calls"
  grep -qx 'exec ecom-flume-1 agent down log-agent' "$T/docker.calls"
  docker_answers '* agent status' 0 'log-agent run 17 5'
  run -1 in_stack 'gone log-agent'
  run -1 in_stack 'stop_agent log-agent'
  [[ $output == *'log-agent cannot be ended' ]]
  docker_answers '* agent up *' 1
  run -5 in_stack 'start_agent kafka-agent'
  [[ $output == *'the container of the Flume agents does not run: run orchestration/stack/up' ]]
}

# --- inside ---

@test "inside the containers' network, a command runs in its own container, and servers have names" {
  export STACK=inside
  recording_java
  in_stack 'on kafka kafka-topics --list'
  [[ $(calls java) == *' org.apache.kafka.tools.TopicCommand --bootstrap-server localhost:'*' --list' ]]
  [ "$(in_stack 'for name in "${SERVERS[@]}" "${AGENTS[@]}"; do address "$name"; done' | xargs)" = \
    'mysql kafka namenode datanode flume flume' ]
  [ "$(in_stack ports_kafka)" = KAFKA_INTERNAL_PORT ]
  [ ! -e "$T/docker.calls" ]
}

@test "inside, the scripts wait for the servers, and do not stop or empty them" {
  export STACK=inside
  run -0 all_ready 'claim_engine; start_all'
  [[ $output == *'mysql is ready'*'datanode is ready' ]]
  [ "$(<"$PROJECT/var/stack/engine")" = docker ]
  mkdir -p "$PROJECT/var/stack/data"
  run -2 "$STACK_HOME/down"
  run -2 "$STACK_HOME/reset" --yes
  [[ $output == *'this runs inside a container: stop and reset the servers on the host' ]]
  [ -e "$PROJECT/var/stack/data" ]
  stores CID-1
  echo sample >"$PROJECT/var/stack/data/data_set"
  stores CID-1
  [ -e "$PROJECT/var/stack/data/data_set" ]
  stores CID-2
  [ ! -e "$PROJECT/var/stack/data/data_set" ]
  STACK_TIMEOUT=1 run -5 in_stack 'ready_mysql() { false; }; start_all'
  [[ $output == *'mysql does not answer at mysql: run docker compose up -d on the host' ]]
}

@test "inside, a folder of native servers is refused" {
  mkdir -p "$PROJECT/var/stack/data"
  echo native >"$PROJECT/var/stack/engine"
  STACK=inside run -2 in_stack claim_engine
  [[ $output == *"the servers and data of the host's folder belong to the native engine: run STACK=native "* ]]
  [ "$(<"$PROJECT/var/stack/engine")" = native ]
  # The servers' own containers have data, but no note of the engine.
  rm "$PROJECT/var/stack/engine"
  STACK=inside run -0 in_stack :
}

@test "a health check needs only what the image and the compose file set" {
  mkdir -p "$T/inside/stack/conf/hadoop"
  healthy() { env -i PATH="$PATH" ECOM_VAR_DIR="$T/inside" "$STACK_HOME/docker/healthy" "$1"; }
  run -1 healthy toolbox
  [ -z "$output" ]
  touch "$T/inside/stack/conf/hadoop/mapred-site.xml"
  run -0 healthy toolbox
}
