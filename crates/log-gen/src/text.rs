//! Appending texts to a line.

use ecom_core::escape;

/// The longest value in a line, in characters; a longer one ends in an ellipsis.
const MOST: usize = 120;

/// Appends these texts.
pub(crate) fn push(out: &mut String, texts: &[&str]) {
    for text in texts {
        out.push_str(text);
    }
}

/// Appends a value of the data set, without control characters and shortened if needed.
pub(crate) fn push_safe(out: &mut String, text: &str) {
    // Without an early end the compiler looks at many bytes at once.
    let plain = |all, byte: u8| all & (b' '..=b'~').contains(&byte);
    if text.len() <= MOST && text.bytes().fold(true, plain) {
        out.push_str(text);
    } else {
        out.push_str(&escape::excerpt(text, MOST));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_break_a_line() {
        let safe = |text: &str| {
            let mut out = String::new();
            push_safe(&mut out, text);
            out
        };
        assert_eq!(safe("Café"), "Café");
        assert_eq!(safe("a\nb\x1b[31m\u{85}\u{2028}"), "a\\nb\\u{1b}[31m\\u{85}\\u{2028}");
        assert_eq!(safe(&"ü".repeat(500)).chars().count(), MOST + 1);
    }
}
