# shellcheck shell=bash
# Campaign failed-calls: strace lets the first, second, third … write, sync, link or rename of a tool fail, until the
# tool ends without having met the fault. Of a tool with several threads, the call of that number of each thread fails.
# shellcheck disable=SC2034 # for the other parts of faults.sh

CALLS=('write,pwrite64,writev ENOSPC' 'write,pwrite64,writev,sendto,sendmsg EIO' 'fsync,fdatasync EIO'
  'link,linkat,rename,renameat,renameat2 EIO' 'openat EMFILE' 'mkdir,mkdirat,unlink,unlinkat,ftruncate EIO')
# Pairs of a subject and calls of which no further one is made.
declare -A EXHAUSTED=()

missing_failed_calls() {
  command -v strace >/dev/null || apt_install strace ||
    { echo 'strace is missing: apt-get install strace' && return; }
  strace -qq -o /dev/null true 2>/dev/null || echo 'strace may not trace processes here'
}

# The shell wrappers are not traced: a tool that they run is.
trial_failed_calls() {
  local subjects=("${FILE_SUBJECTS[@]}") calls error call pair
  [[ -n $WITHOUT_SERVERS ]] || subjects+=(mysql_loader streamer topic_admin lake)
  NAME=${subjects[$((($1 - 1) % ${#subjects[@]}))]}
  call=$((($1 - 1) / ${#subjects[@]}))
  read -r calls error <<<"${CALLS[$((call % ${#CALLS[@]}))]}"
  call=$((call / ${#CALLS[@]} + 1))
  pair="$NAME $calls"
  [[ ! -v EXHAUSTED[$pair] ]] || return "$NOT_MET"
  learn "$NAME"
  begin "$NAME" || return
  WHAT="$NAME, call $call of $calls fails with $error"
  attempt strace -f -y -qq -o "$WORLD/said.strace" -e "trace=$calls" -e "inject=$calls:error=$error:when=$call" \
    "${COMMAND[@]}"
  if ! grep -q INJECTED "$WORLD/said.strace"; then
    EXHAUSTED[$pair]=yes
    return "$NOT_MET"
  fi
  # Threads wake each other by writing to a counter of the kernel, which cannot fail in truth.
  ! grep -q 'eventfd.*INJECTED' "$WORLD/said.strace" || return "$NOT_MET"
  judged && complete
}
