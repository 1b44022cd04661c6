# shellcheck shell=bash
# Runs commands in the containers. lib.sh loads this if Docker is the engine. The toolbox is the service sqoop, an idle
# container with every launcher of stack/bin in its PATH.

# compose ARGUMENTS…: Docker Compose with this project's file and settings.
compose() { docker compose --project-directory "$REPO" --file "$REPO/docker-compose.yml" "$@"; }

# container_name SERVICE: as Compose names it.
container_name() { printf '%s-%s-1\n' "$COMPOSE_PROJECT_NAME" "$1"; }

# The folder of a command, and the settings that it gets from the caller.
TOOLBOX=(--workdir /tmp --env HDFS_USER --env JDK_JAVA_OPTIONS)

# in_toolbox COMMAND…: runs it there, without a terminal; stdin, output and exit code are the command's own. A signal
# also ends the command in the container, which Docker alone does not do.
in_toolbox() {
  local code=0
  (
    call=$BASHPID.$EPOCHREALTIME
    trap 'end_call "$call"; exit 130' INT
    trap 'end_call "$call"; exit 143' TERM HUP
    docker exec --interactive "${TOOLBOX[@]}" --env "ECOM_CALL=$call" "$(container_name sqoop)" "$@" <&0 &
    wait "$!"
  ) || code=$?
  if ((code == 1)) && ! toolbox_runs; then
    note 'the containers do not run: run orchestration/stack/up'
    code=5
  fi
  return "$code"
}

# in_toolbox_terminal COMMAND…: the same with a terminal; becomes the command.
in_toolbox_terminal() { exec docker exec --interactive --tty "${TOOLBOX[@]}" "$(container_name sqoop)" "$@"; }

toolbox_runs() {
  [[ $(docker container inspect --format '{{.State.Running}}' "$(container_name sqoop)" 2>/dev/null) == true ]]
}

# end_call ID: ends the processes of a call, identified by their environment.
end_call() {
  # shellcheck disable=SC2016 # expanded in the container
  docker exec "$(container_name sqoop)" bash -c '
    for process in $(grep -lzxF "ECOM_CALL=$1" /proc/[0-9]*/environ 2>/dev/null); do
      process=${process#/proc/}
      kill -TERM "${process%/environ}"
    done' end_call "$1" >/dev/null 2>&1 || true
}
