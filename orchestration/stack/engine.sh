# shellcheck shell=bash
# Which engine runs the servers: native (private processes of this machine) or docker (Docker Compose). The settings load
# this. Inside the containers it is "inside": there a command runs where it stands.

# The oldest Docker Compose that reads docker-compose.yml: older ones know no default within a default.
COMPOSE_NEEDED=2.20

# compose_new_enough: whether Compose is there and not too old.
compose_new_enough() {
  local version
  version=$(timeout 5 docker compose version --short 2>/dev/null) &&
    printf '%s\n' "$COMPOSE_NEEDED" "${version#v}" | sort --check=quiet --version-sort
}

# docker_answers: whether there is a Docker daemon, and Compose; asked with little patience.
docker_answers() {
  command -v docker >/dev/null && compose_new_enough &&
    [[ -n $(timeout 5 docker info --format '{{.ServerVersion}}' 2>/dev/null) ]]
}

# require_docker: ends the script with what is missing.
require_docker() {
  docker_answers ||
    die 5 "the Docker daemon does not answer, or has no Docker Compose $COMPOSE_NEEDED or newer: see https://docs.docker.com/engine/install"
}

# find_engine: the engine whose servers and data are here; while there are none, Docker if a daemon answers.
find_engine() {
  if [[ -r $STACK_DIR/engine ]]; then
    cat -- "$STACK_DIR/engine"
  elif [[ ! -d $STACK_DIR/data ]] && docker_answers; then
    echo docker
  else
    echo native
  fi
}

# refuse_other_engine: one folder holds what belongs to one engine; two would take each other's data for their own.
refuse_other_engine() {
  local other=native place=$STACK_DIR
  # The containers are Docker's, seen from inside too. Most of them have only data of their own there; the tools' has the
  # host's folder, under another name.
  [[ $STACK != inside ]] || other=docker place="the host's folder"
  [[ ! -r $STACK_DIR/engine ]] || other=$(<"$STACK_DIR/engine")
  [[ -d $STACK_DIR/data && $other != "${STACK/inside/docker}" ]] || return 0
  die 2 "the servers and data of $place belong to the $other engine: run STACK=$other orchestration/stack/reset first," \
    "or give ECOM_VAR_DIR another folder"
}

# claim_engine: from the first start on until a reset.
claim_engine() {
  mkdir -p -- "$STACK_DIR/data"
  printf '%s\n' "${STACK/inside/docker}" >"$STACK_DIR/engine"
}

# choose_profile NAME: Compose is to start what belongs to it, too.
# shellcheck disable=SC2034 # for the settings
choose_profile() {
  [[ ,${COMPOSE_PROFILES-}, == *",$1,"* ]] || COMPOSE_PROFILES=${COMPOSE_PROFILES:+$COMPOSE_PROFILES,}$1
  [[ $1 != yarn ]] || MAPREDUCE_FRAMEWORK=yarn
}

# chosen_profiles: what `up --ui` and `up --yarn` chose; `down` forgets it.
chosen_profiles() {
  local name
  [[ $STACK == docker && -r $STACK_DIR/profiles ]] || return 0
  while read -r name; do [[ $name != ui && $name != yarn ]] || choose_profile "$name"; done <"$STACK_DIR/profiles"
}

# docker_defaults: the same as in docker-compose.yml.
docker_defaults() {
  chosen_profiles
  default COMPOSE_PROJECT_NAME ecom
  default COMPOSE_PROFILES ''
  default STACK_IMAGE ecom-stack
  default MYSQL_IMAGE mysql:8.4
  default BASE_IMAGE debian:bookworm-slim
  default MYSQL_MEMORY 1g
  default KAFKA_MEMORY 1g
  default HDFS_MEMORY 768m
  default SQOOP_MEMORY 2g
  default FLUME_MEMORY 1536m
  default KAFKA_UI_PORT 8080
  default KAFKA_UI_IMAGE ghcr.io/kafbat/kafka-ui:v1.5.0
  default KAFKA_UI_MEMORY 768m
  default TOOLS_IMAGE ecom-tools
  default RUST_IMAGE rust:1.95-bookworm
  default TOOLS_MEMORY 2g
  default MAPREDUCE_FRAMEWORK local
  default YARN_HTTP_PORT 8088
  default YARN_IMAGE ecom-yarn
  default YARN_MEMORY 768m
  default NODEMANAGER_MEMORY 3g
}

# hdfs_user: in containers nobody has this machine's names.
hdfs_user() { if [[ $STACK == docker ]]; then echo ecom; else id -un; fi; }

# set_mysql_addresses: what a command takes that runs at a service: in the containers' network MySQL has its own name.
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
