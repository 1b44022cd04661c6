//! Servers that are no MySQL, or a hostile one.

use ecom_core::testing::hostile::{self, Hostile, PASSWORD, sentence};
use ecom_core::testing::hostile_mysql::{KEY_REQUEST, MANNERS};

use crate::shop::Shop;

#[test]
fn a_hostile_server_gets_one_sentence_from_the_tool_and_neither_password_nor_file() {
    std::thread::scope(|scope| {
        for (case, manner) in hostile::MANNERS.iter().chain(&MANNERS) {
            scope.spawn(move || {
                // A run holds the lock of its folder.
                let (server, shop) = (Hostile::start(*manner), Shop::new());
                let (plan, port) = (shop.path("plan.toml"), server.port().to_string());
                let args =
                    ["--quiet", "--plan", plan.to_str().unwrap(), "--mysql-host", "127.0.0.1"];
                let settings = [
                    ("MYSQL_PORT", port.as_str()),
                    ("MYSQL_TIMEOUT", "2"),
                    ("MYSQL_ANSWER_TIMEOUT", "2"),
                ];
                let output = hostile::run(env!("CARGO_BIN_EXE_mysql-loader"), &args, &settings);
                // The error that a server gives for a statement is unexpected, and shown.
                let code = if *case == "its error obeys a terminal" { 1 } else { 5 };
                sentence(&output, code, case);
                for secret in [PASSWORD.as_bytes(), b"root:", KEY_REQUEST] {
                    assert!(!server.has_heard(secret), "{case}");
                }
            });
        }
    });
}
