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

# container_tests: the same pipeline in containers, and what is the image's own.
container_tests() {
  stage 'Containers'
  if [[ -n ${DOCKER_MISSING-} ]]; then
    skip "the tests on containers: $DOCKER_MISSING"
    return
  fi
  check 'the images are built' finish images
  ((${#BROKEN[@]} == 0)) || [[ ${BROKEN[-1]} != 'the images are built' ]] || return 0
  use_containers
  shell_tests "$REPO"/orchestration/tests/servers/image.bats
  ECOM_TEST_STACK=1 shell_tests "$REPO"/orchestration/tests/servers/pipeline.bats
  shell_tests "$REPO"/orchestration/tests/servers/engines.bats
}

# end_containers: removes them and their data; a daemon of the tests' own takes them along.
end_containers() {
  [[ ${STACK-} != docker || -n ${DOCKER_FOLDER-} || -z ${DOCKER_TESTS-} ]] ||
    "$STACK_HOME/reset" --yes >/dev/null 2>&1 || true
  end_docker
}
