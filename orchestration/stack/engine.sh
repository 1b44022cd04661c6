# shellcheck shell=bash
# Which engine runs the servers: native (private processes of this machine) or docker (Docker Compose). Inside the
# containers it is "inside". The settings load this file.

# What up, down, status, reset, logs and the Flume scripts ask of an engine: native.sh, docker.sh and inside.sh each
# define all of it, and IDENTIFIED_BY, what status calls the identity of a server.
#
#   start_all                     all servers
#   stop_all [--drain SECONDS]    all servers and the Flume agents, which get that time to finish
#   start_agent, stop_agent AGENT one Flume agent; start_agent recovers its open files first
#   gone NAME                     whether a server or agent does not run
#   ports_kafka, ports_datanode   the settings of their ports on this side, the main one first
#   version_mysql                 version of the database
#   jar_version MODULE NAME [ID]  version of a jar; ID is its name in pom.xml, if that is not MODULE
#   beside_servers COMMAND…       runs a command where the servers are, whether or not they run
#   data_place, delete_data       where the data are, for the question before they are deleted
#   survey                        before identity and memory are asked of many servers
#   identity, memory NAME         process or container, and memory in kB
#   show_logs LINES FOLLOW NAME…  the last lines of each log; new lines, too, if FOLLOW is not empty
#   log_of NAME                   its log since it was started, or the end of that, for `cause`
#   log_tail NAME                 the last lines of a log on stderr, indented
# shellcheck disable=SC2034 # for the tests
ENGINE_FUNCTIONS=(start_all stop_all start_agent stop_agent gone ports_kafka ports_datanode version_mysql jar_version
  beside_servers data_place delete_data survey identity memory show_logs log_of log_tail)

# The oldest Docker Compose that reads docker-compose.yml: older ones reject a default within a default.
COMPOSE_NEEDED=2.20

# compose_new_enough: whether Compose is installed and not too old.
compose_new_enough() {
  local version
  version=$(timeout 5 docker compose version --short 2>/dev/null) &&
    printf '%s\n' "$COMPOSE_NEEDED" "${version#v}" | sort --check=quiet --version-sort
}

# docker_answers: whether a Docker daemon answers soon, and Compose is installed.
docker_answers() {
  command -v docker >/dev/null && compose_new_enough &&
    [[ -n $(timeout 5 docker info --format '{{.ServerVersion}}' 2>/dev/null) ]]
}

# require_docker: ends the script with what is missing.
require_docker() {
  docker_answers || die 5 "the Docker daemon does not answer, or has no Docker Compose $COMPOSE_NEEDED or newer:" \
    "see https://docs.docker.com/engine/install"
}

# find_engine: the engine of the data that exist; if there are none, Docker if a daemon answers, else native.
find_engine() {
  if [[ -r $STACK_DIR/engine ]]; then
    cat -- "$STACK_DIR/engine"
  elif [[ ! -d $STACK_DIR/data ]] && docker_answers; then
    echo docker
  else
    echo native
  fi
}

# refuse_other_engine: a folder belongs to one engine; a second one would take its data as its own.
refuse_other_engine() {
  local other=native folder=$STACK_DIR
  # Seen from inside, the containers are Docker's, too. Most of them have only their own data in the folder; that of the
  # tools has the host's folder, under another name.
  [[ $STACK != inside ]] || other=docker folder="the host's folder"
  [[ ! -r $STACK_DIR/engine ]] || other=$(<"$STACK_DIR/engine")
  [[ -d $STACK_DIR/data && $other != "${STACK/inside/docker}" ]] || return 0
  die 2 "the servers and data of $folder belong to the $other engine:" \
    "run STACK=$other orchestration/stack/reset first, or give ECOM_VAR_DIR another folder"
}

# claim_engine: holds from the first start until a reset.
claim_engine() {
  mkdir -p -- "$STACK_DIR/data"
  printf '%s\n' "${STACK/inside/docker}" >"$STACK_DIR/engine"
}

# hdfs_user: the containers do not know the users of this machine.
hdfs_user() { if [[ $STACK == docker ]]; then echo ecom; else id -un; fi; }

# set_mysql_addresses: for commands that run at a service: in the containers' network, MySQL has another address.
# shellcheck disable=SC2034 # for the settings
set_mysql_addresses() {
  local server=$MYSQL_HOST:$MYSQL_PORT
  MYSQL_PASSWORD_URI=file://$MYSQL_PASSWORD_FILE
  if [[ $STACK == docker ]]; then
    server=mysql:3306
    MYSQL_PASSWORD_URI=file:///run/secrets/mysql_password
  fi
  MYSQL_JDBC_URL="jdbc:mysql://$server/$MYSQL_DATABASE?tinyInt1isBit=false"
}
