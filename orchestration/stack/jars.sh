# shellcheck shell=bash
# The class paths of Kafka, Hadoop, Sqoop and Flume, resolved by Maven once for each version of the poms, and our own
# classes on them (java/build).

# poms_hash: what the class paths depend on.
poms_hash() { (cd -- "$STACK_HOME" && cat pom.xml jars/*/pom.xml | sha256sum | cut -d ' ' -f 1); }

# anything_running: whether one of the servers runs.
anything_running() {
  local server
  for server in "${SERVERS[@]}"; do
    running_pid "$server" >/dev/null && return
  done
  return 1
}

# resolve_jars: fills ECOM_LIB_DIR, completely or not at all: the new folder gets its name when Maven has succeeded.
resolve_jars() {
  local hash new=$ECOM_LIB_DIR.new old=$ECOM_LIB_DIR.old
  hash=$(poms_hash)
  [[ ! -r $ECOM_LIB_DIR/.poms || $(<"$ECOM_LIB_DIR/.poms") != "$hash" ]] || return 0
  anything_running && die 2 'the servers run with jars of another version: run orchestration/stack/down first'
  find_java || die 2 'no JDK found: install openjdk-17-jdk-headless or set JAVA_HOME'
  note 'resolving the jars of Kafka, Hadoop, Sqoop and Flume with Maven (once; about 300 MB, which takes some minutes)'
  # Jars may be shared with other checkouts and users.
  [[ $ECOM_LIB_DIR == "$ECOM_VAR_DIR"/* ]] || umask "$CALLERS_MASK"
  rm -rf -- "$new" "$old"
  mkdir -p -- "$new"
  mvn -q -B -C -f "$STACK_HOME/pom.xml" package -Dlib.dir="$new" >"$STACK_DIR/logs/maven.log" 2>&1 || {
    log_tail maven
    die 5 'Maven could not resolve the jars; once the cause is gone, run this again'
  }
  rm -rf -- "$new/.build" "$new/stack"
  printf '%s\n' "$hash" >"$new/.poms"
  [[ ! -e $ECOM_LIB_DIR ]] || mv -- "$ECOM_LIB_DIR" "$old"
  mv -- "$new" "$ECOM_LIB_DIR"
  rm -rf -- "$old"
}

# compile_classes: our own classes, a second's work when they or the jars have changed.
compile_classes() {
  local log=$STACK_DIR/logs/javac.log
  find_java || die 2 'no JDK found: install openjdk-17-jdk-headless or set JAVA_HOME'
  "$STACK_HOME/java/build" "$ECOM_LIB_DIR" >"$log" 2>&1 && return
  log_tail javac
  die 1 "the classes in $STACK_HOME/java cannot be compiled"
}

# resolve_spark: the same for Spark, on its first use: most of what it needs no one else does. A new folder of jars has
# none.
resolve_spark() {
  local new=$ECOM_LIB_DIR/spark.new
  [[ ! -d $ECOM_LIB_DIR/spark ]] || return 0
  find_java || die 2 'no JDK found: install openjdk-17-jdk-headless or set JAVA_HOME'
  note 'resolving the jars of Spark with Maven (once; about 170 MB)'
  rm -rf -- "$new"
  mvn -q -B -C -P spark -pl jars/spark -f "$STACK_HOME/pom.xml" package -Dlib.dir="$new" \
    >"$STACK_DIR/logs/maven-spark.log" 2>&1 || {
    log_tail maven-spark
    die 5 'Maven could not resolve the jars of Spark; once the cause is gone, run this again'
  }
  mv -- "$new/spark" "$ECOM_LIB_DIR/spark"
  rm -rf -- "$new"
  compile_classes
}
