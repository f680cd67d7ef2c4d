//! The list of lanes in one test of SQL, as it stands in a file: `run_type IN ('sync', 'auth')` and its kin.

use crate::source::list::{Comments, WrittenList};
use crate::source::span::Span;

/// What may stand between the elements of a list in SQL.
pub const SQL_COMMENTS: Comments = Comments {
    line: "--",
    blocks: true,
};

/// How a test writes its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// Between brackets: `IN (…)`, `= ANY (ARRAY[…])`.
    List {
        list: WrittenList,
        /// Of each element the literal alone, without casts.
        literals: Vec<Span>,
    },
    /// `= 'sync'`: the operator, and the value with its cast.
    One {
        operator: Span,
        value: Span,
        literal: Span,
    },
    /// `lane = 'sync' OR lane = 'auth'`: the operand as it is written first, all of it, and each value with its cast.
    Choice {
        operand: Span,
        whole: Span,
        values: Vec<Span>,
    },
    /// `= ANY ('{sync,auth}')`: the literal with its quotes.
    ArrayLiteral { literal: Span },
}

/// Reads the test that fills `text[span]`, which may stand in a string of another language, its quotes escaped.
///
/// # Errors
/// A reason, when it is written in another form.
pub fn read(text: &str, span: Span) -> Result<Written, String> {
    let mut scanner = Scanner {
        text: &text[..span.end],
        at: span.start,
    };
    scanner.test().ok_or_else(|| {
        let shown: String = text[span.range()].chars().take(60).collect();
        format!("`{shown}` is no single list of values such as `IN ('a', 'b')`")
    })
}

/// The test with the casts of its last value: what a syntax tree says of a place leaves them out.
pub fn with_casts(text: &str, span: Span) -> Span {
    let mut scanner = Scanner { text, at: span.end };
    scanner.casts();
    Span::new(span.start, scanner.at)
}

/// Reads a list in parentheses that fills the beginning of `text[span]`: `('a', 'b')`; the list, and the literals in it.
///
/// # Errors
/// A reason, when something else stands there.
pub fn parenthesized(text: &str, span: Span) -> Result<(WrittenList, Vec<Span>), String> {
    let mut scanner = Scanner {
        text: &text[..span.end],
        at: span.start,
    };
    let list = scanner.list('(', ')');
    list.ok_or_else(|| "it is no list of literals".to_owned())
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn test(&mut self) -> Option<Written> {
        let start = self.at;
        self.operand()?;
        let operand = Span::new(start, start + self.text[start..self.at].trim_end().len());
        let operator = self.at;
        if self.word("IN") {
            let (list, literals) = self.list('(', ')')?;
            return self.ends(Written::List { list, literals });
        }
        self.symbol("=").then_some(())?;
        let operator = Span::new(operator, self.at);
        self.space();
        if self.word("ANY") {
            return self.any();
        }
        let start = self.at;
        let literal = self.value()?;
        let value = Span::new(start, self.at);
        let mut values = vec![value];
        while self.is_followed_by_or() {
            values.push(self.same_equality(operand)?);
        }
        let end = values.last()?.end;
        self.ends(match values.as_slice() {
            [value] => Written::One {
                operator,
                value: *value,
                literal,
            },
            _ => Written::Choice {
                operand,
                whole: Span::new(operand.start, end),
                values,
            },
        })
    }

    fn is_followed_by_or(&mut self) -> bool {
        let before = self.at;
        self.space();
        let is_there = self.word("OR");
        if !is_there {
            self.at = before;
        }
        is_there
    }

    /// `lane = 'auth'`, of the same operand; the value.
    fn same_equality(&mut self, operand: Span) -> Option<Span> {
        self.space();
        let start = self.at;
        self.operand()?;
        let is_same = self.text[start..self.at].trim_end() == &self.text[operand.range()];
        (is_same && self.symbol("=")).then_some(())?;
        self.space();
        let start = self.at;
        self.value()?;
        Some(Span::new(start, self.at))
    }

    /// `(ARRAY[…])`, `('{…}'::text[])`, and either between further parentheses or under a cast.
    fn any(&mut self) -> Option<Written> {
        let mut open = 0_usize;
        self.space();
        while self.symbol("(") {
            open += 1;
            self.space();
        }
        let written = if self.word("ARRAY") {
            let (list, literals) = self.list('[', ']')?;
            Written::List { list, literals }
        } else {
            let literal = self.literal()?;
            Written::ArrayLiteral { literal }
        };
        for _ in 0..open {
            self.casts();
            self.space();
            self.symbol(")").then_some(())?;
        }
        self.ends(written)
    }

    fn ends(&mut self, written: Written) -> Option<Written> {
        self.space();
        // The parentheses around a whole test are not its own.
        self.rest()
            .trim_matches(')')
            .trim()
            .is_empty()
            .then_some(written)
    }

    /// The column, with whatever stands around it: an alias, quotes, a cast.
    fn operand(&mut self) -> Option<()> {
        loop {
            self.space();
            let before = self.at;
            let is_operator = self.rest().starts_with('=') || self.is_at_word("IN");
            if is_operator {
                return Some(());
            }
            match self.rest().chars().next()? {
                '"' => self.quoted('"')?,
                '\\' if self.rest().starts_with("\\\"") => self.at += 2,
                c if c.is_alphanumeric() || c == '_' => {
                    let length = self
                        .rest()
                        .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
                        .unwrap_or(self.rest().len());
                    let word = self.rest()[..length].to_ascii_uppercase();
                    if matches!(word.as_str(), "NOT" | "AND" | "OR" | "ALL") {
                        return None;
                    }
                    self.at += length;
                }
                c @ ('.' | ':' | '(' | ')' | '$' | '{' | '}') => self.at += c.len_utf8(),
                _ => return None,
            }
            (self.at > before).then_some(())?;
        }
    }

    fn list(&mut self, open: char, close: char) -> Option<(WrittenList, Vec<Span>)> {
        self.space();
        self.symbol(open.encode_utf8(&mut [0; 4])).then_some(())?;
        let inside = self.at;
        let (mut elements, mut literals) = (Vec::new(), Vec::new());
        loop {
            self.space();
            let end = self.at;
            if self.symbol(close.encode_utf8(&mut [0; 4])) {
                let inside = Span::new(inside, end);
                return (!elements.is_empty())
                    .then_some((WrittenList { inside, elements }, literals));
            }
            if !elements.is_empty() {
                self.symbol(",").then_some(())?;
                self.space();
            }
            let start = self.at;
            literals.push(self.value()?);
            elements.push(Span::new(start, self.at));
        }
    }

    /// A literal, perhaps between parentheses and under casts; the span of the literal alone.
    fn value(&mut self) -> Option<Span> {
        if self.symbol("(") {
            self.space();
            let literal = self.value()?;
            self.space();
            self.symbol(")").then_some(())?;
            self.casts();
            return Some(literal);
        }
        let literal = self.literal()?;
        self.casts();
        Some(literal)
    }

    /// `'text'`, its quotes perhaps escaped, or an integer.
    fn literal(&mut self) -> Option<Span> {
        let start = self.at;
        let has_escapes = self.word("E");
        for quote in ["'", "\\'"] {
            if !self.symbol(quote) {
                continue;
            }
            loop {
                self.at += self.rest().find(quote)?;
                // Whether the quote is escaped in SQL or in the language around it cannot be told here.
                if has_escapes && quote == "'" && self.text[..self.at].ends_with('\\') {
                    return None;
                }
                self.at += quote.len();
                if !self.symbol(quote) {
                    return Some(Span::new(start, self.at));
                }
            }
        }
        if has_escapes {
            return None;
        }
        let sign = usize::from(self.rest().starts_with(['-', '+']));
        let digits = self.rest()[sign..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        self.at += sign + digits;
        (digits > 0).then_some(Span::new(start, self.at))
    }

    /// `::character varying(20)[]`
    fn casts(&mut self) {
        loop {
            let before = self.at;
            self.space();
            if !self.symbol("::") {
                self.at = before;
                return;
            }
            let is_of_type = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '"' | ' ');
            let length = self
                .rest()
                .find(|c| !is_of_type(c))
                .unwrap_or(self.rest().len());
            let type_name = self.rest()[..length].trim_end();
            self.at += words_of_type(type_name);
            if self.rest().starts_with('(') {
                self.at += self.rest().find(')').map_or(0, |end| end + 1);
            }
            while self.symbol("[]") {}
        }
    }

    fn quoted(&mut self, quote: char) -> Option<()> {
        let end = self.rest()[1..].find(quote)?;
        self.at += end + 2;
        Some(())
    }

    fn space(&mut self) {
        loop {
            let rest = self.rest();
            let length = if rest.starts_with("--") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else {
                rest.len() - rest.trim_start().len()
            };
            if length == 0 {
                return;
            }
            self.at += length;
        }
    }

    fn symbol(&mut self, symbol: &str) -> bool {
        let is_there = self.rest().starts_with(symbol);
        self.at += if is_there { symbol.len() } else { 0 };
        is_there
    }

    fn is_at_word(&self, word: &str) -> bool {
        let rest = self.rest();
        rest.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
            && !rest[word.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
    }

    fn word(&mut self, word: &str) -> bool {
        let is_there = self.is_at_word(word);
        self.at += if is_there { word.len() } else { 0 };
        is_there
    }
}

/// How much of the words is a type's name: one word, but for those that Postgres writes in several.
fn words_of_type(words: &str) -> usize {
    let lower = words.to_ascii_lowercase();
    for several in ["character varying", "double precision", "bit varying"] {
        if lower.starts_with(several) {
            return several.len();
        }
    }
    let mut is_quoted = false;
    let end = words.find(|character: char| {
        is_quoted ^= character == '"';
        character == ' ' && !is_quoted
    });
    end.unwrap_or(words.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literals(text: &str) -> Option<Vec<String>> {
        let shown = |span: &Span| text[span.range()].to_owned();
        match read(text, Span::new(0, text.len())).ok()? {
            Written::List { literals, .. } => Some(literals.iter().map(shown).collect()),
            Written::One { literal, .. } => Some(vec![format!("= {}", shown(&literal))]),
            Written::ArrayLiteral { literal } => Some(vec![format!("{{}} {}", shown(&literal))]),
            Written::Choice { values, .. } => Some(values.iter().map(shown).collect()),
        }
    }

    #[test]
    fn every_form_of_a_list_is_read() {
        for (text, expected) in [
            ("run_type IN ('sync', 'it''s')", vec!["'sync'", "'it''s'"]),
            (
                "r.\"run type\" in(\n  'a' -- one, two\n , 'b')",
                vec!["'a'", "'b'"],
            ),
            (
                "run_type = ANY (ARRAY['a'::text, 'b'::text])",
                vec!["'a'", "'b'"],
            ),
            (
                "(v)::text = ANY ((ARRAY['a'::character varying])::text[])",
                vec!["'a'"],
            ),
            (
                "(v)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::x)::text])",
                vec!["'a'", "'b'"],
            ),
            ("${alias}.run_type IN (1, -2)", vec!["1", "-2"]),
            ("a IN (E'x\\n''y', 'z\\')", vec!["E'x\\n''y'", "'z\\'"]),
            ("run_type = 'a'::public.lane", vec!["= 'a'"]),
            (
                "r.run_type = 'a' OR r.run_type = 'b'::text",
                vec!["'a'", "'b'::text"],
            ),
            (
                "run_type = any('{a,\"b c\"}'::text[])",
                vec!["{} '{a,\"b c\"}'"],
            ),
            (
                r#"\"run_type\" IN (\'a\', \'b\')"#,
                vec![r"\'a\'", r"\'b\'"],
            ),
        ] {
            assert_eq!(literals(text).unwrap_or_default(), expected, "{text}");
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "run_type IN ('a') OR run_type = 'b'",
            "run_type = 'a' OR other = 'b'",
            "run_type = 'a' OR (run_type = 'b' AND x)",
            "run_type NOT IN ('a')",
            "run_type <> 'a'",
            "run_type IN (SELECT 1)",
            "run_type IN ($1, $2)",
            "run_type IN ()",
            "run_type IN (E'a\\'b')",
            "run_type = 'a",
        ] {
            assert_eq!(literals(text), None, "{text}");
        }
    }
}
