//! Which requests are allowed, by method, Host, body and token; and the headers of every answer.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse as _, Response};

use super::token::Token;

/// The cookie that keeps the token out of addresses.
const COOKIE: &str = "ecom_monitor_token";

/// The page that asks a person for the token.
const ASK: &str = include_str!("assets/token.html");

/// What the page may do: load its own scripts, styles and data. No text can become markup.
const CONTENT_SECURITY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// The headers of every answer.
const HEADERS: [(header::HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CACHE_CONTROL, "no-store"),
];

/// More headers of every answer, which the library has no names for.
const CROSS_ORIGIN: [(&str, &str); 4] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
];

/// Which requests are allowed.
#[derive(Debug)]
pub(super) struct Policy {
    hosts: Vec<String>,
    token: Option<Token>,
}

impl Policy {
    /// `hosts` are allowed besides `localhost` and addresses.
    pub(super) fn new(hosts: Vec<String>, token: Option<Token>) -> Self {
        Self { hosts, token }
    }

    fn refusal(&self, request: &Request) -> Option<Response> {
        if ![Method::GET, Method::HEAD].contains(request.method()) {
            let headers = [(header::ALLOW, "GET, HEAD")];
            let text = "405: only GET and HEAD are allowed\n";
            return Some((StatusCode::METHOD_NOT_ALLOWED, headers, text).into_response());
        }
        if !self.serves(request) {
            let text = "421: unknown host name; \
                        allow it with --allowed-host\n";
            return Some((StatusCode::MISDIRECTED_REQUEST, text).into_response());
        }
        if has_body(request.headers()) {
            let headers = [(header::CONNECTION, "close")];
            let text = "413: requests must not have a body\n";
            return Some((StatusCode::PAYLOAD_TOO_LARGE, headers, text).into_response());
        }
        self.token.as_ref().and_then(|token| without_token(token, request))
    }

    /// Whether the request is addressed to this monitor. With DNS rebinding, the name of a foreign
    /// page points here, but its requests still carry that name. An IP address is not a name, so no
    /// foreign page can have it.
    fn serves(&self, request: &Request) -> bool {
        let mut names = request.headers().get_all(header::HOST).iter();
        let (Some(name), None) = (names.next(), names.next()) else { return false };
        let header = name.to_str().ok().and_then(|name| name.parse::<Authority>().ok());
        let target = request.uri().authority();
        header.is_some_and(|name| self.is_ours(&name)) && target.is_none_or(|it| self.is_ours(it))
    }

    fn is_ours(&self, name: &Authority) -> bool {
        let host = name.host().trim_end_matches('.');
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let known = |ours: &&str| ours.eq_ignore_ascii_case(host);
        let given = self.hosts.iter().map(String::as_str);
        !name.as_str().contains('@')
            && (address.is_ok() || ["localhost"].into_iter().chain(given).any(|it| known(&it)))
    }
}

/// Passes a request on or refuses it, and adds the headers to the answer.
pub(super) async fn check(
    State(policy): State<Arc<Policy>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match policy.refusal(&request) {
        Some(refusal) => refusal,
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in CROSS_ORIGIN {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn has_body(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH);
    headers.contains_key(header::TRANSFER_ENCODING) || length.is_some_and(|length| length != "0")
}

/// The answer to a request without the token, or with the token in its address.
fn without_token(token: &Token, request: &Request) -> Option<Response> {
    if let Some(offer) = in_address(request) {
        return Some(if token.is(&offer) { with_cookie(token, request) } else { ask(request) });
    }
    let headers = request.headers();
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| value.split_once(' '));
    let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let known =
        bearer.is_some_and(|(_, offer)| token.is(offer.trim())) || in_cookie(token, headers);
    (!known).then(|| ask(request))
}

fn in_cookie(token: &Token, headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let cookies = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    cookies.filter(|(name, _)| name.trim() == COOKIE).any(|(_, offer)| token.is(offer.trim()))
}

fn in_address(request: &Request) -> Option<String> {
    let pairs = request.uri().query()?.split('&');
    pairs
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| *name == "token")
        .map(|it| decode(it.1))
}

/// Decodes `%2B` and the like; returns an empty text, which is never a token, for an invalid
/// escape.
fn decode(text: &str) -> String {
    let mut parts = text.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let byte = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte.filter(u8::is_ascii) {
            Some(byte) => {
                plain.push(byte.into());
                plain.push_str(&part[2..]);
            }
            None => return String::new(),
        }
    }
    plain
}

/// Redirects the browser to the same page without the token, so that the token is in no history and
/// in no Referer.
fn with_cookie(token: &Token, request: &Request) -> Response {
    let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict", token.expose());
    let path = format!("/{}", request.uri().path().trim_start_matches('/'));
    let headers = [(header::SET_COOKIE, cookie), (header::LOCATION, path)];
    (StatusCode::SEE_OTHER, headers, "303: the token is in a cookie now\n").into_response()
}

fn ask(request: &Request) -> Response {
    let headers = [(header::WWW_AUTHENTICATE, "Bearer realm=\"monitor\"")];
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if accepted.is_some_and(|accepted| accepted.contains("text/html")) {
        return (StatusCode::UNAUTHORIZED, headers, Html(ASK)).into_response();
    }
    let text = "401: a token is required: Authorization: Bearer TOKEN\n";
    (StatusCode::UNAUTHORIZED, headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ours(name: &str) -> bool {
        let policy = Policy::new(vec!["monitor.school".into()], None);
        name.parse().is_ok_and(|name| policy.is_ours(&name))
    }

    #[test]
    fn addresses_localhost_and_given_names_are_ours() {
        for name in ["localhost", "LocalHost:8090", "127.0.0.1:1", "[::1]:8090", "192.168.1.7"] {
            assert!(is_ours(name), "{name}");
        }
        assert!(is_ours("monitor.school:80") && is_ours("Monitor.School."));
    }

    #[test]
    fn other_names_are_not_ours() {
        let names =
            ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::1", ""];
        for name in names.into_iter().chain(["localhost@evil.example", "evil@localhost", "a b"]) {
            assert!(!is_ours(name), "{name}");
        }
    }

    #[test]
    fn an_escaped_token_is_decoded_and_a_broken_escape_is_no_token() {
        assert_eq!(decode("a%2Bb%2f%3D+c"), "a+b/=+c");
        assert_eq!([decode("abc%"), decode("%zz"), decode("%e9"), decode("%é")], ["", "", "", ""]);
    }
}
