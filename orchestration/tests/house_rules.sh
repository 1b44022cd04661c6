#!/usr/bin/env bash
# Checks the rules of this project that no ordinary linter knows. Prints every line that breaks one.
#
# Usage: orchestration/tests/house_rules.sh [--list | RULE…]
#
#   core_names_no_tool   ecom-core names none of the tools that use it, except in the names of run reports
#   crates_share_lints   every crate inherits the workspace's lints
#   short_shell_lines    a line of shell has at most 120 characters
#   plain_words          no text contains a word or phrase of words.txt
#   versions_agree       what repeats a version says what pom.xml, docker-compose.yml and support.tsv say
#   documents_name_files every relative link, and every path of crates or orchestration in a document, exists
#   used_dependencies    every dependency of a crate is named in its code, every one of the workspace in a crate
#   inputs_are_regular_files  no tool opens a file but by ecom_core::input, which refuses pipes and devices
#
# Without RULE it checks all of them; --list prints their names.
#
# Exit codes: 0 all kept · 1 one is broken · 2 no such rule

# shellcheck disable=SC2317 # each rule is a function, called by its name
set -euo pipefail
export LC_ALL=C.UTF-8
HERE=$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")
REPO=${REPO-$(realpath -- "$HERE/../..")}
RULES=(core_names_no_tool crates_share_lints short_shell_lines plain_words versions_agree documents_name_files
  used_dependencies inputs_are_regular_files)
cd -- "$REPO"

# files PATTERN…: what the repository holds, and what is new.
files() {
  local file
  git ls-files -co --exclude-standard --deduplicate -- "$@" |
    while read -r file; do [[ ! -f $file ]] || echo "$file"; done
}

# A consumer is also Kafka's, a lake also what HDFS is here.
core_names_no_tool() {
  local tools
  tools=$(basename -a -- crates/*/ | grep -vxE 'ecom-core|consumer|lake' | paste -s -d '|')
  ! files crates/ecom-core/src | grep -vE 'src/report(/|\.rs$)' | xargs -r grep -HnwE -- "$tools"
}

crates_share_lints() {
  local manifest code=0
  for manifest in crates/*/Cargo.toml; do
    grep -A 1 -xF '[lints]' -- "$manifest" | grep -qxF 'workspace = true' && continue
    echo "$manifest: no [lints] workspace = true"
    code=1
  done
  return "$code"
}

short_shell_lines() {
  ! files orchestration .ci | xargs -d '\n' grep -lE '^#!.*\b((ba)?sh|bats)|shellcheck shell=' |
    xargs -d '\n' grep -HnE '^.{121,}'
}

# words.txt: an extended regular expression, a tab, and what to write instead.
plain_words() {
  local expression instead texts code=0
  texts=$(mktemp)
  files '*.md' '*.rs' '*.toml' '*.yml' '*.env' '*.conf' .env.example orchestration |
    grep -vE 'orchestration/tests/(words.txt|rules.bats)$|/readings/' >"$texts"
  while IFS=$'\t' read -r expression instead; do
    [[ -n $expression && $expression != '#'* ]] || continue
    if xargs -d '\n' -a "$texts" grep -HniwE -- "$expression"; then
      echo "  ^ write instead: $instead"
      code=1
    fi
  done <"$HERE/words.txt"
  rm -f -- "$texts"
  return "$code"
}

# repeats FILE LINE: whether that line or, in a document, these words stand in the file.
repeats() {
  if [[ $1 == *.md ]]; then [[ $(tr '\n' ' ' <"$1") == *"$2"* ]]; else grep -qxF -- "$2" "$1"; fi && return
  echo "$1: there is no: $2"
  return 1
}

# The jars' versions stand in pom.xml, the images' in docker-compose.yml, the ends of support in support.tsv.
versions_agree() {
  local stack=orchestration/stack name version line part until source code=0
  while IFS=$'\t' read -r name version; do
    repeats "$stack"/docker_settings.sh "  default $name $version" || code=1
    repeats .env.example "#$name=$version" || code=1
    ! grep -q "^ARG $name\b" "$stack"/Dockerfile || repeats "$stack"/Dockerfile "ARG $name=$version" || code=1
  done < <(grep -oE '\$\{[A-Z_]+_IMAGE:-[^}]+' docker-compose.yml | sed 's/^..//; s/:-/\t/' | sort -u)
  # reload4j only passes on what is logged.
  while read -r name; do
    cut -f 1 "$stack"/support.tsv | tr '/' '-' | grep -qxiF -- "$name" && continue
    echo "$stack/support.tsv: there is no $name, which pom.xml has" && code=1
  done < <(sed -n 's|.*<\([a-z0-9-]*\)\.version>.*|\1|p' "$stack"/pom.xml | grep -vxF reload4j)
  while IFS=$'\t' read -r part line until source; do
    [[ -n $part && $part != '#'* ]] || continue
    repeats docs/servers.md "| $part $line | $until | [source]($source) |" || code=1
    name=${part,,}
    version=$(sed -n "s|.*<${name//\//-}.version>\(.*\)</.*|\1|p" "$stack"/pom.xml)
    [[ -n $version ]] || continue
    [[ $version == "$line".* ]] || { echo "$stack/support.tsv: there is no line for $part $version" && code=1; }
    repeats README.md "$part $version ($until)" || code=1
  done <"$stack"/support.tsv
  return "$code"
}

# A link counts from its document's folder, a path in backquotes from the root. Names with wildcards or placeholders are
# not files.
documents_name_files() {
  local document target code=0
  while read -r document; do
    while read -r target; do
      [[ -e $target ]] || { echo "$document: there is no $target" && code=1; }
    done < <(named_files "$document")
  done < <(files '*.md')
  return "$code"
}
named_files() {
  local folder target
  folder=$(dirname -- "$1")
  { grep -oP '\]\(\K[^)#]+' -- "$1" || true; } | while read -r target; do
    [[ $target == *://* ]] || echo "$folder/$target"
  done
  # shellcheck disable=SC2016 # backquotes of Markdown
  grep -oP '`(\./)?\K(crates|orchestration|docs|flume-conf)/[^` ]+' -- "$1" | grep -v '[*{…]' || true
}

# dependencies MANIFEST: the names in its sections [dependencies], [dev-dependencies] and [workspace.dependencies].
dependencies() {
  awk -F '[ .=]' '/^\[/ { wanted = /dependencies\]$/; next } wanted && /^[A-Za-z0-9_-]/ { print $1 }' "$1"
}

used_dependencies() {
  local manifest name crate code=0
  for manifest in crates/*/Cargo.toml; do
    crate=$(dirname -- "$manifest")
    while read -r name; do
      files "$crate/*.rs" | xargs -d '\n' grep -qwF -- "${name//-/_}" && continue
      echo "$manifest: the code does not use $name" && code=1
    done < <(dependencies "$manifest")
  done
  while read -r name; do
    grep -qE "^$name\b" crates/*/Cargo.toml || { echo "Cargo.toml: no crate has $name" && code=1; }
  done < <(dependencies Cargo.toml)
  return "$code"
}

# Tests open what they made.
inputs_are_regular_files() {
  local file code=0
  while read -r file; do
    sed '/#\[cfg(test)\]/,$d' -- "$file" | grep -nE 'File::open\(|fs::read(_to_string)?\(' |
      grep -vF '"/etc/passwd"' | sed "s|^|$file:|" && code=1
  done < <(files 'crates/*/src/*.rs' |
    grep -vE 'tests?(_.*)?\.rs$|/tests/|terminal/picture\.rs$|ecom-core/src/(input|atomic|lock|testing)\.rs$')
  return "$code"
}

(($# > 0)) || set -- "${RULES[@]}"
[[ $1 != --list ]] || { printf '%s\n' "${RULES[@]}" && exit; }
CODE=0
for rule in "$@"; do
  [[ " ${RULES[*]} " == *" $rule "* ]] || { echo "no such rule: $rule" >&2 && exit 2; }
  "$rule" || CODE=1
done
exit "$CODE"
