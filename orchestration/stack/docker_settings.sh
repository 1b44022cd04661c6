# shellcheck shell=bash
# The settings of the Docker engine, and the profiles of Compose. lib.sh loads this.

# choose_profile NAME: adds a profile of Compose.
# shellcheck disable=SC2034 # for the settings
choose_profile() {
  [[ ,${COMPOSE_PROFILES-}, == *",$1,"* ]] || COMPOSE_PROFILES=${COMPOSE_PROFILES:+$COMPOSE_PROFILES,}$1
  [[ $1 != yarn ]] || MAPREDUCE_FRAMEWORK=yarn
}

# chosen_profiles: adds what `up --ui` and `up --yarn` chose, until `down`.
chosen_profiles() {
  local name
  [[ $STACK == docker && -r $STACK_DIR/profiles ]] || return 0
  while read -r name; do [[ $name != ui && $name != yarn ]] || choose_profile "$name"; done <"$STACK_DIR/profiles"
}

# docker_defaults: the defaults of docker-compose.yml.
docker_defaults() {
  chosen_profiles
  default COMPOSE_PROJECT_NAME ecom
  default COMPOSE_PROFILES ''
  default STACK_IMAGE ecom-stack
  default MYSQL_IMAGE mysql:8.4
  default BASE_IMAGE debian:trixie-slim
  default MYSQL_MEMORY 1g
  default KAFKA_MEMORY 1g
  default HDFS_MEMORY 768m
  default SQOOP_MEMORY 2g
  default FLUME_MEMORY 1536m
  default KAFKA_UI_PORT 8080
  default KAFKA_UI_IMAGE ghcr.io/kafbat/kafka-ui:v1.5.0
  default KAFKA_UI_MEMORY 768m
  default TOOLS_IMAGE ecom-tools
  default RUST_IMAGE rust:1.95-trixie
  default TOOLS_MEMORY 2g
  default MAPREDUCE_FRAMEWORK local
  default YARN_HTTP_PORT 8088
  default YARN_IMAGE ecom-yarn
  default YARN_MEMORY 768m
  default NODEMANAGER_MEMORY 3g
}
