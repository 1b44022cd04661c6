#!/usr/bin/env bats
# The containers and their image: their rights, their secrets, and their data. The tests depend on each other and run in
# order. orchestration/test.sh provides a daemon and settings; alone, the tests find both themselves.

bats_require_minimum_version 1.5.0

load ../stack_helper
load ../docker_daemon

setup_file() {
  if [[ ${STACK-} != docker || -z ${COMPOSE_PROJECT_NAME-} ]]; then
    export OWN_FOLDER
    OWN_FOLDER=$(mktemp -d)
    start_docker "$OWN_FOLDER/daemon" || skip "SKIPPED: $DOCKER_MISSING"
    unused_ports
    make_images >&3 2>&1
    export STACK=docker COMPOSE_PROJECT_NAME=ecom-image-$$ ECOM_VAR_DIR=$OWN_FOLDER/var
    export LOG_SPOOL_DIR=$OWN_FOLDER/var/logs/incoming
  fi
  export STACK_IMAGE_NAME=${STACK_IMAGE:-ecom-stack}
}

teardown_file() {
  [[ -n ${OWN_FOLDER-} ]] || return 0
  compose --profile '*' down --volumes --remove-orphans >/dev/null 2>&1
  end_docker
  rm -rf -- "$OWN_FOLDER"
}

setup() { cd "$BATS_TEST_TMPDIR"; }

compose() { docker compose --project-directory "$ROOT" --file "$ROOT/docker-compose.yml" "$@"; }
container() { echo "$COMPOSE_PROJECT_NAME-$1-1"; }
inside() { docker exec -i "$(container "$1")" "${@:2}"; }
hdfs() { inside sqoop hdfs "$@"; }
mysql() { inside sqoop mysql -N testdb -e "$1"; }
SERVICES=(mysql kafka namenode datanode sqoop flume)

# eventually SECONDS COMMAND…: repeats it until it succeeds or the time is over.
eventually() {
  local deadline=$((SECONDS + $1))
  until "${@:2}" 2>/dev/null; do
    ((SECONDS < deadline)) || { echo "not within $1 s: ${*:2}" && return 1; }
    sleep 0.5
  done
}
healthy() { [[ $(docker inspect --format '{{.State.Health.Status}}' "$(container "$1")") == healthy ]]; }
restarted() { [[ $(docker inspect --format '{{.RestartCount}}' "$(container "$1")") -gt $2 ]]; }
agents_healthy() {
  [[ -e $LOG_SPOOL_DIR ]] && inside flume agent status | grep -q "^$1 run " &&
    inside flume curl -fsS "http://flume:${2}/metrics" | grep -q SINK.hdfs-sink
}

@test "in an empty folder, one command is enough, and the first write succeeds" {
  [ ! -e "$ECOM_VAR_DIR/stack/secrets/mysql_password" ]
  compose up --detach --wait
  echo 'a line' | hdfs dfs -put - /greeting.txt
  inside kafka kafka-topics --create --topic ecommerce-transactions --partitions 3
  mysql "CREATE TABLE book (id INT PRIMARY KEY, title VARCHAR(50)); INSERT INTO book VALUES (1, 'Zoë')"
  for service in "${SERVICES[@]}"; do healthy "$service"; done
}

@test "no server runs as root or can become root" {
  for service in "${SERVICES[@]}"; do
    [ "$(inside "$service" id -u)" -ne 0 ]
    inside "$service" grep -qE '^CapEff:\s0+$' /proc/1/status
    inside "$service" grep -qE '^NoNewPrivs:\s1$' /proc/1/status
  done
  run docker run --rm --entrypoint id "$STACK_IMAGE_NAME" -u
  [ "$output" -ne 0 ]
}

@test "no container has any rights, except four for the first one, which creates the secrets" {
  for service in secrets "${SERVICES[@]}"; do
    container=$(container "$service")
    run docker inspect "$container" --format \
      '{{.HostConfig.CapDrop}} {{.HostConfig.CapAdd}} {{.HostConfig.SecurityOpt}} {{.HostConfig.Privileged}}'
    if [[ $service == secrets ]]; then
      # Some versions of Compose write CAP_ before each name.
      [[ ${output//CAP_/} == '[ALL] [CHOWN DAC_OVERRIDE FOWNER FSETID] [no-new-privileges:true] false' ]]
    else
      [[ $output == '[ALL] [] [no-new-privileges:true] false' ]]
    fi
    [ "$(docker inspect --format '{{.HostConfig.Memory}}' "$container")" -gt 0 ]
    [[ $service == mysql || $(docker inspect --format '{{.HostConfig.ReadonlyRootfs}}' "$container") == true ]]
  done
}

@test "ports are published on 127.0.0.1 only" {
  for service in "${SERVICES[@]}"; do docker port "$(container "$service")"; done >ports
  [ "$(wc -l <ports)" -eq 8 ]
  run grep -v -- '-> 127\.0\.0\.1:' ports
  [ -z "$output" ]
  # Nothing listens for such a port on another address.
  for port in $(sed 's/.*://' ports); do
    [ "$(listening | awk -v port="$(printf '%04X' "$port")" '$2 == port { print $1 }' | sort -u)" = 0100007F ]
  done
}

# listening: addresses and ports of this machine's listening TCP sockets, from /proc, including IPv6.
listening() { awk '$4 == "0A" { sub(/:/, " ", $2); print $2 }' /proc/net/tcp /proc/net/tcp6; }

@test "only the users who need a secret can read it" {
  secret=$(<"$ECOM_VAR_DIR/stack/secrets/mysql_password")
  [ "${#secret}" -ge 32 ]
  [ "$(stat -c '%a %u' "$ECOM_VAR_DIR/stack/secrets/mysql_password")" = "400 $(stat -c %u "$ROOT/docker-compose.yml")" ]
  [ "$(inside sqoop cat /run/secrets/mysql_password)" = "$secret" ]
  inside mysql test -r /run/secrets/mysql_root_password
  run inside sqoop cat /run/secrets/mysql_root_password
  [ "$status" -ne 0 ]
  for service in kafka namenode datanode flume; do
    run inside "$service" cat /run/secrets/mysql_password
    [ "$status" -ne 0 ]
  done
}

@test "files created for the host belong to the owner of the checkout" {
  : >checkout
  ((EUID != 0)) || chown 12345 checkout
  mkdir -p var/logs/incoming
  make_secrets() {
    docker run --rm --network none --user root --cap-drop ALL --cap-add CHOWN --cap-add DAC_OVERRIDE --cap-add FOWNER \
      --cap-add FSETID --env MYSQL_USER=sqoop --volume "$PWD/checkout:/checkout:ro" --volume "$PWD/var:/host/var" \
      --volume "$PWD/var/logs/incoming:/host/spool" --volume /run/secrets --entrypoint make-secrets "$STACK_IMAGE_NAME"
  }
  make_secrets
  [ "$(find var -printf '%U\n' | sort -u)" = "$(stat -c %u checkout)" ]
  [ "$(stat -c '%a' var/stack/secrets/mysql_password)" = 400 ]
  [ "$(stat -c '%g %a' var/logs/incoming)" = '10001 2775' ]
  # An existing one is used, unless Sqoop would read it differently.
  rm -f var/stack/secrets/mysql_password
  echo waiting >var/stack/secrets/mysql_password
  run make_secrets
  [[ $status -eq 2 && $output == *'holds a newline, which Sqoop would take as part of the password: remove it' ]]
  printf waiting >var/stack/secrets/mysql_password
  make_secrets
  [ "$(<var/stack/secrets/mysql_password)" = waiting ]
}

# The secrets, one per line.
secrets() {
  cat "$ECOM_VAR_DIR/stack/secrets/mysql_password" && echo
  inside mysql cat /run/secrets/mysql_root_password && echo
}

# layers IMAGE: the digests of its layers, the lowest first.
layers() { docker image inspect --format '{{range .RootFS.Layers}}{{println .}}{{end}}' "$1" | grep .; }

@test "no layer of the image holds a secret of its checkout, and a changed script changes one layer" {
  image=$COMPOSE_PROJECT_NAME-secrets
  mkdir checkout saved
  (cd "$ROOT" && git ls-files -co --exclude-standard -z |
    xargs -0 cp --parents --target-directory="$BATS_TEST_TMPDIR/checkout")
  secret=canary$RANDOM$RANDOM
  for path in .env .git/config var/stack/secrets/mysql_password var/stack/engine data/sample/customers.csv \
    orchestration/tests/secret; do
    mkdir -p "checkout/$(dirname "$path")"
    echo "$secret" >>"checkout/$path"
  done
  echo "# changed-$secret" | tr -d 0-9 >>checkout/orchestration/lib.sh
  STACK_IMAGE=$image docker compose --project-directory checkout --file checkout/docker-compose.yml build secrets
  docker save "$image" | tar -x -C saved
  layers "$STACK_IMAGE_NAME" >before
  layers "$image" >after
  docker image rm "$image" >/dev/null
  # Layers are tar archives with any name, possibly compressed.
  find saved -type f -size +1k -exec sh -c 'tar -xOf "$1" 2>/dev/null' _ {} \; >content
  grep -qaF '# changed-canary' content
  run -1 grep -aqF "$secret" content
  find saved -type f -size +1k -exec sh -c 'tar -tf "$1" 2>/dev/null' _ {} \; >files
  [ "$(grep -c 'opt/ecom/orchestration/stack/bin/sqoop$' files)" -ge 1 ]
  run grep -E -e '(^|/)(\.env|\.git|\.git/.*|\.m2|\.m2/.*|id_rsa|id_ed25519)$|\.key$|\.pem$|\.p12$' \
    -e '(^|/)(mysql_password|run/secrets/.*|var/stack/.*)$' \
    <(grep -vE '^\.?/?(etc/ssl|usr/lib/ssl|usr/share/ca-certificates|usr/share/perl|usr/lib/jvm)' files)
  [ -z "$output" ]
  # What rarely changes is below what often changes.
  [ "$(comm -3 <(sort before) <(sort after) | wc -l)" -eq 2 ]
  diff <(head -n 5 before) <(head -n 5 after)
  rm -rf -- "${BATS_TEST_TMPDIR:?}"/*
}

@test "the image has its labels" {
  for label in 'title ecom-stack' 'description Kafka, HDFS, Sqoop and Flume*' 'licenses MIT'; do
    name=org.opencontainers.image.${label%% *}
    run docker image inspect --format "{{index .Config.Labels \"$name\"}}" "$STACK_IMAGE_NAME"
    [[ $output == ${label#* } ]]
  done
}

# check SERVICE: its own health check, once, with the time that Docker gives it.
check() {
  local command
  mapfile -t command < <(docker inspect "$(container "$1")" \
    --format '{{range .Config.Healthcheck.Test}}{{println .}}{{end}}' | grep .)
  timeout 10 docker exec "$(container "$1")" "${command[@]:1}"
}

@test "a server that hangs is not healthy" {
  for service in mysql kafka namenode datanode; do
    check "$service"
    inside "$service" bash -c 'kill -STOP -1'
    run check "$service"
    inside "$service" bash -c 'kill -CONT -1'
    [ "$status" -ne 0 ]
    eventually 30 check "$service"
  done
}

@test "Docker shows no secret of the containers and the image" {
  {
    for service in secrets "${SERVICES[@]}"; do docker inspect "$(container "$service")"; done
    docker image inspect "$STACK_IMAGE_NAME"
    docker history --no-trunc "$STACK_IMAGE_NAME"
    compose config
    compose logs
    for service in "${SERVICES[@]}"; do docker top "$(container "$service")" -eo pid,args; done
  } >told 2>&1
  [ "$(wc -l <told)" -gt 500 ]
  run grep -F -f <(secrets) told
  [ -z "$output" ]
}

@test "WebHDFS works on this machine and inside the network" {
  path='/webhdfs/v1/greeting.txt?op=OPEN'
  [ "$(curl -fsSL --noproxy '*' "http://localhost:$NAMENODE_HTTP_PORT$path")" = 'a line' ]
  [ "$(inside flume curl -fsSL "http://namenode:9870$path")" = 'a line' ]
  [ "$(inside sqoop curl -fsSL "http://namenode:9870$path")" = 'a line' ]
}

@test "log files in the spool folder arrive once, and a stop waits for them" {
  inside flume agent up
  eventually 120 agents_healthy log-agent 41414
  eventually 120 agents_healthy kafka-agent 41415
  seq 3000 | sed 's/^/INFO line é /' >"$LOG_SPOOL_DIR/.a.log"
  mv "$LOG_SPOOL_DIR/.a.log" "$LOG_SPOOL_DIR/a.log"
  eventually 30 test ! -e "$LOG_SPOOL_DIR/a.log"
  compose stop flume
  [ "$(docker inspect --format '{{.State.ExitCode}}' "$(container flume)")" = 0 ]
  diff <(seq 3000 | sed 's/^/INFO line é /') <(hdfs dfs -cat '/user/flume/logs/*/*/*/*')
  [ -z "$(hdfs dfs -find /user/flume -name '_*')" ]
}

@test "running agents come back with their container, and a crashed one is restarted" {
  compose start flume
  eventually 120 agents_healthy log-agent 41414
  before=$(inside flume agent status log-agent | cut -d ' ' -f 3)
  # A container with an agent that hangs is unhealthy.
  inside flume bash -c 'kill -STOP "$1"' stop "$before"
  run check flume
  inside flume bash -c 'kill -CONT "$1"' go-on "$before"
  [ "$status" -ne 0 ]
  inside flume bash -c 'kill -KILL "$1"' kill "$before"
  eventually 120 agents_healthy log-agent 41414
  [ "$(inside flume agent status log-agent | cut -d ' ' -f 3)" != "$before" ]
  inside flume agent down
  [ "$(inside flume agent status | grep -c ' down ')" = 2 ]
}

@test "each server that ends comes back by itself, with its data" {
  for service in "${SERVICES[@]}"; do
    count=$(docker inspect --format '{{.RestartCount}}' "$(container "$service")")
    inside "$service" bash -c 'kill -KILL -1' || true
    eventually 30 restarted "$service" "$count"
  done
  for service in "${SERVICES[@]}"; do eventually 180 healthy "$service"; done
  [ "$(mysql 'SELECT title FROM book')" = Zoë ]
  [ "$(hdfs dfs -cat /greeting.txt)" = 'a line' ]
  [ "$(inside kafka kafka-topics --list | grep -c '^ecommerce-transactions$')" = 1 ]
}

@test "down and up again keep every store, and nothing is formatted twice" {
  formats() {
    inside namenode cat /var/lib/ecom/stack/data/namenode/current/VERSION
    inside kafka cat /var/lib/ecom/stack/data/kafka/meta.properties
  }
  before=$(formats)
  secret=$(<"$ECOM_VAR_DIR/stack/secrets/mysql_password")
  compose down
  compose up --detach --wait
  [ "$(formats)" = "$before" ]
  [ "$(<"$ECOM_VAR_DIR/stack/secrets/mysql_password")" = "$secret" ]
  [ "$(mysql 'SELECT title FROM book')" = Zoë ]
  [ "$(hdfs dfs -cat /greeting.txt)" = 'a line' ]
  [ "$(inside flume agent status | grep -c ' down ')" = 2 ]
}

@test "with the profile yarn, Sqoop's mappers run on YARN" {
  MAPREDUCE_FRAMEWORK=yarn compose --profile yarn build resourcemanager
  MAPREDUCE_FRAMEWORK=yarn compose --profile yarn up --detach --wait
  inside sqoop sqoop import --connect jdbc:mysql://mysql:3306/testdb --username sqoop \
    --password-file file:///run/secrets/mysql_password --table book --target-dir /book -m 1
  [ "$(hdfs dfs -cat '/book/part-*')" = 1,Zoë ]
  inside resourcemanager yarn application -list -appStates FINISHED >out
  grep -E 'book.*MAPREDUCE.*FINISHED.*SUCCEEDED' out
  compose --profile yarn rm --stop --force resourcemanager nodemanager
}

# The tools' own container, with the binaries that are built here: no Rust image is needed.
tools() {
  TOOLS_IMAGE=$COMPOSE_PROJECT_NAME-tools ECOM_BIN_DIR=$ECOM_BIN_DIR docker compose --project-directory "$ROOT" \
    --file "$ROOT/docker-compose.yml" --file "$ROOT/orchestration/tests/tools.yml" --profile tools "$@"
}

page_tells() {
  curl -fsS --noproxy '*' --header "Authorization: Bearer $MONITOR_TOKEN" \
    "http://localhost:$KAFKA_UI_PORT/api/snapshot" | grep -qF "$1"
}
operational() {
  inside namenode curl -fsS 'http://namenode:9870/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState' |
    grep -q '"Operational"'
}

@test "a NameNode without a DataNode is not healthy" {
  compose down --volumes
  rm -rf -- "$ECOM_VAR_DIR/stack" "$ECOM_VAR_DIR/logs"
  compose up --detach namenode
  eventually 60 operational
  run check namenode
  [ "$status" -ne 0 ]
  compose up --detach --wait datanode
  eventually 30 check namenode
}

@test "the whole pipeline runs inside, and its files belong to the owner of the folder" {
  [[ -x ${ECOM_BIN_DIR:=$ROOT/target/debug}/reconciler ]] || skip 'SKIPPED: the tools are not built'
  compose down --volumes
  rm -rf -- "$ECOM_VAR_DIR/stack" "$ECOM_VAR_DIR/logs"
  ((EUID != 0)) || chown 12345 "$ECOM_VAR_DIR"
  tools build tools
  tools run --rm -T tools >out 2>&1 || { cat out && false; }
  grep -F 'Pipeline complete' out
  grep -F "HDFS at http://localhost:$NAMENODE_HTTP_PORT" out
  run ! grep -F 'does not answer' out
  tools run --rm -T tools verify_hdfs.sh >out 2>&1 || { cat out && false; }
  grep -F 'every record is where it should be' out
  [ "$(find "$ECOM_VAR_DIR" -path "$LOG_SPOOL_DIR" -prune -o ! -uid "$(stat -c %u "$ECOM_VAR_DIR")" -print)" = '' ]
  [ "$(stat -c %u "$LOG_SPOOL_DIR")" = "$(stat -c %u "$ECOM_VAR_DIR")" ]
  # The monitor's page, from in there to this machine.
  export MONITOR_TOKEN=token-of-the-tests
  tools run --detach --rm --name "$COMPOSE_PROJECT_NAME-page" --env MONITOR_TOKEN \
    --publish "127.0.0.1:$KAFKA_UI_PORT:8090" tools monitor --web --listen 0.0.0.0:8090
  eventually 30 page_tells '"verdict":"complete"'
  run -22 curl -fsS --noproxy '*' "http://localhost:$KAFKA_UI_PORT/api/snapshot"
  docker stop "$COMPOSE_PROJECT_NAME-page"
  run tools run --rm -T tools id
  [[ $output != *'uid=0'* || $(stat -c %u "$ECOM_VAR_DIR") == 0 ]]
  ((EUID != 0)) || chown -R 0 "$ECOM_VAR_DIR"
  docker image rm "$COMPOSE_PROJECT_NAME-tools" >/dev/null
}

@test "a host folder that was deleted gets the database's password again" {
  secret=$(<"$ECOM_VAR_DIR/stack/secrets/mysql_password")
  rm -rf -- "$ECOM_VAR_DIR/stack/secrets"
  compose up --detach --wait
  [ "$(<"$ECOM_VAR_DIR/stack/secrets/mysql_password")" = "$secret" ]
  compose down --volumes
  rm -rf -- "$ECOM_VAR_DIR"/{stack,logs,runs}
}
