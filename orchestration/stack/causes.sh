# shellcheck shell=bash
# Why something failed. Each cause is known by a code: an error number, or the name of an exception's class or of the
# method that throws it. The list is `causes`, beside this file; docs/troubleshooting.md has the same sentences. Source
# it after lib.sh.

# cause WHERE TEXT: prints the exit code and, behind a blank, cause and remedy of the first entry of the list for WHERE
# that the text has; else fails. %s in an entry is what its pattern matched.
cause() {
  local where pattern code sentence remedy match
  while IFS=$'\t' read -r where pattern code sentence remedy; do
    [[ -n $where && $where != '#'* && " $where " == *" $1 "* ]] || continue
    match=$(grep -aoE -m 1 -- "$pattern" <<<"$2" | head -n 1) || continue
    # The client's message without its code, and without the names of our own tables.
    match=$(sed -E 's/^ERROR [0-9]+ \([^)]*\)[^:]*: //; s/_export_(new|text)_//g' <<<"${match:0:300}")
    sentence=$(with_settings "$sentence${remedy:+: $remedy}")
    printf '%s %s\n' "$code" "${sentence//%s/"$match"}"
    return
  done <"$STACK_HOME/causes"
  return 1
}

# die_of WHERE TEXT [BEFORE]: ends the script with the cause, if the list has one; else fails.
die_of() {
  local found
  found=$(cause "$1" "$2") || return 1
  die "${found%% *}" "${3-}${found#* }"
}
