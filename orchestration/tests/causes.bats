#!/usr/bin/env bats
# The list of causes, without any server: lines that the real servers printed, cut to their codes.

bats_require_minimum_version 1.5.0
load stack_helper

setup() { copy_project; }

# cause_is WHERE TEXT CODE BEGINNING: what the list says about a text.
cause_is() {
  run -0 in_stack 'cause "$WHERE" "$TEXT"' <<<''
  [[ $output == "$3 $4"* ]] || { printf '%s\n' "$1, $2: $output" && false; }
}

@test "each entry of the list is complete, and its expression is valid" {
  while IFS=$'\t' read -r where pattern code sentence remedy rest; do
    [[ -n $where && $where != '#'* ]] || continue
    [[ $code =~ ^[245]$ && -n $pattern && -n $sentence && -z $rest && $sentence != *. && $remedy != *. ]]
    run grep -E -- "$pattern" /dev/null
    [ "$status" -eq 1 ]
  done <"$STACK_HOME/causes"
}

@test "what the servers say when they cannot start has its cause and remedy" {
  while IFS='|' read -r where text code beginning; do
    export WHERE=$where TEXT=$text
    cause_is "$where" "$text" "$code" "$beginning"
  done <<'LINES'
mysql|[ERROR] mariadbd: Error writing file './ddl_recovery.log' (Errcode: 28 "Kein Platz")|5|its disk is full
mysql|[ERROR] InnoDB: Operating system error number 28 in a file operation.|5|its disk is full
mysql|[ERROR] InnoDB: The data file './ibdata1' must be writable|5|another user owns its data
mysql|[ERROR] mariadbd: Can't create file './x' (Errcode: 13 "Keine Berechtigung")|5|another user owns its data
mysql|[ERROR] Plugin 'InnoDB' registration as a STORAGE ENGINE failed.|5|its data is of another version, or damaged
mysql|[ERROR] Can't start server: Bind on TCP/IP port. Got error: 98: Adresse belegt|2|its port is taken
kafka|	at org.apache.kafka.metadata.properties.MetaPropertiesEnsemble.verify(M.java:513)|5|its data is of another cl
kafka|Error occurred during initialization of VM|5|Java cannot start with its heap
kafka|java.lang.OutOfMemoryError: Java heap space|5|its memory is too small
kafka|java.lang.UnsupportedClassVersionError: kafka/Kafka|2|Java is too old
kafka|java.io.IOException: No space left on device|5|its disk is full
namenode|	at org.apache.hadoop.hdfs.server.namenode.FSImage.recoverTransitionRead(FSImage.java:2)|5|its folder is empty
namenode|org.apache.hadoop.hdfs.server.common.IncorrectVersionException: -99|5|its data is of another version of Hadoop
namenode|WARN namenode.NameNodeResourceChecker: below the configured reserved amount|5|its disk is full
namenode|java.net.BindException: Port in use|2|one of its ports is taken
datanode|	at org.apache.hadoop.hdfs.server.datanode.DataStorage.doTransition(D.java:758)|5|its data belongs to another
LINES
}

@test "what an earlier start left in a log is not the cause of this one" {
  mkdir -p "$PROJECT/var/stack/logs"
  run -0 in_stack 'echo "java.io.IOException: No space left on device" >"$STACK_DIR/logs/kafka.log"
    log_begins kafka
    why kafka
    echo "<$WHY_CODE$WHY>"
    echo "java.lang.OutOfMemoryError" >>"$STACK_DIR/logs/kafka.log"
    why kafka
    echo "<$WHY_CODE$WHY>"'
  [[ ${lines[0]} == '<5>' && ${lines[1]} == '<5: its memory is too small: '* ]]
}

@test "every sentence of the list is in docs/troubleshooting.md" {
  while IFS=$'\t' read -r where pattern code sentence remedy; do
    [[ -n $where && $where != '#'* ]] || continue
    sentence=${sentence%%: *} sentence=${sentence%% \$\{*} sentence=${sentence% at}
    grep -qF -- "$sentence" "$ROOT/docs/troubleshooting.md" || { echo "$sentence" && false; }
  done <"$STACK_HOME/causes"
}
