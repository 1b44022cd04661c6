# shellcheck shell=bash
# HDFS over WebHDFS: small files, listings, and folders that are replaced whole. Source it after lib.sh.
# Every function ends the script with one clear line when HDFS refuses or is not there.

# shellcheck disable=SC2034 # for the scripts that source this
SQOOP_FOLDER=$HDFS_ROOT/sqoop

# hdfs_call METHOD PATH OPERATION[&PARAMETER=VALUE…] [CURL OPTION…]: one call; prints the answer.
hdfs_call() {
  local answer code=0
  answer=$(webhdfs "$@" 2>/dev/null) || code=$?
  ((code == 0)) || hdfs_failed "$2" "$answer"
  printf '%s\n' "$answer"
}

# hdfs_failed PATH ANSWER: ends the script and says why.
hdfs_failed() {
  local reason=${2#*'"message":"'}
  reason=${reason%%'"'*}
  case $2 in
    *SafeModeException*) die 5 'HDFS is in safe mode: try again when it has ended (hdfs dfsadmin -safemode get)' ;;
    *AccessControlException*) die 2 "HDFS refuses the user $HDFS_USER: $reason" ;;
    *RemoteException*) die 5 "HDFS: $1: ${reason%%\\n*}" ;;
    *) die 5 "HDFS does not answer at $WEBHDFS_URL: run orchestration/stack/up" ;;
  esac
}

# hdfs_find METHOD PATH OPERATION: the same as hdfs_call; prints nothing when there is no such path.
hdfs_find() {
  local answer code=0
  answer=$(webhdfs "$@" 2>/dev/null) || code=$?
  [[ $answer != *FileNotFoundException* ]] || return 0
  ((code == 0)) || hdfs_failed "$2" "$answer"
  printf '%s\n' "$answer"
}

# hdfs_list FOLDER: a line for each entry: FILE or DIRECTORY, bytes, milliseconds since 1970, name; tabs between them.
hdfs_list() {
  hdfs_find GET "$1" LISTSTATUS | awk '
    function field(name) {
      if (!match($0, "\"" name "\":(\"[^\"]*\"|[0-9]+)")) return ""
      value = substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3)
      gsub(/"/, "", value)
      return value
    }
    /"pathSuffix":"[^"]/ { printf "%s\t%s\t%s\t%s\n", field("type"), field("length"), field("modificationTime"), field("pathSuffix") }'
}

# hdfs_parts FOLDER: the paths of the files that Hadoop takes for data: not those named _… or .…
hdfs_parts() { hdfs_list "$1" | awk -F '\t' -v folder="$1" '$1 == "FILE" && $4 !~ /^[._]/ { print folder "/" $4 }'; }

# hdfs_walk FOLDER: a line for each data file in it and below, with Flume's open ones: bytes, seconds since 1970, path.
hdfs_walk() {
  local entries kind bytes time name
  entries=$(hdfs_list "$1")
  while IFS=$'\t' read -r kind bytes time name; do
    case $kind:$name in
      *:.* | *:_SUCCESS) ;;
      DIRECTORY:*) hdfs_walk "$1/$name" ;;
      FILE:*) printf '%s\t%s\t%s\n' "$bytes" "$((time / 1000))" "$1/$name" ;;
    esac
  done <<<"$entries"
}

# hdfs_cat: the files whose paths are on stdin, one after the other.
hdfs_cat() {
  local path
  while IFS= read -r path; do
    webhdfs GET "$path" OPEN --max-time 0 2>/dev/null </dev/null || die 5 "HDFS: $path cannot be read"
  done
}

# hdfs_id PATH: its inode number, which no rename changes; nothing when there is no such path.
hdfs_id() { hdfs_find GET "$1" GETFILESTATUS | sed -n 's/.*"fileId":\([0-9]*\).*/\1/p'; }

# hdfs_write PATH TEXT: a small file, replaced if it is there.
hdfs_write() {
  hdfs_call PUT "$1" 'CREATE&overwrite=true' -H 'Content-Type: application/octet-stream' --data-binary @- <<<"$2" >/dev/null
}

hdfs_delete() { hdfs_call DELETE "$1" 'DELETE&recursive=true' >/dev/null; }

hdfs_rename() {
  local answer
  answer=$(hdfs_call PUT "$1" "RENAME&destination=$2")
  [[ $answer == *true* ]] || die 1 "HDFS: $1 cannot be renamed to $2"
}

# replace_folder FRESH TARGET: puts the fresh folder in the place of the old one. recover_folders ends what a kill
# between the renames leaves.
replace_folder() {
  local old=${2%/*}/.old-${2##*/} id
  id=$(hdfs_id "$2")
  [[ -z $id ]] || hdfs_rename "$2" "$old"
  hdfs_rename "$1" "$2"
  [[ -z $id ]] || hdfs_delete "$old"
}

# recover_folders FOLDER: makes it if need be; removes what killed runs left in it, and brings an old folder back that
# nothing took the place of.
recover_folders() {
  local name names
  hdfs_call PUT "$1" MKDIRS >/dev/null
  names=$(hdfs_list "$1")
  while IFS=$'\t' read -r _ _ _ name; do
    case $name in
      .import-*) hdfs_delete "$1/$name" ;;
      .old-*)
        if [[ $names$'\n' == *$'\t'"${name#.old-}"$'\n'* ]]; then
          hdfs_delete "$1/$name"
        else
          hdfs_rename "$1/$name" "$1/${name#.old-}"
        fi
        ;;
    esac
  done <<<"$names"
}
