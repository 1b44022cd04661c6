# shellcheck shell=bash
# Campaign two-at-once: the same command twice, the second a random moment after the first.
# shellcheck disable=SC2034 # for the other parts of faults.sh

missing_two_at_once() { :; }

trial_two_at_once() {
  local first codes
  turn "$1"
  # Of a tool that only reads, two may run.
  begin "$NAME" || return
  draw "$MOMENTS"
  WHAT="two of $NAME, the second $DRAWN of $MOMENTS ms later"
  "${COMMAND[@]}" <"$INPUT" >"$WORLD/said.first" 2>&1 &
  first=$!
  pause "$DRAWN"
  attempt "${COMMAND[@]}"
  documented || return
  codes=$CODE CODE=0
  wait "$first" || CODE=$?
  documented || return
  ((codes == 0 || CODE == 0)) || because "both failed, with $CODE and $codes: $(last_words)" || return
  [[ $NAME == consumer ]] || whole || return
  complete
}
