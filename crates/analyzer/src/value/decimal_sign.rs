//! The decimal sign of a column whose own values do not tell it.

use ecom_core::canonical::DecimalSign;

use super::answers::NumberStyle;

/// How another column of the file writes numbers: the sign, a value and its column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SignEvidence {
    pub(crate) sign: DecimalSign,
    pub(crate) value: String,
    pub(crate) header: String,
}

/// The sign that `--number-style` or the other columns of the file give, and why.
pub(crate) fn known_sign(
    style: Option<NumberStyle>,
    others: &[SignEvidence],
) -> Option<(DecimalSign, String)> {
    match style {
        Some(NumberStyle::Point) => {
            return Some((DecimalSign::Point, "as --number-style says".into()));
        }
        Some(NumberStyle::Comma) => {
            return Some((DecimalSign::Comma, "as --number-style says".into()));
        }
        None => {}
    }
    let first = others.first()?;
    let agree = others.iter().all(|other| other.sign == first.sign);
    agree.then(|| {
        (first.sign, format!("as column {:?} is written ({:?})", first.header, first.value))
    })
}
