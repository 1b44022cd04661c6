#!/usr/bin/env bats
# docker-compose.yml and the Dockerfile as texts: no daemon is needed.

bats_require_minimum_version 1.5.0

setup_file() {
  # shellcheck source=docker_daemon.bash
  source "$BATS_TEST_DIRNAME/docker_daemon.bash"
  COMPOSE=$(compose_binary) || COMPOSE=
  HADOLINT=$(hadolint_binary) || HADOLINT=
  export COMPOSE HADOLINT ROOT=$DOCKER_ROOT
}

setup() {
  local name
  # The environment must not influence the tests.
  for name in $(sed -n 's/.*\${\([A-Z_]*\).*/\1/p' "$ROOT/docker-compose.yml") COMPOSE_PROJECT_NAME COMPOSE_PROFILES; do
    unset "$name"
  done
  cd "$BATS_TEST_TMPDIR"
  : >empty.env
}

# config ARGUMENTS…: the file as Compose reads it, with every profile.
config() {
  [[ -n $COMPOSE ]] || skip 'SKIPPED: Docker Compose cannot be installed here'
  "$COMPOSE" --project-directory "$ROOT" --file "$ROOT/docker-compose.yml" --env-file "${ENV_FILE:-empty.env}" \
    --profile '*' config "$@"
}

@test "Compose takes the file, with every profile" {
  config -q
  [ "$(config --services | sort | paste -s -d ' ')" = \
    'datanode flume kafka kafka-ui mysql namenode nodemanager resourcemanager secrets sqoop tools' ]
}

@test "folders in .env are relative to the project, and the spool folder follows ECOM_VAR_DIR" {
  # The environment takes precedence over .env.
  unset ECOM_VAR_DIR LOG_SPOOL_DIR
  echo 'ECOM_VAR_DIR=elsewhere' >moved.env
  ENV_FILE=moved.env config --format json >moved.json
  [ "$(grep -oE '"source": "[^"]*/elsewhere[^"]*"' moved.json | sort -u | paste -s -d ' ')" = \
    "\"source\": \"$ROOT/elsewhere\" \"source\": \"$ROOT/elsewhere/logs/incoming\"" ]
  echo 'LOG_SPOOL_DIR=waiting' >>moved.env
  ENV_FILE=moved.env config --format json | grep -qF "\"source\": \"$ROOT/waiting\""
}

@test "without a profile, only the servers start" {
  [[ -n $COMPOSE ]] || skip 'SKIPPED: Docker Compose cannot be installed here'
  run "$COMPOSE" --project-directory "$ROOT" --file "$ROOT/docker-compose.yml" --env-file empty.env config --services
  [ "$(sort <<<"$output" | paste -s -d ' ')" = 'datanode flume kafka mysql namenode secrets sqoop' ]
}

@test "every port is published on this machine only, and can be changed" {
  config --format json >config.json
  [ "$(grep -c '"published"' config.json)" -gt 8 ]
  [ "$(grep -c '"published"' config.json)" = "$(grep -c '"host_ip": "127.0.0.1"' config.json)" ]
  grep -oE '"published": "[0-9]+"' config.json | sort | uniq -d | grep . && false
  # Every number is different in .env.
  grep -oE '\$\{[A-Z_]+_PORT:-[0-9]+' "$ROOT/docker-compose.yml" | tr -d '${' | sort -u |
    awk -F ':-' '{ print $1 "=" $2 + 1000 }' >moved.env
  ENV_FILE=moved.env config --format json >moved.json
  diff <(grep -oE '"published": "[0-9]+"' config.json | grep -oE '[0-9]+' | awk '{ print $1 + 1000 }' | sort) \
    <(grep -oE '"published": "[0-9]+"' moved.json | grep -oE '[0-9]+' | sort)
}

@test "the file and .env.example name the same defaults" {
  local line name
  for line in $(grep -oE '\$\{[A-Z_]+:-[^}]*' "$ROOT/docker-compose.yml" | tr -d '${' | sort -u); do
    name=${line%%:-*}
    grep -q "^#$name=" "$ROOT/.env.example" || { echo "$name is not explained" && false; }
    case $name in
      # Relative to another folder; and the user's own name, which no container has.
      ECOM_VAR_DIR | LOG_SPOOL_DIR | HDFS_USER) ;;
      *) grep -qxF "#$name=${line#*:-}" "$ROOT/.env.example" || { echo "$line is not the default there" && false; } ;;
    esac
  done
}

@test "every service has only the rights that it needs, a memory limit, a health check and time to end" {
  cat >rights.pl <<'PERL'
use JSON::PP;
my $services = decode_json(join "", <STDIN>)->{services};
for my $name (sort keys %$services) {
  my $one = $services->{$name};
  my @some = ($one->{cap_drop}, $one->{cap_add}, $one->{security_opt});
  print join(" ", $name, (map { join(",", sort @{$_ || []}) || "-" } @some), $one->{user} // "-",
    $one->{restart} // "-", $one->{read_only} ? "read-only" : "-", $one->{healthcheck} ? "checked" : "-",
    $one->{stop_grace_period} // "-",
    $one->{mem_limit} && $one->{logging}{options}{"max-size"} ? "limited" : "-"), "\n";
}
PERL
  config --format json >config.json
  diff - <(perl rights.pl <config.json) <<'RIGHTS'
datanode ALL - no-new-privileges:true - unless-stopped read-only checked 1m0s limited
flume ALL - no-new-privileges:true - unless-stopped read-only checked 2m0s limited
kafka ALL - no-new-privileges:true - unless-stopped read-only checked 1m0s limited
kafka-ui ALL - no-new-privileges:true - unless-stopped - checked - limited
mysql ALL - no-new-privileges:true mysql unless-stopped - checked 1m0s limited
namenode ALL - no-new-privileges:true - unless-stopped read-only checked 1m0s limited
nodemanager ALL - no-new-privileges:true - unless-stopped read-only checked - limited
resourcemanager ALL - no-new-privileges:true - unless-stopped read-only checked - limited
secrets ALL CHOWN,DAC_OVERRIDE,FOWNER,FSETID no-new-privileges:true root no read-only - - limited
sqoop ALL - no-new-privileges:true - unless-stopped read-only checked - limited
tools ALL KILL,SETGID,SETUID no-new-privileges:true root no read-only - - limited
RIGHTS
  run grep -E '"privileged": true|docker.sock|"network_mode": "host"|"pid": "host"' config.json
  [ -z "$output" ]
}

@test "no password stands in the file" {
  config --format json >config.json
  run grep -iE 'password' config.json
  while read -r line; do [[ $line == *_FILE* || $line == *'"--'* ]]; done <<<"$output"
}

@test "the linter finds nothing in the Dockerfile" {
  [[ -n $HADOLINT ]] || skip 'SKIPPED: hadolint cannot be installed here'
  "$HADOLINT" --config "$ROOT/orchestration/stack/docker/hadolint.yaml" "$ROOT/orchestration/stack/Dockerfile"
}

@test "the linter finds a mistake" {
  [[ -n $HADOLINT ]] || skip 'SKIPPED: hadolint cannot be installed here'
  printf 'FROM debian:latest\nRUN cd /tmp; sudo apt-get install x\n' >Dockerfile
  run "$HADOLINT" --config "$ROOT/orchestration/stack/docker/hadolint.yaml" Dockerfile
  [ "$status" -ne 0 ]
}

@test "nothing private or large reaches the builder" {
  # The first pattern excludes everything; the others name what is included.
  [ "$(grep -vE '^(#|$)' "$ROOT/.dockerignore" | head -n 1)" = '*' ]
  run grep -E '^!' "$ROOT/.dockerignore"
  [[ $output != *'!var'* && $output != *'!.'* && $output != *'!*'* && $output != *'!data'* && $output != *'!target'* ]]
}

@test "the builder of the tools gets the whole workspace, and uses the project's Rust" {
  local path
  local copied='/AS binaries$/,/^FROM/s/^COPY \(Cargo.*\|crates\/\) [^ ]*$/\1/p'
  for path in $(sed -n "$copied" "$ROOT/orchestration/stack/Dockerfile"); do
    grep -qxF "!${path%/}" "$ROOT/.dockerignore"
    cp -R "$ROOT/$path" .
  done
  cargo metadata --manifest-path Cargo.toml --locked --offline --no-deps --format-version 1 >metadata
  [ "$(grep -oE '"kind":\["bin"\]' metadata | wc -l)" -eq 12 ]
  # A file from outside the crates would be missing there.
  run ! grep -rnE 'include_(str|bytes)!\("(\.\./){4,}' crates
  version=$(sed -n 's/^channel = "\([0-9]*\.[0-9]*\).*/\1/p' "$ROOT/rust-toolchain.toml")
  grep -qF "RUST_IMAGE:-rust:$version-trixie" "$ROOT/docker-compose.yml"
  grep -qxF "ARG RUST_IMAGE=rust:$version-trixie" "$ROOT/orchestration/stack/Dockerfile"
}
