# shellcheck shell=bash
# The lints of test.sh, which has sourced tell.sh.

# The linter that is downloaded, once for each target folder. Its version is fixed, because a new release must not turn
# a good checkout red.
LINT_TOOLS=${CARGO_TARGET_DIR:-$REPO/target}/lint-tools

# install_linters: into a folder of their own.
install_linters() {
  [[ -x $LINT_TOOLS/bin/typos ]] || { python3 -m venv "$LINT_TOOLS" &&
    "$LINT_TOOLS/bin/pip" install --quiet --disable-pip-version-check typos==1.52.0; }
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

# --examples, which there are none of, and --all-features: so the dependencies have the features that clippy has checked
# them with, and are not checked again.
documents() {
  RUSTDOCFLAGS='-D warnings' cargo doc --workspace --lib --bins --examples --all-features --no-deps --locked
}
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
  # The excluded paths of the file are relative to the current folder.
  linter typos .
  borders
}
