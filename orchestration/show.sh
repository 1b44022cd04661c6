# shellcheck shell=bash
# Commands shown as one would type them, with what they say. Source it after lib.sh and hdfs.sh.

# What is cut at the terminal's width; 80 characters are what the reconciler's table takes.
[[ -t 1 ]] && WIDTH=$(tput cols 2>/dev/null || echo 120) || WIDTH=160
((WIDTH >= 80)) || WIDTH=80
[[ -t 1 && -z ${NO_COLOR-} ]] && BOLD=$'\e[1m' PLAIN=$'\e[0m' || BOLD='' PLAIN=''

# show COMMAND…: the command as one would type it, then what it says, made harmless and cut to the terminal's width.
show() {
  local words=("$@")
  case $1 in
    on) words=("${@:3}") ;;
    tool) words=("${@:2}") ;;
  esac
  local i line=''
  for ((i = 0; i < ${#words[@]}; i++)); do
    [[ ${words[i]} == *[!A-Za-z0-9_./:,=@%+-]* ]] && line+=" \"${words[i]}\"" || line+=" ${words[i]#"$REPO"/}"
  done
  printf '\n%s$%s%s\n' "$BOLD" "$line" "$PLAIN"
  "$@" </dev/null 2>&1 | fit
}

# fit: lines without control characters, no longer than the terminal is wide.
fit() {
  local line
  while IFS= read -r line; do
    line=${line//[[:cntrl:]]/ }
    printf '%s\n' "${line:0:WIDTH}"
  done
}

mysql_shows() { show on mysql mysql --table "$MYSQL_DATABASE" -e "$1"; }

# first_lines FOLDER: of the newest file in it and below.
first_lines() {
  local path text
  path=$(hdfs_walk "$1" | LC_ALL=C sort -t $'\t' -k 2n | tail -n 1 | cut -f 3)
  [[ -n $path ]] || return 0
  text=$(hdfs_call GET "$path" 'OPEN&length=4000')
  printf '\n%s$ hdfs dfs -cat %s | head -n 3%s\n' "$BOLD" "$path" "$PLAIN"
  head -n 3 <<<"$text" | fit
}

# box TITLE
box() {
  printf '\n%s╔════════════════════════════════════════════════════════════╗\n' "$BOLD"
  printf '║%*s%s%*s║\n' $(((60 - ${#1}) / 2)) '' "$1" $(((61 - ${#1}) / 2)) ''
  printf '╚════════════════════════════════════════════════════════════╝%s\n' "$PLAIN"
}
