//! x
mod common;
#[test]
fn make() {
    let Some(dir) = std::env::var_os("BENCH_DIR") else { return };
    common::manifest_in(std::path::Path::new(&dir));
}
