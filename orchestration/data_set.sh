# shellcheck shell=bash
# Which data set a run is about, whether the stores may take it, and how --reset replaces the one that they hold. Source
# it after lib.sh, build.sh and steps.sh; run_pipeline.sh sets DATA_DIR, FROM, TO and RESET.

# With --reset, steps 1 and 2 write here; then this folder takes the place of the work folder.
STAGING=$ECOM_VAR_DIR/runs/.staging

# find_data_set: sets WORK, the data set's work folder, PLAN, its plan, INTO, where steps 1 and 2 write, and CLAIM, what
# lake needs to know about this run.
# shellcheck disable=SC2034 # INTO is for steps.sh
find_data_set() {
  local name
  name=$(tool analyzer "$DATA_DIR" --print-name)
  WORK=$ECOM_VAR_DIR/runs/$name PLAN=$WORK/plan.toml
  INTO=$WORK
  [[ -z $RESET ]] || ((FROM > 2)) || INTO=$STAGING
  CLAIM=(--data-set "$name" --folder "$DATA_DIR" --plan "$PLAN")
}

# check_data_set: refuses a run whose earlier steps have left nothing, or that the stores cannot take. It costs no
# second read of the data: the steps that read the source files check them, and --files is only for a run that skips
# those.
check_data_set() {
  local options=()
  ((FROM == 1)) || [[ -e $PLAN ]] || die 2 "there is no plan of $DATA_DIR yet: begin with step 1"
  ((FROM <= 2)) || [[ -e $WORK/manifest.json ]] || die 2 "$DATA_DIR is not split yet: begin with step 2"
  [[ -z $RESET ]] || ((FROM > 1)) || return 0
  [[ -n $RESET ]] || options+=(--stores "$STACK_DIR/data")
  ((FROM <= 2 || TO < PROOF)) || options+=(--files)
  tool lake check "${CLAIM[@]}" "${options[@]}"
}

# stage: runs steps 1 and 2 while the stores and the work folder stay as they are. Only when both have succeeded are the
# stores emptied and the work folder replaced.
stage() {
  local number
  [[ -n $DRY_RUN ]] || trap end_staging EXIT
  run rm -rf -- "$STAGING"
  run mkdir -p -- "$STAGING/reports"
  ((FROM == 1)) || keep_analysis
  for ((number = FROM; number <= 2; number++)); do
    step "$number" 9>&-
  done
  empty_stores
  run rm -rf -- "$WORK"
  run mv -- "$STAGING" "$WORK"
}

# keep_analysis: what step 1 left, with a plan that a person may have edited.
keep_analysis() {
  local file
  run cp -- "$PLAN" "$STAGING"
  for file in analysis.html reports/analyzer.json; do
    [[ ! -e $WORK/$file ]] || run cp -- "$WORK/$file" "$STAGING/$file"
  done
}

# end_staging: a draft that the analyzer left for a person to complete survives the staging folder.
end_staging() {
  if [[ -e $STAGING/plan.draft.toml ]]; then
    mkdir -p -- "$WORK"
    mv -f -- "$STAGING/plan.draft.toml" "$WORK"
    note "the draft of the plan is now $WORK/plan.draft.toml"
  fi
  rm -rf -- "$STAGING"
}

empty_stores() {
  local code=0
  printf '\nEmptying the stores\n'
  run "$STACK_HOME/reset" --yes || code=$?
  ((code == 0)) ||
    die "$code" "the stores could not be emptied (exit code $code); to resume: $(this_run --reset --from "$FROM")"
  # Whatever name Flume has given them meanwhile.
  run rm -f -- "$LOG_SPOOL_DIR"/{,.}ecommerce_app_*.log*
}

# claim_stores: notes which data set the stores hold. Empty stores know nothing about log files of an earlier run.
claim_stores() {
  [[ -e $STACK_DIR/data/data_set ]] || rm -rf -- "$WORK/logs" "$WORK/reports/log-gen.json"
  tool lake claim "${CLAIM[@]}" --stores "$STACK_DIR/data"
}
