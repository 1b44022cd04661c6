#!/usr/bin/env bats
# The house rules: what each finds, and what it leaves alone.

setup() {
  RULES=$BATS_TEST_DIRNAME/house_rules.sh
  export REPO=$BATS_TEST_TMPDIR
  cd "$REPO" || return
  git init --quiet
  mkdir -p crates/{analyzer,consumer,ecom-core}/src orchestration
  printf '[lints]\nworkspace = true\n' | tee crates/{analyzer,consumer,ecom-core}/Cargo.toml >/dev/null
  touch Cargo.toml
  echo '//! The consumer of a topic.' >crates/ecom-core/src/kafka.rs
  echo '//! The report of the analyzer.' >crates/ecom-core/src/report.rs
  printf '#!/bin/sh\necho %s\n' "$(printf '%.0s…' {1..115})" >orchestration/wide.sh
  echo 'It takes precedence over the default, and it is used for good.' >README.md
  versions_everywhere
}

# versions_everywhere: a jar, an image and an end of support, and all that repeats them.
versions_everywhere() {
  mkdir -p orchestration/stack docs
  echo '<kafka.version>4.4.0</kafka.version>' >orchestration/stack/pom.xml
  printf 'image: ${BASE_IMAGE:-debian:13}\nimage: ${MYSQL_IMAGE:-mysql:8.4}\n' >docker-compose.yml
  printf '  default BASE_IMAGE debian:13\n  default MYSQL_IMAGE mysql:8.4\n' >orchestration/stack/docker_settings.sh
  printf '#BASE_IMAGE=debian:13\n#MYSQL_IMAGE=mysql:8.4\n' >.env.example
  echo 'ARG BASE_IMAGE=debian:13' >orchestration/stack/Dockerfile
  printf 'Kafka\t4.4\t2027-10\thttps://example.org\n' >orchestration/stack/support.tsv
  echo '| Kafka 4.4 | 2027-10 | [source](https://example.org) |' >docs/servers.md
  echo 'Kafka 4.4.0 (2027-10)' >>README.md
}

@test "what keeps the rules is left alone" {
  "$RULES"
}

@test "the library names no tool, except for its report" {
  echo '// The analyzer wrote this.' >crates/ecom-core/src/plan.rs
  run "$RULES" core_names_no_tool
  [ "$status" -eq 1 ]
  [ "$output" = 'crates/ecom-core/src/plan.rs:1:// The analyzer wrote this.' ]
}

@test "a crate without the lints of the workspace is found" {
  printf '[lints]\nclippy.all = "warn"\n' >crates/consumer/Cargo.toml
  run "$RULES" crates_share_lints
  [ "$status" -eq 1 ]
  [ "$output" = 'crates/consumer/Cargo.toml: no [lints] workspace = true' ]
}

@test "a dependency that no code names is found" {
  printf '[dependencies]\nserde-json.workspace = true\n[features]\nmore = []\n' >>crates/consumer/Cargo.toml
  printf '[workspace.dependencies]\nserde-json = "1"\nrand = "1"\n' >Cargo.toml
  echo 'use serde_json::Value;' >crates/consumer/src/main.rs
  run "$RULES" used_dependencies
  [ "$status" -eq 1 ]
  [ "$output" = 'Cargo.toml: no crate has rand' ]
  echo 'use serde::Value;' >crates/consumer/src/main.rs
  sed -i /rand/d Cargo.toml
  run "$RULES" used_dependencies
  [ "$output" = 'crates/consumer/Cargo.toml: the code does not use serde-json' ]
}

@test "a long line of shell is found, counted in characters" {
  printf '#!/bin/sh\necho %s\n' "$(printf '%.0s…' {1..116})" >orchestration/wide.sh
  run "$RULES" short_shell_lines
  [ "$status" -eq 1 ]
  [[ $output == 'orchestration/wide.sh:2:echo '* ]]
}

@test "a word that nobody uses any more is found, with what to write instead" {
  echo 'A flag goes before the environment.' >README.md
  run "$RULES" plain_words
  [ "$status" -eq 1 ]
  [ "$output" = $'README.md:1:A flag goes before the environment.\n  ^ write instead: take(s) precedence over' ]
}

@test "a document that links to or names a missing file is found" {
  mkdir -p docs
  echo '[more](docs/more.md#there), [web](https://example.org)' >README.md
  echo '`crates/*/src`, `./orchestration/wide.sh --quick`' >>README.md
  echo '[back](../README.md), `crates/gone.rs`' >docs/more.md
  run "$RULES" documents_name_files
  [ "$status" -eq 1 ]
  [ "$output" = 'docs/more.md: there is no crates/gone.rs' ]
  echo '[gone](more.md), `crates/analyzer`' >docs/more.md
  echo '[more](doc/more.md)' >README.md
  run "$RULES" documents_name_files
  [ "$output" = 'README.md: there is no ./doc/more.md' ]
}

@test "a rule that does not exist is refused" {
  run "$RULES" no_such_rule
  [ "$status" -eq 2 ]
  [ "$output" = 'no such rule: no_such_rule' ]
}

@test "a version that differs between two places is found" {
  echo 'ARG BASE_IMAGE=debian:12' >orchestration/stack/Dockerfile
  run "$RULES" versions_agree
  [ "$status" -eq 1 ]
  [ "$output" = 'orchestration/stack/Dockerfile: there is no: ARG BASE_IMAGE=debian:13' ]
}

@test "a new version without its end of support is found" {
  echo '<kafka.version>4.5.0</kafka.version>' >orchestration/stack/pom.xml
  run "$RULES" versions_agree
  [ "$status" -eq 1 ]
  [ "$output" = 'orchestration/stack/support.tsv: there is no line for Kafka 4.5.0
README.md: there is no: Kafka 4.5.0 (2027-10)' ]
}

@test "a tool that opens a file itself is found, a test that does so is not" {
  printf '%s\n' 'fn run() {' '    File::open(path);' '}' '#[cfg(test)]' 'fn test() { fs::read(path); }' \
    >crates/consumer/src/main.rs
  run "$RULES" inputs_are_regular_files
  [ "$status" -eq 1 ]
  [ "$output" = 'crates/consumer/src/main.rs:2:    File::open(path);' ]
}
