# shellcheck shell=bash
# Recovers what a killed Flume agent leaves in HDFS, before the agent starts again. With curl and Hadoop's own commands,
# not with the tool lake: it also runs in the agents' container, which has no Rust tools, and where `up` was run before
# they were built.

# open_files AGENT: the files in its HDFS folder that are, or were left, open.
open_files() {
  webhdfs GET "$HDFS_ROOT/${AGENT_FOLDER[$1]}" GETFILESTATUS >/dev/null 2>&1 || return 0
  on namenode hdfs dfs -find "$HDFS_ROOT/${AGENT_FOLDER[$1]}" -name '_*.tmp'
}

# close_file FILE: waits until HDFS has closed it.
close_file() { on namenode hdfs debug recoverLease -path "$1" -retries 10 </dev/null 2>&1; }

# cut_torn_line FILE: removes what follows the last line end. It is part of a batch that was not committed: a file
# channel sends all of it again, and what a memory channel lost is not half there.
cut_torn_line() {
  local length last from=0 answer
  length=$(webhdfs GET "$1" GETFILESTATUS | grep -o '"length":[0-9]*' | cut -d : -f 2)
  ((length > 0)) || return 0
  ((length <= 16777216)) || from=$((length - 16777216))
  [[ $(webhdfs GET "$1" "OPEN&offset=$((length - 1))" | od -An -tx1) != *0a ]] || return 0
  last=$(webhdfs GET "$1" "OPEN&offset=$from" | LC_ALL=C awk '{ n = length($0) } END { print n }')
  answer=$(webhdfs POST "$1" "TRUNCATE&newlength=$((length - last))") || return 1
  # The answer false means that the last block is cut later; until then, the file cannot be read.
  [[ $answer == *true* ]] || close_file "$1" >/dev/null || return 1
  note "${1##*/}: removed $last bytes of an incomplete line"
}

# close_open_files AGENT: closes the files of an agent that does not run, and gives them their final names. The sink
# commits after a flush, not after a close: these files hold events that will not be sent again.
close_open_files() {
  local files file final answer
  files=$(open_files "$1") || die 5 "the files in $HDFS_ROOT/${AGENT_FOLDER[$1]} cannot be listed"
  while IFS= read -r file; do
    [[ -n $file ]] || continue
    answer=$(close_file "$file") || die 5 "$file cannot be closed: $answer"
    cut_torn_line "$file" || die 5 "$file cannot be cut"
    final=${file##*/_}
    final=${file%/*}/${final%.tmp}
    answer=$(webhdfs PUT "$file" "RENAME&destination=${final// /%20}") || die 5 "$file cannot be renamed: $answer"
    [[ $answer == *true* ]] || die 5 "$file cannot be renamed to $final"
    note "$1: recovered ${final##*/}, left open by an earlier end"
  done <<<"$files"
}

# recover_open_files AGENT: the same for an agent that may be running; then its files are left alone.
recover_open_files() { ! gone "$1" || close_open_files "$1"; }

# abandoned_files: the files of both agents that HDFS holds open under their final names. Flume renames a file even if
# it could not close it, because a DataNode was gone; from then on nobody can read it and nobody closes it.
abandoned_files() {
  on namenode hdfs dfsadmin -listOpenFiles -path "$HDFS_ROOT/flume" </dev/null |
    awk -F '\t' '$NF ~ /^\// && $NF !~ /\/_[^\/]*\.tmp$/ { print $NF }'
}

# close_abandoned_files: closes them, whether or not the agents run.
close_abandoned_files() {
  local files file answer
  webhdfs GET "$HDFS_ROOT/flume" GETFILESTATUS >/dev/null 2>&1 || return 0
  files=$(abandoned_files) || die 5 "the open files in $HDFS_ROOT/flume cannot be listed"
  while IFS= read -r file; do
    [[ -n $file ]] || continue
    answer=$(close_file "$file") || die 5 "$file cannot be closed: $answer"
    cut_torn_line "$file" || die 5 "$file cannot be cut"
    note "closed ${file##*/}, which HDFS held open under its final name"
  done <<<"$files"
}
