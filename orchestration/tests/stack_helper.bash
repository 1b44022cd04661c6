# shellcheck shell=bash
# Shared by the tests of the stack: a copy of the scripts with empty state, and commands that record how they are
# called.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)

# copy_project: makes $PROJECT, a checkout in which a test may have its own .env, without settings from the environment
# and with the native engine.
copy_project() {
  local name
  PROJECT=$BATS_TEST_TMPDIR/project
  mkdir -p "$PROJECT/orchestration"
  cp -R "$ROOT"/orchestration/{lib.sh,stack,start_flume.sh,stop_flume.sh} "$PROJECT/orchestration"
  cp -R "$ROOT/flume-conf" "$ROOT/hadoop.env" "$PROJECT"
  STACK_HOME=$PROJECT/orchestration/stack
  for name in $(bash -c 'source "$1/orchestration/stack/settings.sh" && echo "${SETTINGS[@]}"' settings "$ROOT"); do
    unset "$name"
  done
  export STACK=native
}

# recording NAME…: puts commands on PATH that write their arguments, one per line, to $BATS_TEST_TMPDIR/NAME.calls.
recording() {
  local name
  mkdir -p "$BATS_TEST_TMPDIR/bin"
  for name in "$@"; do
    cat >"$BATS_TEST_TMPDIR/bin/$name" <<STUB
#!/bin/bash
printf '%s\n' "\$@" >>'$BATS_TEST_TMPDIR/$name.calls'
STUB
    chmod +x "$BATS_TEST_TMPDIR/bin/$name"
  done
  PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

# recording_java: a JDK whose java records, and folders where the jars would be.
recording_java() {
  recording java javac
  mkdir -p "$PROJECT"/var/stack/lib/{kafka,hadoop,sqoop,flume}
  mkdir -p "$BATS_TEST_TMPDIR/jdk" && ln -s ../bin "$BATS_TEST_TMPDIR/jdk/bin"
  export JAVA_HOME=$BATS_TEST_TMPDIR/jdk
}

# listen_on PORT: a server that does nothing, for a minute.
listen_on() {
  exec perl -MIO::Socket::INET -e '
    my $socket = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1", LocalPort => shift) or die;
    sleep 60' "$1"
}

# in_stack CODE…: runs shell code with all of the stack's functions.
in_stack() { bash -c 'source "$1/stack.sh"; eval "$2"' stack "$STACK_HOME" "$*"; }

# calls NAME: the recorded arguments in one line.
calls() { paste -s -d ' ' "$BATS_TEST_TMPDIR/$1.calls"; }

# unused_ports: sets every port of the stack to one that nobody listens on, starting at random below the kernel's own.
unused_ports() {
  local name port=$((10000 + RANDOM % 18000))
  for name in MYSQL KAFKA KAFKA_INTERNAL KAFKA_CONTROLLER NAMENODE NAMENODE_HTTP DATANODE DATANODE_HTTP DATANODE_IPC \
    FLUME_LOG_AGENT FLUME_KAFKA_AGENT KAFKA_UI YARN_HTTP; do
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
    export "${name}_PORT=$port"
    port=$((port + 1))
  done
}
