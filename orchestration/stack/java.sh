# shellcheck shell=bash
# Finds a JDK and runs a Java program with one module's class path.

# find_java: sets and exports JAVA_HOME: the given one, else a JDK 17, which Hadoop supports, else any newer JDK.
find_java() {
  local home
  for home in "${JAVA_HOME-}" /usr/lib/jvm/java-17-openjdk* /usr/lib/jvm/java-21-openjdk* /usr/lib/jvm/default-java \
    "$(dirname -- "$(dirname -- "$(realpath -- "$(command -v javac)" 2>/dev/null)")")"; do
    if [[ -x $home/bin/java && -x $home/bin/javac ]]; then
      export JAVA_HOME=$home
      return
    fi
  done
  return 1
}

# jvm MODULE HEAP [JVM FLAGS…] MAIN [ARGUMENTS…]: becomes that program; MODULE is a folder of ECOM_LIB_DIR, and own has
# our own classes for it.
# CLASS_PATH_FIRST, if set, comes before everything else on the class path.
jvm() {
  local module=$1 heap=$2 path=${CLASS_PATH_FIRST:+$CLASS_PATH_FIRST:}$STACK_HOME/conf:$STACK_DIR/conf/hadoop
  find_java || die 2 'no JDK found: install openjdk-17-jdk-headless or set JAVA_HOME'
  [[ -d $ECOM_LIB_DIR/$module ]] || die 5 "the jars of $module are not there yet: run orchestration/stack/up"
  (umask 077 && mkdir -p -- "$STACK_DIR/tmp")
  # In UTC, no time of day is skipped or repeated: Java would change one that the machine's zone does not have.
  exec "$JAVA_HOME/bin/java" "-Xmx$heap" -XX:+UseSerialGC -Duser.timezone=UTC "-Djava.io.tmpdir=$STACK_DIR/tmp" \
    -Djava.net.preferIPv4Stack=true --add-opens=java.base/java.lang=ALL-UNNAMED \
    -cp "$path:$ECOM_LIB_DIR/own/$module.jar:$ECOM_LIB_DIR/$module-web:$ECOM_LIB_DIR/$module/*" "${@:3}"
}

# jvm_tool MODULE MAIN [ARGUMENTS…]: the same for a short command: starts fast and prints little.
jvm_tool() {
  local module=$1
  jvm "$module" "$TOOL_HEAP" -XX:TieredStopAtLevel=1 "-Dstack.root.logger=${TOOL_LOGGER:-WARN,console}" "${@:2}"
}

# kafka_client MAIN [ARGUMENTS…]: a client of the brokers in the settings, unless the arguments name others.
kafka_client() {
  local main=$1
  shift
  [[ $* == *--bootstrap-* || $* == *--help* || $* == *--version* ]] ||
    set -- --bootstrap-server "$KAFKA_BOOTSTRAP_SERVERS" "$@"
  jvm_tool kafka "$main" "$@"
}
