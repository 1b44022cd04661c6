# shellcheck shell=bash
# Campaign two-at-once: the same command twice, the second a random moment after the first.
# shellcheck disable=SC2034 # for the other parts of faults.sh

missing_two_at_once() { :; }

trial_two_at_once() {
  local first second
  turn "$1"
  begin "$NAME" || return
  draw "$MOMENTS"
  WHAT="two of $NAME, the second $DRAWN of $MOMENTS ms later"
  "${COMMAND[@]}" <"$INPUT" >"$WORLD/said.first" 2>/dev/null &
  first=$!
  pause "$DRAWN"
  attempt "${COMMAND[@]}"
  documented || return
  second=$CODE CODE=0
  wait "$first" || CODE=$?
  documented || return
  ((second == 0 || CODE == 0)) || because "both failed, with $CODE and $second: $(last_words)" || return
  ((second == 0)) || cp -- "$WORLD/said.first" "$WORLD/said.out"
  whole && complete
}
