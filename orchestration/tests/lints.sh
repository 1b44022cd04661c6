# shellcheck shell=bash
# The lints of test.sh, which has sourced tell.sh.

# The linters that are downloaded or built, once for each target folder. Their versions are fixed, because a new release
# must not turn a good checkout red.
LINT_TOOLS=${CARGO_TARGET_DIR:-$REPO/target}/lint-tools

# install_linters: into a folder of their own. cargo-machete is only there as source, and building it takes longer than
# running it: without optimization.
install_linters() {
  mkdir -p -- "$LINT_TOOLS"
  [[ -x $LINT_TOOLS/bin/typos ]] || { python3 -m venv "$LINT_TOOLS" &&
    "$LINT_TOOLS/bin/pip" install --quiet --disable-pip-version-check typos==1.52.0; } || return
  CARGO_TARGET_DIR=$LINT_TOOLS/build cargo install --quiet --locked --debug --root "$LINT_TOOLS" \
    cargo-machete@0.9.2 || return
  rm -rf -- "$LINT_TOOLS/build"
}

# linter PROGRAM ARGUMENTS…: a check by one of them; SKIPPED where it cannot be installed.
linter() {
  if [[ -x $LINT_TOOLS/bin/$1 ]]; then
    check "$1" "$LINT_TOOLS/bin/$1" "${@:2}"
  else
    skip "$1: it cannot be installed: $(tail -n 1 -- "$OUTPUT/linters.log")"
  fi
}

shell_files() {
  git -C "$REPO" ls-files -co --exclude-standard orchestration .ci |
    xargs -I{} grep -lE '^#!.*\b(ba)?sh|shellcheck shell=' -- "$REPO/{}"
}

documents() { RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --locked; }
# links_no CRATE DEPENDENCY: the crate must be free of that dependency.
links_no() { ! cargo tree --quiet --locked -p "$1" -e normal -i "$2" 2>/dev/null | grep -q .; }
# stands_alone CRATE: the only other crate of the workspace that it uses is the library.
stands_alone() {
  ! cargo tree --quiet --locked -p "$1" -e normal --prefix none | grep -F "($REPO/" | grep -vE "^($1|ecom-core) "
}

# borders: which crate may link what.
borders() {
  local crate
  for crate in analyzer splitter schema-gen data-gen log-gen mysql-loader; do
    check "$crate does not link librdkafka" links_no "$crate" rdkafka
  done
  for crate in analyzer splitter schema-gen data-gen log-gen topic-admin streamer consumer; do
    check "$crate does not link a MySQL driver" links_no "$crate" mysql_async
    check "$crate does not link sqlx" links_no "$crate" sqlx-core
  done
  check 'only mysql-loader links mysql_async' links_no reconciler mysql_async
  for crate in analyzer splitter schema-gen data-gen log-gen mysql-loader topic-admin streamer consumer; do
    check "$crate does not link reqwest" links_no "$crate" reqwest
  done
  for crate in crates/*/; do
    crate=${crate#crates/}
    check "${crate%/} depends on no other tool" stands_alone "${crate%/}"
  done
}

lints() {
  local rule files
  check 'cargo fmt' cargo fmt --check
  check 'clippy' cargo clippy --workspace --all-targets --all-features --locked -- -D warnings
  check 'cargo doc' documents
  mapfile -t files < <(shell_files)
  check 'shellcheck' shellcheck "${files[@]}"
  check 'shfmt' shfmt -d "${files[@]}"
  for rule in $("$REPO/orchestration/tests/house_rules.sh" --list); do
    check "house rule: ${rule//_/ }" "$REPO/orchestration/tests/house_rules.sh" "$rule"
  done
  finish linters || true
  linter cargo-machete .
  # The excluded paths of the file are relative to the current folder.
  linter typos .
  borders
}
