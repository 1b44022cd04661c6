//! The token that clients need if other computers can reach the monitor.

use std::path::Path;

use ecom_core::exit::Failure;
use ecom_core::input;
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

/// The shortest token, in characters.
pub(super) const LEAST: usize = 16;

/// The longest token, in characters: it must fit into a cookie.
const MOST: usize = 512;

/// A secret of at least 16 characters that are valid in a header and in a cookie.
#[derive(Debug)]
pub(crate) struct Token(SecretString);

impl Token {
    /// Reads it from `file`, or from `MONITOR_TOKEN`; returns `None` without either. Never an
    /// argument, which other users could see in the list of processes.
    pub(crate) fn find(file: Option<&Path>) -> Result<Option<Self>, Failure> {
        if let Some(file) = file {
            let name = file.display();
            let text = input::text(file).map_err(|failure| {
                Failure::usage(format!("cannot read the token file {name}")).because(failure)
            })?;
            return Self::new(text.trim(), &name.to_string()).map(Some);
        }
        let text = std::env::var("MONITOR_TOKEN").ok();
        text.map(|text| Self::new(text.trim(), "MONITOR_TOKEN")).transpose()
    }

    fn new(text: &str, origin: &str) -> Result<Self, Failure> {
        let usable = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        if !(LEAST..=MOST).contains(&text.len()) || !text.bytes().all(usable) {
            return Err(Failure::usage(format!(
                "{origin}: a token must have {LEAST} to {MOST} characters from A-Z a-z 0-9 - . _ ~ + / ="
            )));
        }
        Ok(Self(text.into()))
    }

    /// Whether `offer` is the token, in a time that does not reveal how much of it is right.
    pub(super) fn is(&self, offer: &str) -> bool {
        self.0.expose_secret().as_bytes().ct_eq(offer.as_bytes()).into()
    }

    /// The token itself, for the cookie.
    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_is_the_token() {
        let token = Token::new("abcdefgh01234567", "here").unwrap();
        assert!(token.is("abcdefgh01234567"));
        for other in ["", "abcdefgh0123456", "abcdefgh012345678", "Abcdefgh01234567"] {
            assert!(!token.is(other), "{other}");
        }
    }

    #[test]
    fn a_token_that_is_short_or_does_not_fit_into_a_cookie_is_refused_without_revealing_it() {
        for text in ["", "fifteen-letters", "sixteen letters;", "sixteen-letters\u{e9}"] {
            let failure = Token::new(text, "MONITOR_TOKEN").unwrap_err();
            assert_eq!(failure.code() as u8, 2);
            assert!(text.is_empty() || !failure.to_string().contains(text));
        }
        assert!(!format!("{:?}", Token::new("abcdefgh01234567", "").unwrap()).contains("abcd"));
    }
}
