# shellcheck shell=bash
# Which data set the stores hold, and whether it is the one that is asked for. Source it after lib.sh, build.sh and
# steps.sh; run_pipeline.sh sets DATA_DIR, NAME, WORK, PLAN, FROM, TO, RESET and ANALYZER_OPTIONS, and KEPT to nothing.

# The mark is one line, the data set's name, which other scripts and the monitor read. What it was made of stands beside it;
# stores that were filled before that was kept have no such file.
MARK=$STACK_DIR/data/data_set
SOURCES=$STACK_DIR/data/sources

# Where the data are tried before anything is changed for them.
REHEARSAL=$ECOM_VAR_DIR/runs/.rehearsal

BEGIN_ANEW='run again from step 1 with --reset to empty the stores first'

# sources_of PLAN: the folder of the data set, then a line for each file: its name and its SHA-256. Files that were left
# out have none.
sources_of() {
  local folder quote="('''|\"\"\"|'|\")"
  folder=$(sed -n -E "/^folder *=/{s/^[^=]*= *$quote(.*)\1.*/\2/p;q}" -- "$1")
  [[ $folder == /* ]] || folder=$(dirname -- "$1")/$folder
  realpath -m -- "$folder"
  sed -n -E -e "/^file *=/{s/^[^=]*= *$quote(.*)\1.*/\2/;h}" \
    -e "/^sha256 *=/{s/^[^=]*= *$quote(.*)\1.*/\2/;H;x;s/\n/ /;p}" -- "$1" | LC_ALL=C sort -u
}

# attempt COMMAND…: runs it and ends the script when it refuses; some rejected records (3) are no refusal.
attempt() {
  local code=0
  if [[ -n $DRY_RUN ]]; then
    run "$@"
    return
  fi
  "$@" >/dev/null || code=$?
  ((code == 0 || code == 3)) || die "$code" "stopped before anything was changed (exit code $code)"
}

# try_analyzer PLAN: makes the plan there. Where the analyzer does not know enough, the plan of the work folder, which a
# person may have completed, holds as long as its files are as they were; else the draft to complete is left beside it.
try_analyzer() {
  local command=(tool analyzer "$DATA_DIR" --plan "$1" --quiet "${ANALYZER_OPTIONS[@]}") code=0 said
  if [[ -n $DRY_RUN ]]; then
    run "${command[@]}"
    return
  fi
  said=$("${command[@]}" 2>&1 >/dev/null) || code=$?
  if ((code == 4)) && [[ -e $PLAN && $(sources_of "$PLAN") == "$DATA_DIR"$'\n'* ]]; then
    mkdir -p -- "$REHEARSAL"
    cp -- "$PLAN" "$1"
    code=0
    "${command[@]}" >/dev/null 2>&1 || code=$?
    ((code != 0 && code != 3)) || KEPT=yes said="${0##*/}: goes on from $PLAN, which knows more than the analyzer"
  fi
  [[ -z $said ]] || printf '%s\n' "${said//"$REHEARSAL"\//"$WORK"\/}" >&2
  ((code == 0 || code == 3)) && return
  if [[ -e ${1%.toml}.draft.toml ]]; then
    mkdir -p -- "$WORK"
    mv -- "${1%.toml}.draft.toml" "$WORK"
  fi
  die "$code" "stopped before anything was changed (exit code $code)"
}

# rehearse: what can refuse the data and needs no server does so here, while the stores and the work folder are as they
# were. Sets WANTED to the sources that the run is about.
rehearse() {
  local tried=$REHEARSAL/plan.toml
  trap clear_rehearsal EXIT
  clear_rehearsal
  if ((FROM == 1)); then
    [[ -n $DRY_RUN ]] || note "looking at $DATA_DIR before anything is changed"
    try_analyzer "$tried"
  else
    tried=$PLAN
    [[ -n $DRY_RUN ]] || check_work_folder
  fi
  [[ -z $RESET ]] || attempt tool splitter --plan "$tried" --out-dir "$REHEARSAL" --quiet
  [[ -z $DRY_RUN ]] || return 0
  WANTED=$(sources_of "$tried")
  [[ -n $RESET ]] || refuse_other_answers "$tried"
  clear_rehearsal
}

clear_rehearsal() { [[ -n $DRY_RUN ]] || rm -rf -- "$REHEARSAL"; }

# check_work_folder: that it holds what the steps before the first one leave, and of this folder.
check_work_folder() {
  [[ -e $PLAN ]] || die 2 "there is no plan of $DATA_DIR yet: begin with step 1"
  refuse_other_folder "$(sources_of "$PLAN")"
  ((FROM == 2)) || [[ -e $WORK/manifest.json ]] || die 2 "$DATA_DIR is not split yet: begin with step 2"
  # The steps between these two do not read the files themselves.
  ((FROM > 2 && TO < ${#STEPS[@]})) || check_files
}

# check_files: that they are as the plan has them.
check_files() {
  local file sum
  while IFS= read -r file; do
    sum=${file##* } file=${file% *}
    [[ -r $DATA_DIR/$file && $(sha256sum <"$DATA_DIR/$file") == "$sum "* ]] || refuse_other_file "$file"
  done < <(sources_of "$PLAN" | tail -n +2)
}

# refuse_other_answers PLAN: the analyzer keeps a plan that is there, also one that it would now make otherwise because of
# its flags.
refuse_other_answers() {
  local place key other
  [[ $1 != "$PLAN" && -e $PLAN ]] || return 0
  for ((place = 0; place < ${#ANALYZER_OPTIONS[@]}; place += 2)); do
    case ${ANALYZER_OPTIONS[place]} in
      --date-order | --number-style | --format) key=format ;;
      --role) key=role ;;
      --encoding) key=dialect ;;
      *) continue ;;
    esac
    other=$(lines_of "$key" "$PLAN" | grep -vxFf <(lines_of "$key" "$1")) || true
    [[ -z $other ]] ||
      die 4 "$PLAN was made with another answer than $(as_typed "${ANALYZER_OPTIONS[@]:place:2}"): $BEGIN_ANEW"
  done
}

# lines_of KEY PLAN: the plan's lines of that key, each behind the name of its column or table.
lines_of() { awk -v key="$1" '/^name *=/ { name = $0 } index($0, key) == 1 && $0 ~ "^" key " *=" { print name, $0 }' "$2"; }

# refuse_other_folder SOURCES: two folders of the same name are two data sets; every later tool reads the plan's.
refuse_other_folder() {
  [[ ${1%%$'\n'*} == "$DATA_DIR" ]] ||
    die 4 "$NAME is the data set of ${1%%$'\n'*}, not of $DATA_DIR: $BEGIN_ANEW"
}

# refuse_other_sources SOURCES: what is held already is of other files than this run.
refuse_other_sources() {
  local file
  [[ $1 != "$WANTED" ]] || return 0
  refuse_other_folder "$1"
  file=$(LC_ALL=C comm -3 <(tail -n +2 <<<"$1") <(tail -n +2 <<<"$WANTED") | sed -n '1{s/^\t//; s/ [^ ]*$//; p}')
  refuse_other_file "$file"
}

refuse_other_file() {
  die 4 "$DATA_DIR/$1 is not the file that was analyzed: $BEGIN_ANEW"
}

# claim_stores: refuses other data than what the stores and the work folder hold; forgets the logs of stores that were
# emptied.
claim_stores() {
  local held=$NAME
  [[ ! -e $MARK ]] || held=$(<"$MARK")
  [[ $held == "$NAME" ]] || die 4 "the stores hold the data set $held: run again with --reset to empty them first"
  [[ ! -e $MARK || ! -e $SOURCES ]] || refuse_other_sources "$(<"$SOURCES")"
  [[ ! -e $PLAN ]] || refuse_other_sources "$(sources_of "$PLAN")"
  if [[ ! -e $MARK || ! -e $SOURCES ]]; then
    printf '%s\n' "$WANTED" >"$SOURCES.new"
    mv -- "$SOURCES.new" "$SOURCES"
  fi
  if [[ ! -e $MARK ]]; then
    rm -rf -- "$WORK/logs" "$WORK/reports/log-gen.json"
    printf '%s\n' "$NAME" >"$MARK"
  fi
}

# reset_stores: begun with step 1, nothing of the old work folder is left either, but a plan that the run goes on from.
reset_stores() {
  run "$STACK_HOME/reset" --yes
  run rm -f -- "$LOG_SPOOL_DIR"/ecommerce_app_*.log
  if [[ -n $KEPT ]]; then
    run find "$WORK" -mindepth 1 -not -name "${PLAN##*/}" -delete
  elif ((FROM == 1)); then
    run rm -rf -- "$WORK"
  fi
}
