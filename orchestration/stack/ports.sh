# shellcheck shell=bash
# Ports are checked before a server starts: with a taken port, it would fail late and with its own message.

# port_owner PORT: succeeds if something listens on it; prints "NAME, pid PID" if this user may see that.
port_owner() {
  local inode owner hex
  printf -v hex ':%04X' "$1"
  inode=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v p="$hex\$" '
    $4 == "0A" && $2 ~ p && $2 ~ /^(0100007F|0+|0+FFFF00000100007F):/ { print $10; exit }')
  [[ -n $inode ]] || return 1
  owner=$(find /proc/[0-9]*/fd -lname "socket:\[$inode\]" -print -quit 2>/dev/null | cut -d / -f 3) || true
  [[ -z $owner ]] || printf '%s, pid %s\n' "$(tr -d '[:cntrl:]' <"/proc/$owner/comm" 2>/dev/null)" "$owner"
}

# check_port_free SERVER: refuses a taken port of a server that does not run.
check_port_free() {
  local setting owner
  for setting in $("ports_${1/-/_}"); do
    if owner=$(port_owner "${!setting}"); then
      die 2 "port ${!setting} ($setting, for $1) is taken${owner:+ by $owner}: give $setting another value in .env"
    fi
  done
}

# check_ports: refuses two settings with the same port, and taken ports of servers that do not run.
check_ports() {
  local server setting
  local -A taken=()
  for server in "${SERVERS[@]}" "${AGENTS[@]}"; do
    for setting in $("ports_${server/-/_}"); do
      [[ ! -v taken[${!setting}] ]] ||
        die 2 "${taken[${!setting}]} and $setting are both ${!setting}: change one in .env"
      taken[${!setting}]=$setting
    done
  done
  for server in "${SERVERS[@]}"; do
    if gone "$server"; then check_port_free "$server"; fi
  done
}
