# shellcheck shell=bash
# The four servers. For each NAME: ready_NAME, whether it is ready; ports_NAME, its port settings, the main one first;
# and version_NAME. What differs between the engines is in native.sh, docker.sh and inside.sh: see ENGINE_FUNCTIONS.

# shellcheck disable=SC2034 # for the scripts that source this
SERVERS=(mysql kafka namenode datanode)

# class_path_version MODULE NAME: the version of a jar on a class path, from its file name.
class_path_version() {
  local jar
  for jar in "$ECOM_LIB_DIR/$1/$2"-[0-9]*.jar; do
    [[ -e $jar ]] && jar=${jar##*/"$2"-} && printf '%s\n' "${jar%.jar}" && return
  done
  echo -
}

# pom_version NAME: the version that Maven resolves for a class path.
pom_version() { sed -n "s|.*<$1.version>\(.*\)</.*|\1|p" "$STACK_HOME/pom.xml"; }

# asked_version_mysql: the version that the running server reports.
asked_version_mysql() { on mysql mysql -N -e 'SELECT VERSION()' 2>/dev/null </dev/null || echo -; }

# address NAME: the host of a server or agent: this machine, or the service's name inside the containers' network.
address() {
  if [[ $STACK != inside ]]; then echo 127.0.0.1; elif [[ $1 == *-agent ]]; then echo flume; else echo "$1"; fi
}

# http_get NAME PORT PATH: from one of our servers.
http_get() {
  curl -fsS --noproxy '*' --proto =http --max-time 5 "http://$(address "$1"):$2$3" 2>/dev/null | head -c 1048576
}

ports_mysql() { echo MYSQL_PORT; }

# Ready: the user of the tools can log in and ask.
ready_mysql() { on mysql mysql --connect-timeout=5 -N -e 'SELECT 1' </dev/null >/dev/null 2>&1; }

version_kafka() { jar_version kafka kafka-clients; }

# Ready: a metadata request (version 1, no topics) is answered and names at least one broker.
ready_kafka() {
  local answer setting
  read -r setting < <(ports_kafka)
  # shellcheck disable=SC2016 # expanded by the inner shell
  answer=$(timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/$2" &&
    printf "\0\0\0\16\0\3\0\1\0\0\0\1\377\377\0\0\0\0" >&3 && head -c 12 <&3 | od -An -v -tu1' \
    kafka "$(address kafka)" "${!setting}" 2>/dev/null)
  [[ $answer =~ ^(\ +[0-9]+){4}\ +0\ +0\ +0\ +1\ +0\ +0\ +0\ +[1-9]$ ]]
}

ports_namenode() { printf '%s\n' NAMENODE_PORT NAMENODE_HTTP_PORT; }
version_namenode() { jar_version hadoop hadoop-hdfs; }

# namenode_state: the state of the file system according to the NameNode, as JSON.
namenode_state() { http_get namenode "$NAMENODE_HTTP_PORT" '/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState'; }

# Ready: it answers and has left safe mode, for which it needs a DataNode if there are blocks.
ready_namenode() { [[ $(namenode_state) =~ \"FSState\"\ *:\ *\"Operational\" ]]; }
why_namenode() { [[ $(namenode_state) != *safeMode* ]] || echo ': HDFS is in safe mode (hdfs dfsadmin -safemode get)'; }

version_datanode() { version_namenode; }
# Ready: it serves a NameNode and the NameNode counts it as live. The latter alone is still true a minute after its end.
ready_datanode() { datanode_runs && [[ $(namenode_state) =~ \"NumLiveDataNodes\"\ *:\ *[1-9] ]]; }
datanode_runs() {
  local info='/jmx?qry=Hadoop:service=DataNode,name=DataNodeInfo'
  [[ $(http_get datanode "$DATANODE_HTTP_PORT" "$info") =~ ActorState[^:]*:[^:]*RUNNING ]]
}

# why NAME: sets WHY to the reason why a server or agent is not ready, behind a colon, and WHY_CODE to the exit code.
# WHY is empty if the reason is unknown. What its log says counts more than its state, which follows from it.
why() {
  local found
  WHY='' WHY_CODE=5
  if found=$(cause "$1" "$(log_of "$1")"); then
    WHY_CODE=${found%% *} WHY=": ${found#* }"
  elif declare -F "why_$1" >/dev/null; then
    WHY=$("why_$1")
  fi
}

# hdfs_ready: whether HDFS can be read and written.
hdfs_ready() { ready_namenode && ready_datanode; }

# forget_lost_data: if somebody has deleted the volumes with Docker itself, the stores no longer hold a data set. HDFS
# gets a new cluster id when it is formatted.
forget_lost_data() {
  local mark=$STACK_DIR/data/stores name info='/jmx?qry=Hadoop:service=NameNode,name=NameNodeInfo'
  name=$(http_get namenode "$NAMENODE_HTTP_PORT" "$info" | grep -oE '"ClusterId" *: *"[^"]*"') || true
  [[ -n $name ]] || return 0
  [[ ! -e $mark || $name == "$(<"$mark")" ]] || rm -f -- "$STACK_DIR/data/data_set"
  printf '%s\n' "$name" >"$mark"
}
