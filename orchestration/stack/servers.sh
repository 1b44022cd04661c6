# shellcheck shell=bash
# The four servers: for each NAME how its empty data folder is made (format_NAME FOLDER), how it starts (start_NAME),
# when it is ready (ready_NAME), where it listens (ports_NAME: its port settings, the main one first) and which version it
# is (version_NAME).

SERVERS=(mysql kafka namenode datanode)
# Debian keeps servers where an ordinary user's path does not look.
PATH=$PATH:/usr/sbin

# make_data SERVER: its data folder, complete or not at all: a killed attempt never takes the final name.
make_data() {
  local data=$STACK_DIR/data/$1
  [[ ! -d $data ]] || return 0
  rm -rf -- "$data.new"
  mkdir -- "$data.new"
  if ! ("format_$1" "$data.new") >>"$STACK_DIR/logs/$1.log" 2>&1; then
    log_tail "$1"
    die 5 "$1: its data folder cannot be made"
  fi
  mv -- "$data.new" "$data"
}

# jar_version MODULE NAME: the version of a jar on a class path, from its file name.
jar_version() {
  local jar
  for jar in "$ECOM_LIB_DIR/$1/$2"-[0-9]*.jar; do
    [[ -e $jar ]] && jar=${jar##*/"$2"-} && printf '%s\n' "${jar%.jar}" && return
  done
  echo -
}

# http_get PORT PATH: from a server of ours on this machine.
http_get() { curl -fsS --noproxy '*' --max-time 5 "http://127.0.0.1:$1$2" 2>/dev/null; }

ports_mysql() { echo MYSQL_PORT; }
version_mysql() { (mariadbd --version 2>/dev/null || echo -) | sed -E 's/.*Ver ([0-9.]+).*/\1/'; }

format_mysql() {
  local user
  user=$(database_user)
  if ((EUID == 0)); then chown -- "$user" "$1"; fi
  # By a relative name: the script breaks at spaces.
  cd -- "${1%/*}" && mariadb-install-db --no-defaults --user="$user" --datadir="./${1##*/}" --skip-test-db \
    --auth-root-authentication-method=socket --auth-root-socket-user="$user"
}

start_mysql() {
  start_process mysql mariadbd --defaults-file="$STACK_DIR/conf/mariadb.cnf" --user="$(database_user)" \
    --datadir="$STACK_DIR/data/mysql" --init-file="$STACK_DIR/secrets/init.sql"
}

# Ready: the user of the tools can log in and ask.
ready_mysql() { "$STACK_HOME/bin/mysql" --connect-timeout=5 -N -e 'SELECT 1' >/dev/null 2>&1; }

ports_kafka() { printf '%s\n' KAFKA_PORT KAFKA_INTERNAL_PORT KAFKA_CONTROLLER_PORT; }
version_kafka() { jar_version kafka kafka-clients; }

format_kafka() {
  local conf=$STACK_DIR/tmp/kafka-format.properties id
  id=$(head -c 16 /dev/urandom | base64 | tr '+/' 'Aa' | cut -c 1-22)
  { grep -v '^log.dirs=' "$STACK_DIR/conf/kafka.properties" && printf 'log.dirs=%s\n' "$1"; } >"$conf" &&
    "$STACK_HOME/bin/kafka-storage" format -t "$id" -c "$conf"
}

start_kafka() { start_process kafka "$STACK_HOME/bin/kafka-server-start" "$STACK_DIR/conf/kafka.properties"; }

# Ready: a metadata request (version 1, no topics) is answered and names at least one broker.
ready_kafka() {
  local answer
  # shellcheck disable=SC2016 # expanded by the inner shell
  answer=$(timeout 5 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" &&
    printf "\0\0\0\16\0\3\0\1\0\0\0\1\377\377\0\0\0\0" >&3 && head -c 12 <&3 | od -An -v -tu1' kafka "$KAFKA_PORT" 2>/dev/null)
  [[ $answer =~ ^(\ +[0-9]+){4}\ +0\ +0\ +0\ +1\ +0\ +0\ +0\ +[1-9]$ ]]
}

ports_namenode() { printf '%s\n' NAMENODE_PORT NAMENODE_HTTP_PORT; }
version_namenode() { jar_version hadoop hadoop-hdfs; }

format_namenode() { "$STACK_HOME/bin/hdfs" namenode "-Ddfs.namenode.name.dir=$1" -format -nonInteractive; }
start_namenode() { start_process namenode "$STACK_HOME/bin/hdfs" namenode; }

# namenode_state: the NameNode's own account of the file system, as JSON.
namenode_state() { http_get "$NAMENODE_HTTP_PORT" '/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState'; }

# Ready: it answers and has left safe mode, which takes a DataNode when there are blocks.
ready_namenode() { [[ $(namenode_state) =~ \"FSState\"\ *:\ *\"Operational\" ]]; }
# Why it is not, where that is known.
why_namenode() { [[ $(namenode_state) != *safeMode* ]] || echo ': HDFS is in safe mode (hdfs dfsadmin -safemode get)'; }

ports_datanode() { printf '%s\n' DATANODE_PORT DATANODE_HTTP_PORT DATANODE_IPC_PORT; }
version_datanode() { version_namenode; }
format_datanode() { :; }
start_datanode() { start_process datanode "$STACK_HOME/bin/hdfs" datanode; }

# Ready: it serves a NameNode, and the NameNode counts it as live, which alone it would for a minute after its death.
ready_datanode() {
  [[ $(http_get "$DATANODE_HTTP_PORT" '/jmx?qry=Hadoop:service=DataNode,name=DataNodeInfo') =~ ActorState[^:]*:[^:]*RUNNING ]] &&
    [[ $(namenode_state) =~ \"NumLiveDataNodes\"\ *:\ *[1-9] ]]
}

# anything_running: whether one of the servers runs.
anything_running() {
  local server
  for server in "${SERVERS[@]}"; do
    running_pid "$server" >/dev/null && return
  done
  return 1
}

# stop_all: the agents while HDFS is still there, then who writes before who is written to.
stop_all() {
  local server
  if ! (gone log-agent && gone kafka-agent); then
    "$REPO/orchestration/stop_flume.sh" || note 'warning: the Flume agents did not stop cleanly'
  fi
  for server in "${AGENTS[@]}" datanode namenode kafka mysql; do
    stop_process "$server" 60
  done
}
