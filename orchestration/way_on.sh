# shellcheck shell=bash
# How a run ends that failed at a step, and the command that goes on. Source it after lib.sh and options.sh;
# run_pipeline.sh sets DATA_DIR, ONLY, RESET and PLAN.

# failed_at N CODE: ends the run. Step 1 and, with --reset, step 2 have changed nothing when they fail.
failed_at() {
  local hint=''
  if (($1 == 1)) || [[ $1 == 2 && -n $RESET ]]; then
    [[ $2 != 4 || -n $RESET || ! -e $PLAN ]] ||
      hint=": if the files or the answers differ from those of $PLAN, run again with --reset to empty the stores first"
    die "$2" "stopped before anything was changed (exit code $2)$hint"
  fi
  (($1 <= PROOF)) || hint="every store holds what went in (step $PROOF), but the results are not all there; "
  die "$2" "stopped at step $1 (exit code $2); $hint$(way_on "$1" "$2")"
}

# way_on N CODE: the command that goes on after step N has failed, from any folder. What a step refuses or finds wrong,
# it refuses again, so the way is anew: with a plan until the data are split, with the stores after that.
way_on() {
  local step=$1
  if ((step > PROOF)); then
    # What is wrong came from the step before.
    (($2 != 7)) || step=$((step - 1))
    printf 'to resume: %s' "$(this_run --from "$step")"
  elif (($2 == 4 || $2 == 7)); then
    if ((step <= 3)); then
      printf 'to make the plan anew: %s' "$(this_run --reset)"
    else
      printf 'to empty the stores and fill them again: %s' "$(this_run --reset --from 2)"
    fi
  elif [[ -n $ONLY ]]; then
    printf 'to resume: %s' "$(this_run --only "$step")"
  else
    # Step 8 starts agents that have ended, and closes the files that HDFS holds open.
    ((step <= 8)) || step=8
    printf 'to resume: %s' "$(this_run --from "$step")"
  fi
}

# this_run OPTION…: the command of a run of this data set with the same answers, quoted as it has to be typed.
this_run() {
  as_typed "$REPO/orchestration/run_pipeline.sh" "$DATA_DIR" "$@" "${OPTIONS[@]}" "${ANALYZER_OPTIONS[@]}"
}
