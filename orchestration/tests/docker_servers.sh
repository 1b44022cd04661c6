# shellcheck shell=bash
# The tests on containers, a part of test.sh, which has sourced tell.sh and private_servers.sh.

# shellcheck source=docker_daemon.bash
source "$REPO/orchestration/tests/docker_daemon.bash"

# prepare_docker FOLDER: a daemon, and the images in the background: building them is mostly waiting.
prepare_docker() {
  DOCKER_TESTS=$1
  mkdir -p -- "$1"
  if start_docker "$1/daemon"; then begin images make_images; fi
}

# use_containers: every setting for containers of the tests' own.
use_containers() {
  unused_ports
  unset KAFKA_BOOTSTRAP_SERVERS HDFS_URI WEBHDFS_URL MYSQL_PASSWORD_FILE LOG_SPOOL_DIR MYSQL_PASSWORD HDFS_USER
  export STACK=docker MAPREDUCE_FRAMEWORK=local COMPOSE_PROJECT_NAME=ecom-test-$$ ECOM_VAR_DIR=$DOCKER_TESTS/var
  load_settings
}

# begin_containers: the same pipeline in containers, and what is the image's own, in the background: tests on servers
# mostly wait. The native servers have their ports by now.
begin_containers() {
  if [[ -n ${DOCKER_MISSING-} ]]; then
    skip "the tests on containers: $DOCKER_MISSING"
    return
  fi
  check 'the images are built' finish images
  ((${#BROKEN[@]} == 0)) || [[ ${BROKEN[-1]} != 'the images are built' ]] || return 0
  begin containers tests_in_containers
}

tests_in_containers() {
  local code=0
  use_containers
  unset ECOM_TEST_STACK
  cd -- "$REPO/orchestration/tests/servers" || return
  bats --tap --timing image.bats || code=1
  ECOM_TEST_STACK=1 bats --tap --timing --filter-tags '!native' pipeline.bats yarn.bats || code=1
  return "$code"
}

# finish_containers: their results, and the reports of both engines.
finish_containers() {
  local code=0
  [[ -v JOBS[containers] ]] || return 0
  stage 'The rest of the tests on containers'
  finish containers >"$LOG" || code=$?
  cat -- "$LOG"
  count_shell_tests "$code" 'the tests on containers'
  shell_tests "$REPO"/orchestration/tests/servers/engines.bats
}

# end_containers: removes them and their data; a daemon of the tests' own takes them along.
end_containers() {
  [[ -n ${DOCKER_FOLDER-} || -z ${DOCKER_TESTS-} || ! -e $DOCKER_TESTS/var ]] ||
    (use_containers && "$STACK_HOME/reset" --yes) >/dev/null 2>&1 || true
  end_docker
}
