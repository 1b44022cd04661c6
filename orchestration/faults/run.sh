# shellcheck shell=bash
# How faults.sh runs a campaign: it draws each trial from the seed, counts trials and violations, and prints the bound.
# For each CAMPAIGN: trial_CAMPAIGN NUMBER returns 0 if all went well, 1 after `because` if not, and NOT_MET if the
# fault did not happen, so that nothing was tried; missing_CAMPAIGN prints why it cannot run here, if so.
# shellcheck disable=SC2034 # for the other parts of faults.sh

NOT_MET=3
TRIALS=0 VIOLATIONS=0 SUMMARY=()
# How often each exit code was seen while a fault was at work.
declare -A CODES=()

# draw NUMBER: sets DRAWN to one of the numbers from 0 to NUMBER - 1. Not in a subshell, whose numbers bash draws anew.
draw() { DRAWN=$((((RANDOM << 15) | RANDOM) % $1)); }

# seed_trial CAMPAIGN NUMBER: the same seed, campaign and number draw the same fault.
seed_trial() { RANDOM=$(cksum <<<"$SEED $1 $2" | cut -d ' ' -f 1); }

# because REASON…: why this trial is a violation; always fails.
because() {
  WHY=$*
  return 1
}

# bound TRIALS VIOLATIONS: the largest rate of violations that 95 % confidence leaves, in percent: the one-sided bound
# of Clopper and Pearson. It solves P(at most VIOLATIONS of TRIALS) = 0.05; without a violation it is close to
# 3 / TRIALS.
bound() {
  LC_ALL=C awk -v n="$1" -v k="$2" 'BEGIN {
    if (k >= n) { print "100"; exit }
    low = k / n; high = 1
    for (step = 0; step < 60; step++) {
      p = (low + high) / 2; term = exp(n * log(1 - p)); sum = term
      for (i = 1; i <= k; i++) { term *= (n - i + 1) / i * p / (1 - p); sum += term }
      if (sum > 0.05) low = p; else high = p
    }
    printf "%.2g\n", 100 * high }'
}

# campaign NAME TRIALS: runs that many trials, or until the campaign has none left or the time is over.
campaign() {
  local name=$1 wanted=$2 reason counted=0 number broken=0 since=$SECONDS outcome
  reason=$("missing_$name")
  if [[ -n $reason ]]; then
    printf 'SKIPPED: %s: %s\n' "${name//_/-}" "$reason"
    return
  fi
  CODES=()
  for ((number = ${TRIAL:-1}; counted < wanted && number <= ${TRIAL:-wanted * 5}; number++)); do
    ((SECONDS < MINUTES * 60)) || { printf '%s: the time is over\n' "${name//_/-}" && break; }
    [[ ! -t 2 ]] || printf '\r%s: %d of %d \r' "${name//_/-}" "$((counted + 1))" "$wanted" >&2
    run_trial "$name" "$number" && outcome=0 || outcome=$?
    ((outcome != NOT_MET)) || continue
    counted=$((counted + 1))
    ((outcome == 0)) || { broken=$((broken + 1)) && violated "$name" "$number"; }
  done
  TRIALS=$((TRIALS + counted)) VIOLATIONS=$((VIOLATIONS + broken))
  result "${name//_/-}" "$counted" "$broken" "$((SECONDS - since))"
}

# run_trial CAMPAIGN NUMBER: one trial, and what it was.
run_trial() {
  WHY='' WHAT='' PATIENCE=0
  seed_trial "$1" "$2"
  "trial_$1" "$2"
}

# violated CAMPAIGN NUMBER: says what happened and how to see it again, and keeps the trial's files.
violated() {
  # shellcheck disable=SC2153 # of faults.sh
  local kept=$KEPT/$1-$2
  printf 'VIOLATION in %s, trial %d (%s): %s\n' "${1//_/-}" "$2" "$WHAT" "$WHY"
  printf '  again: orchestration/faults.sh --seed %s --only %s --trial %d%s%s\n' \
    "$SEED" "${1//_/-}" "$2" "${LONG:+ --long}" "${WITHOUT_SERVERS:+ --without-servers}"
  rm -rf -- "$kept"
  mkdir -p -- "$kept"
  cp -R -- "$ROOM"/. "$WORLD"/said.* "$kept" 2>/dev/null || true
  printf '  its files: %s\n' "$kept"
}

# result CAMPAIGN TRIALS VIOLATIONS SECONDS
result() {
  local code seen='' limit=-
  (($2 == 0)) || limit="$(bound "$2" "$3") %"
  for code in $(printf '%s\n' "${!CODES[@]}" | sort -n); do seen+=" $code×${CODES[$code]}"; done
  printf '%s: %d trials, %d violations, below %s with 95 %% confidence; %d s; exit codes:%s\n' \
    "$1" "$2" "$3" "$limit" "$4" "$seen"
  SUMMARY+=("$1|$2|$3|$limit")
}

summary() {
  local row
  printf '\n%-16s %8s %12s %12s\n' CAMPAIGN TRIALS VIOLATIONS '95 % BOUND'
  for row in "${SUMMARY[@]}"; do
    IFS='|' read -r -a row <<<"$row"
    printf '%-16s %8d %12d %12s\n' "${row[@]}"
  done
  ((TRIALS > 0)) || die 2 'no trial could be made: see above'
  if ((VIOLATIONS > 0)); then
    printf '✗ %d of %d trials broke a promise: see VIOLATION above\n' "$VIOLATIONS" "$TRIALS"
    return 7
  fi
  printf '✓ %d trials, no violation: fewer than %s %% of such faults break a promise, with 95 %% confidence\n' \
    "$TRIALS" "$(bound "$TRIALS" 0)"
}
