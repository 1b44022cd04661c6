//! Reads a proof.

use super::column::{ColumnName, View};
use super::proof::{Condition, Figure, Groups, Key, Measure, Proof, Test, TimePart};

/// What is wrong with a proof.
pub(super) type Problem = String;

/// A word, a quoted text or a sign of a proof.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Sign(char),
}

/// The rest of a proof.
pub(super) struct Tokens {
    tokens: Vec<Token>,
    at: usize,
}

impl Tokens {
    /// Splits a text.
    pub(super) fn of(text: &str) -> Result<Self, Problem> {
        let mut tokens = Vec::new();
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '\'' => {
                    let (quoted, length) = quoted(rest)?;
                    tokens.push(Token::Text(quoted));
                    length
                }
                _ if is_word(first) => {
                    let end = rest.find(|other| !is_word(other)).unwrap_or(rest.len());
                    tokens.push(Token::Word(rest[..end].to_owned()));
                    end
                }
                _ => {
                    tokens.push(Token::Sign(first));
                    first.len_utf8()
                }
            };
            rest = rest[length..].trim_start();
        }
        Ok(Self { tokens, at: 0 })
    }

    /// Reads a whole proof.
    pub(super) fn proof(mut self) -> Result<Proof, Problem> {
        let mut rows = Vec::new();
        if self.takes("rows") {
            self.demand("where")?;
            rows = self.conditions()?;
            self.demand_sign(':')?;
        }
        let begun = self.at;
        let view = if self.takes("from") { self.view()? } else { View::Sales };
        let conditions = if self.takes("where") { self.conditions()? } else { Vec::new() };
        let top = self.takes("top");
        let (mut groups, mut every, mut keys) = (Groups::Total, false, Vec::new());
        if top || self.is("group") {
            self.demand("group")?;
            self.demand("by")?;
            groups = if top { Groups::Top } else { Groups::All };
            every = self.takes("every");
            keys = self.list(Self::key)?;
        }
        // A proof about all sales begins with its figures.
        if self.at > begun {
            self.demand_sign(':')?;
        }
        let figures = self.list(Self::figure)?;
        match self.next() {
            None => Ok(Proof { rows, view, conditions, groups, every, keys, figures }),
            Some(token) => Err(format!("{} is not expected here", shown(Some(&token)))),
        }
    }

    /// Reads columns or views, separated by commas.
    pub(super) fn needs(mut self) -> Result<Vec<ColumnName>, Problem> {
        let needs = self.list(Self::column)?;
        match self.next() {
            None => Ok(needs),
            Some(token) => Err(format!("{} is not expected here", shown(Some(&token)))),
        }
    }

    fn list<T>(
        &mut self,
        item: impl Fn(&mut Self) -> Result<T, Problem>,
    ) -> Result<Vec<T>, Problem> {
        let mut items = vec![item(self)?];
        while self.takes_sign(',') {
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn conditions(&mut self) -> Result<Vec<Condition>, Problem> {
        let mut conditions = vec![self.condition()?];
        while self.takes("and") {
            conditions.push(self.condition()?);
        }
        Ok(conditions)
    }

    fn condition(&mut self) -> Result<Condition, Problem> {
        let column = self.column()?;
        self.condition_on(column)
    }

    fn condition_on(&mut self, column: ColumnName) -> Result<Condition, Problem> {
        if self.takes("is") {
            let not = self.takes("not");
            self.demand("null")?;
            return Ok(Condition { column, not, test: Test::Null });
        }
        let not = self.takes("not");
        if self.takes("like") {
            return Ok(Condition { column, not, test: Test::Like(self.text()?) });
        }
        self.demand("in")?;
        self.demand_sign('(')?;
        let values = self.list(Self::text)?;
        self.demand_sign(')')?;
        Ok(Condition { column, not, test: Test::In(values) })
    }

    fn key(&mut self) -> Result<Key, Problem> {
        let column = self.column()?;
        if !self.takes_sign('=') {
            return Ok(Key { name: column.name.clone(), column, part: None });
        }
        let function = self.word()?;
        let part = TimePart::named(&function).ok_or_else(|| {
            format!("{function} is not a part of a time: day, week, month, yearmonth, year, hour or weekday")
        })?;
        self.demand_sign('(')?;
        let of = self.column()?;
        self.demand_sign(')')?;
        Ok(Key { name: column.name, column: of, part: Some(part) })
    }

    fn figure(&mut self) -> Result<Figure, Problem> {
        let name = self.word()?;
        self.demand_sign('=')?;
        let function = self.word()?;
        let measure = match function.as_str() {
            "count" if !self.takes_sign('(') => Measure::Count,
            "count" if self.takes("distinct") => Measure::CountDistinct(self.column()?),
            "count" => {
                let column = self.column()?;
                if self.is_sign(')') {
                    Measure::CountValues(column)
                } else {
                    Measure::CountWhere(self.condition_on(column)?)
                }
            }
            "sum" | "min" | "max" => {
                self.demand_sign('(')?;
                let column = self.column()?;
                match function.as_str() {
                    "sum" => Measure::Sum(column),
                    "min" => Measure::Min(column),
                    _ => Measure::Max(column),
                }
            }
            other => return Err(format!("{other} is not a figure: count, sum, min or max")),
        };
        if measure != Measure::Count {
            self.demand_sign(')')?;
        }
        let or_zero = self.takes("or");
        if or_zero {
            self.demand("0")?;
        }
        Ok(Figure { name, measure, or_zero })
    }

    fn column(&mut self) -> Result<ColumnName, Problem> {
        let name = self.word()?;
        if name == "lower" && self.takes_sign('(') {
            let column = self.column()?;
            self.demand_sign(')')?;
            return Ok(ColumnName { lower: true, ..column });
        }
        if !self.takes_sign('.') {
            return Ok(ColumnName { view: None, name, lower: false });
        }
        let view = View::named(&name)?;
        Ok(ColumnName { view: Some(view), name: self.word()?, lower: false })
    }

    fn view(&mut self) -> Result<View, Problem> {
        View::named(&self.word()?)
    }

    fn word(&mut self) -> Result<String, Problem> {
        match self.next() {
            Some(Token::Word(word)) => Ok(word),
            other => Err(format!("{} where a word is expected", shown(other.as_ref()))),
        }
    }

    fn text(&mut self) -> Result<String, Problem> {
        match self.next() {
            Some(Token::Text(text)) => Ok(text),
            other => Err(format!("{} where a quoted text is expected", shown(other.as_ref()))),
        }
    }

    fn demand(&mut self, word: &str) -> Result<(), Problem> {
        if self.takes(word) {
            return Ok(());
        }
        Err(format!("{} where {word} is expected", shown(self.tokens.get(self.at))))
    }

    fn demand_sign(&mut self, sign: char) -> Result<(), Problem> {
        if self.takes_sign(sign) {
            return Ok(());
        }
        Err(format!("{} where {sign:?} is expected", shown(self.tokens.get(self.at))))
    }

    fn takes(&mut self, word: &str) -> bool {
        let is = self.is(word);
        self.at += usize::from(is);
        is
    }

    fn takes_sign(&mut self, sign: char) -> bool {
        let is = self.is_sign(sign);
        self.at += usize::from(is);
        is
    }

    fn is(&self, word: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Word(found)) if found == word)
    }

    fn is_sign(&self, sign: char) -> bool {
        self.tokens.get(self.at) == Some(&Token::Sign(sign))
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }
}

/// The text in quotes at the beginning, in which two quotes stand for one, and its length.
fn quoted(rest: &str) -> Result<(String, usize), Problem> {
    let (mut text, mut at) = (String::new(), 1);
    loop {
        let end = at + rest[at..].find('\'').ok_or("a quote is never closed")?;
        text.push_str(&rest[at..end]);
        if !rest[end + 1..].starts_with('\'') {
            return Ok((text, end + 1));
        }
        text.push('\'');
        at = end + 2;
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn shown(token: Option<&Token>) -> String {
    match token {
        None => "the end".into(),
        Some(Token::Word(word)) => format!("{word:?}"),
        Some(Token::Text(text)) => format!("'{text}'"),
        Some(Token::Sign(sign)) => format!("{sign:?}"),
    }
}
