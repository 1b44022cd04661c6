# shellcheck shell=bash
# Campaign full-disk: the room is a file system of a random size, too small for most; where it cannot be mounted, a
# limit of the size of each file takes its place.
# shellcheck disable=SC2034 # for the other parts of faults.sh

MOUNTED=''

missing_full_disk() { :; }

# mount_room KILOBYTES: the room with that much space, or the limit as LIMITED.
mount_room() {
  LIMITED=()
  unmount_room
  if mount -t tmpfs -o "size=$1k" faults "$ROOM" 2>/dev/null; then
    MOUNTED=yes
  else
    # shellcheck disable=SC2016 # expanded by the inner shell
    LIMITED=(bash -c 'trap "" XFSZ && ulimit -f "$1" && shift && exec "$@"' limited "$1")
  fi
}
unmount_room() {
  [[ -z ${MOUNTED-} ]] || umount -- "$ROOM"
  MOUNTED=''
}
widen_room() { [[ -z $MOUNTED ]] || mount -o remount,size=1g "$ROOM"; }

trial_full_disk() {
  local outcome=0
  NAME=${FILE_SUBJECTS[$((($1 - 1) % ${#FILE_SUBJECTS[@]}))]}
  learn "$NAME"
  full_disk || outcome=$?
  unmount_room
  return "$outcome"
}

full_disk() {
  local held
  mount_room 1048576
  begin "$NAME" || return
  held=$(du -sk -- "$ROOM" | cut -f 1)
  # A page is the least.
  draw 400
  WHAT="$NAME with $((DRAWN + 1)) kB of disk"
  if [[ -n $MOUNTED ]]; then mount -o "remount,size=$((held + DRAWN + 1))k" "$ROOM"; else mount_room "$DRAWN"; fi
  attempt "${LIMITED[@]}" "${COMMAND[@]}"
  widen_room
  judged && complete
}
