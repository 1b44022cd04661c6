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

# build_tools: builds what has changed; the first time takes some minutes.
build_tools() {
  [[ -n $BUILD ]] || return 0
  [[ -n $(command -v cargo) || ! -x $HOME/.cargo/bin/cargo ]] || PATH=$HOME/.cargo/bin:$PATH
  command -v cargo >/dev/null || die 2 "Rust is missing: install it from https://rustup.rs, then run this again"
  require_packages missing_build_packages
  [[ -x $ECOM_BIN_DIR/reconciler ]] || note 'building the tools; the first time takes some minutes'
  (umask "$CALLERS_MASK" && cargo build --quiet --release --locked --bins --manifest-path "$REPO/Cargo.toml") ||
    die 1 'the tools do not build: see above'
}
