# shellcheck shell=bash
# Shows commands as a user types them, and their output. Source it after lib.sh and build.sh.

# Where lines are cut: at the terminal's width, but not below the 80 characters of the reconciler's table.
[[ -t 1 ]] && WIDTH=$(tput cols 2>/dev/null || echo 120) || WIDTH=160
((WIDTH >= 80)) || WIDTH=80
[[ -t 1 && -z ${NO_COLOR-} && ${TERM-} != dumb ]] && BOLD=$'\e[1m' PLAIN=$'\e[0m' || BOLD='' PLAIN=''

# as_typed WORD…: a command line that a shell reads as these words, with quotes only where it needs them.
as_typed() {
  local word line=''
  for word in "$@"; do
    [[ -n $word && $word != *[!A-Za-z0-9_./:,=@%+-]* ]] || word=${word@Q}
    line+=" $word"
  done
  printf '%s\n' "${line# }"
}

# show COMMAND…: prints the command, then runs it and prints its output, made harmless and cut to the terminal's width.
show() {
  local words=("$@")
  case $1 in
    on) words=("${@:3}") ;;
    tool) words=("${@:2}") ;;
  esac
  printf '\n%s$ %s%s\n' "$BOLD" "$(as_typed "${words[@]#"$REPO"/}")" "$PLAIN"
  "$@" </dev/null 2>&1 | fit
}

# fit: stdin without control characters, cut to the terminal's width.
fit() {
  local line
  while IFS= read -r line; do
    line=${line//[[:cntrl:]]/ }
    printf '%s\n' "${line:0:WIDTH}"
  done
}

mysql_shows() { show on mysql mysql --table "$MYSQL_DATABASE" -e "$1"; }

# first_lines FOLDER: the first lines of its newest file.
first_lines() {
  local path
  path=$(tool lake walk "$1" | LC_ALL=C sort -t $'\t' -k 2n | tail -n 1 | cut -f 3)
  [[ -n $path ]] || return 0
  printf '\n%s$ hdfs dfs -cat %s | head -n 3%s\n' "$BOLD" "$path" "$PLAIN"
  tool lake cat "$path" | head -n 3 | fit
}

# box TITLE: prints it in a frame.
box() {
  printf '\n%s╔════════════════════════════════════════════════════════════╗\n' "$BOLD"
  printf '║%*s%s%*s║\n' $(((60 - ${#1}) / 2)) '' "$1" $(((61 - ${#1}) / 2)) ''
  printf '╚════════════════════════════════════════════════════════════╝%s\n' "$PLAIN"
}
