# shellcheck shell=bash
# The Rust tools: where they are and how they are built. Source it after lib.sh.

# shellcheck source=stack/packages.sh
source "$REPO/orchestration/stack/packages.sh"

# The folder of the built tools. If the environment gives it, nothing is built.
[[ -n ${ECOM_BIN_DIR-} ]] && BUILD='' || BUILD=yes
ECOM_BIN_DIR=${ECOM_BIN_DIR:-${CARGO_TARGET_DIR:-$REPO/target}/release}
export ECOM_BIN_DIR

# tool NAME ARGUMENTS…: runs one of the tools.
tool() {
  [[ -x $ECOM_BIN_DIR/$1 ]] || die 2 "$1 is not built: run orchestration/run_pipeline.sh, or cargo build --release"
  "$ECOM_BIN_DIR/$1" "${@:2}"
}

# first_build: whether the tools have never been built, which takes some minutes.
first_build() { [[ -n $BUILD && ! -x $ECOM_BIN_DIR/reconciler ]]; }

# build_tools: builds what has changed. In a terminal, cargo shows how far it is.
build_tools() {
  local quiet=()
  [[ -n $BUILD ]] || return 0
  [[ -n $(command -v cargo) || ! -x $HOME/.cargo/bin/cargo ]] || PATH=$HOME/.cargo/bin:$PATH
  command -v cargo >/dev/null || die 2 "Rust is missing: install it from https://rustup.rs, then run this again"
  require_packages missing_build_packages
  ! first_build || note 'building the tools; the first time takes some minutes'
  [[ -t 2 ]] || quiet=(--quiet)
  (umask "$CALLERS_MASK" && cargo build "${quiet[@]}" --release --locked --bins --manifest-path "$REPO/Cargo.toml") ||
    die 1 'the tools do not build: see above'
}

# build_beside_fetch: builds the tools, the first time beside what the servers' first start waits for longest, whose
# process is FETCH. If that fails, the start fails for the same reason, and says it.
build_beside_fetch() {
  if first_build; then
    require_packages missing_at_first
    "$STACK_HOME/up" --fetch </dev/null >/dev/null 2>&1 9>&- &
    # shellcheck disable=SC2034 # for run_pipeline.sh
    FETCH=$!
  fi
  build_tools
}
missing_at_first() { missing_build_packages && { [[ $STACK != native ]] || missing_packages; }; }
