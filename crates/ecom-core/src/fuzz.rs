//! How long the tests look for input that does harm: `ECOM_FUZZ_CASES` is the number of cases of
//! each, for a long run.

use proptest::test_runner::Config;

/// So many cases, unless the environment has another number.
pub(crate) fn cases(usual: u32) -> Config {
    let wanted = std::env::var("ECOM_FUZZ_CASES").ok();
    Config::with_cases(wanted.and_then(|number| number.parse().ok()).unwrap_or(usual))
}
