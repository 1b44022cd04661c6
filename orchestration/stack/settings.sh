# shellcheck shell=bash
# The settings: from the environment, else .env, else the default. lib.sh loads them; .env.example explains them.

# Every name that the environment or .env may set. Other names in .env are ignored: it is data, never code.
SETTINGS=(STACK STACK_TIMEOUT ECOM_VAR_DIR ECOM_LIB_DIR LOG_SPOOL_DIR
  MYSQL_HOST MYSQL_PORT MYSQL_DATABASE MYSQL_USER MYSQL_PASSWORD_FILE MYSQL_TIMEOUT MYSQL_ANSWER_TIMEOUT
  KAFKA_PORT KAFKA_INTERNAL_PORT KAFKA_CONTROLLER_PORT KAFKA_BOOTSTRAP_SERVERS KAFKA_TOPIC KAFKA_TIMEOUT
  NAMENODE_PORT NAMENODE_HTTP_PORT DATANODE_PORT DATANODE_HTTP_PORT DATANODE_IPC_PORT HDFS_URI WEBHDFS_URL HDFS_USER
  HDFS_ROOT HDFS_TIMEOUT
  FLUME_LOG_AGENT_PORT FLUME_KAFKA_AGENT_PORT LOG_CHANNEL KAFKA_HEAP HDFS_HEAP FLUME_HEAP SQOOP_HEAP TOOL_HEAP
  SPARK_HEAP ANALYTICS_MASTER ANALYTICS_DIR
  COMPOSE_PROJECT_NAME COMPOSE_PROFILES STACK_IMAGE MYSQL_IMAGE BASE_IMAGE
  MYSQL_MEMORY KAFKA_MEMORY HDFS_MEMORY SQOOP_MEMORY FLUME_MEMORY
  KAFKA_UI_PORT KAFKA_UI_IMAGE KAFKA_UI_MEMORY TOOLS_IMAGE RUST_IMAGE TOOLS_MEMORY
  MAPREDUCE_FRAMEWORK YARN_HTTP_PORT YARN_IMAGE YARN_MEMORY NODEMANAGER_MEMORY)

# read_env_file FILE: sets the known names that are unset or empty in the environment. The tools read the file with the
# same grammar: crates/ecom-core/tests/dot_env.table tests both.
read_env_file() {
  local line name value number=0
  local pattern='^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$'
  while IFS= read -r line || [[ -n $line ]]; do
    number=$((number + 1)) line=${line%$'\r'}
    [[ $line =~ ^[[:space:]]*(#|$) ]] && continue
    [[ $line =~ $pattern ]] || die 2 "$1, line $number: not of the form NAME=VALUE"
    name=${BASH_REMATCH[2]} value=${BASH_REMATCH[3]}
    [[ " ${SETTINGS[*]} " == *" $name "* && -z ${!name-} ]] || continue
    value=${value%"${value##*[![:space:]]}"}
    [[ $value =~ ^\"(.*)\"$ || $value =~ ^\'(.*)\'$ ]] && value=${BASH_REMATCH[1]}
    printf -v "$name" %s "$value"
  done <"$1"
}

# default NAME VALUE: for a setting that neither the environment nor .env sets.
default() { [[ -n ${!1-} ]] || printf -v "$1" %s "$2"; }

# default_path NAME VALUE: the same; a relative path starts at the repository.
default_path() {
  default "$1" "$2"
  [[ ${!1} == /* ]] || printf -v "$1" %s "$REPO/${!1}"
  [[ ${!1} != *[[:cntrl:]:\;,\"\'\\\$\`*?#%]* ]] || die 2 "$1: a path here cannot hold : ; , \" ' \\ \$ \` * ? # or %"
}

apply_defaults() {
  default_path ECOM_VAR_DIR "$REPO/var"
  STACK_DIR=$ECOM_VAR_DIR/stack
  [[ -n ${STACK-} ]] || STACK=$(find_engine)
  default STACK_TIMEOUT 180
  default_path ECOM_LIB_DIR "$STACK_DIR/lib"
  default_path LOG_SPOOL_DIR "$ECOM_VAR_DIR/logs/incoming"

  # Not for users: where servers listen, and the host name of Kafka. In containers: everywhere, and `kafka`.
  default LISTEN_ADDRESS 127.0.0.1
  default KAFKA_INTERNAL_HOST 127.0.0.1

  default MYSQL_HOST localhost
  default MYSQL_PORT 3306
  default MYSQL_DATABASE testdb
  default MYSQL_USER sqoop
  default_path MYSQL_PASSWORD_FILE "$STACK_DIR/secrets/mysql_password"
  default MYSQL_TIMEOUT 30
  default MYSQL_ANSWER_TIMEOUT 3600

  default KAFKA_PORT 9092
  default KAFKA_INTERNAL_PORT 29092
  default KAFKA_CONTROLLER_PORT 9093
  default KAFKA_BOOTSTRAP_SERVERS "localhost:$KAFKA_PORT"
  default KAFKA_TOPIC ecommerce-transactions
  default KAFKA_TIMEOUT 30

  default NAMENODE_PORT 9000
  default NAMENODE_HTTP_PORT 9870
  default DATANODE_PORT 9866
  default DATANODE_HTTP_PORT 9864
  default DATANODE_IPC_PORT 9867
  default HDFS_URI "hdfs://localhost:$NAMENODE_PORT"
  default WEBHDFS_URL "http://localhost:$NAMENODE_HTTP_PORT"
  [[ -n ${HDFS_USER-} ]] || HDFS_USER=$(hdfs_user)
  default HDFS_ROOT /user
  default HDFS_TIMEOUT 30

  default FLUME_LOG_AGENT_PORT 41414
  default FLUME_KAFKA_AGENT_PORT 41415
  default LOG_CHANNEL memory

  default KAFKA_HEAP 512m
  default HDFS_HEAP 512m
  default FLUME_HEAP 512m
  default SQOOP_HEAP 1g
  default TOOL_HEAP 256m
  default SPARK_HEAP 512m
  default ANALYTICS_MASTER local
  default_path ANALYTICS_DIR "$REPO/sql/analytics"
  docker_defaults
}

# check_setting NAME: refuses a value that no server can use, or whose meaning would change in a file or a statement.
check_setting() {
  local value=${!1} pattern what
  case $1 in
    *_PORT)
      pattern='^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$' what='a port'
      ;;
    *_HEAP | *_MEMORY) pattern='^[1-9][0-9]*[mg]$' what='a size like 512m or 1g' ;;
    *_TIMEOUT) pattern='^[1-9][0-9]{0,4}$' what='a number of seconds' ;;
    *_URI | *_URL | *_HOST | *_SERVERS) pattern='^[A-Za-z0-9_.:/,@%+-]+$' what='an address' ;;
    *_DATABASE | *_USER | *_TOPIC) pattern='^[A-Za-z0-9_][A-Za-z0-9._-]*$' what='a plain name' ;;
    *_ROOT) pattern='^(/[A-Za-z0-9_][A-Za-z0-9._-]*)+$' what='a plain path' ;;
    *_IMAGE) pattern='^[a-z0-9][A-Za-z0-9_./:@-]*$' what='the name of an image' ;;
    *_PROJECT_NAME) pattern='^[a-z0-9][a-z0-9_-]*$' what='a name of small letters and digits' ;;
    MAPREDUCE_FRAMEWORK)
      pattern='^(local|yarn)$' what='local or, with Docker, yarn'
      [[ $STACK != native ]] || pattern='^local$'
      ;;
    LOG_CHANNEL) pattern='^(memory|file)$' what='memory or file' ;;
    ANALYTICS_MASTER) pattern='^(local|yarn)$' what='local or yarn' ;;
    STACK) pattern='^(native|docker|inside)$' what='native or docker' ;;
    *) return ;;
  esac
  [[ $value =~ $pattern ]] || die 2 "$1: '$value' is not $what"
}

load_settings() {
  local name
  if [[ -e $REPO/.env ]]; then
    regular_file "$REPO/.env"
    read_env_file "$REPO/.env"
  fi
  apply_defaults
  for name in "${SETTINGS[@]}"; do
    check_setting "$name"
  done
  refuse_other_engine
  set_mysql_addresses
  export "${SETTINGS[@]}" STACK_DIR MYSQL_JDBC_URL MYSQL_PASSWORD_URI
}
