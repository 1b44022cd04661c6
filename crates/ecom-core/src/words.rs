//! Counts in sentences.

/// `1 record`, `2 records`.
#[must_use]
pub fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        let found = [0, 1, 2].map(|count| counted(count, "record"));
        assert_eq!(found, ["0 records", "1 record", "2 records"]);
    }
}
