//! How text is written inside a string literal that is there, and as a literal of its own, in each language.

use super::kinds::Kind;
use super::language::Language;
use super::syntax::{NodeId, Syntax};
use crate::source::span::Span;

/// What stands around a piece of a file: nothing, or a string literal of its language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    language: Language,
    /// What is before its opening quote: `r#`, `f`, `String.raw`.
    prefix: String,
    quote: char,
    /// Three quotes, as Python has them.
    is_tripled: bool,
    /// It holds a per cent sign, and may be a format that doubles those.
    holds_percent: bool,
}

impl Host {
    /// The innermost string literal of the file that holds the span.
    ///
    /// # Errors
    /// A reason, when there is none or the source cannot be read.
    pub fn around(language: Language, text: &str, span: Span) -> Result<Self, String> {
        let syntax = Syntax::parse(language, text).map_err(|error| error.to_string())?;
        let holds = |node: &NodeId| {
            let outer = syntax.span(*node);
            let is_text = matches!(
                syntax.kind(*node),
                Kind::String | Kind::RawString | Kind::Template | Kind::HeredocBody | Kind::Sigil
            );
            is_text && outer.start <= span.start && span.end <= outer.end
        };
        let around = syntax.all().filter(holds).map(|node| syntax.span(node));
        let literal = around
            .min_by_key(|literal| literal.end - literal.start)
            .ok_or("it does not stand in one string literal")?;
        let source = &text[literal.range()];
        if is_heredoc(language, source) {
            return Ok(Self {
                language,
                prefix: String::new(),
                quote: '\n',
                is_tripled: true,
                holds_percent: source.contains('%'),
            });
        }
        let opening = source
            .find(['\'', '"', '`'])
            .ok_or("its quotes are not known")?;
        let quote = source[opening..].chars().next().unwrap_or('"');
        let before = text[..literal.start].trim_end();
        let prefix = format!(
            "{}{}",
            if before.ends_with(".raw") {
                "String.raw"
            } else {
                ""
            },
            source[..opening].trim()
        );
        Ok(Self {
            language,
            is_tripled: source[opening..].starts_with(&String::from(quote).repeat(3)),
            prefix,
            quote,
            holds_percent: source.contains('%'),
        })
    }

    /// The text as it is written inside of the literal.
    ///
    /// # Errors
    /// A reason, when the literal cannot hold it.
    pub fn inside(&self, text: &str) -> Result<String, String> {
        let refused = |what: &str| {
            let shown = text.escape_debug();
            Err(format!(
                "the string literal around it cannot hold {shown} as it stands: {what}"
            ))
        };
        if self.holds_percent && text.contains('%') {
            return refused("it may be a format, which doubles per cent signs");
        }
        let is_raw = match self.language {
            Language::TypeScript | Language::Tsx => self.prefix.contains("raw"),
            Language::Rust => self.prefix.contains('r'),
            Language::Go => self.quote == '`',
            Language::Python => self.prefix.to_ascii_lowercase().contains('r'),
            // What their literals make of a character is not told here: only plain text is written.
            _ => true,
        };
        if is_raw {
            let is_plain = !text.contains([self.quote, '\\', '\n', '\r', '$', '{', '}', '#']);
            let is_held = self.language == Language::Rust
                && self.prefix.contains('#')
                && !text.contains(['#', '\r', '{', '}']);
            if is_plain || is_held {
                return Ok(text.to_owned());
            }
            return refused("it is a raw string");
        }
        if self.language == Language::Rust && text.contains(['{', '}']) {
            return refused("it may be a format, which doubles braces");
        }
        let mut written = String::new();
        for character in text.chars() {
            match character {
                '\\' => written.push_str("\\\\"),
                '\n' => written.push_str("\\n"),
                '\r' => written.push_str("\\r"),
                quote if quote == self.quote && !self.is_tripled => {
                    written.push('\\');
                    written.push(quote);
                }
                quote if quote == self.quote && self.is_tripled && quote == '"' => {
                    written.push_str("\\\"")
                }
                '$' if self.quote == '`' => written.push_str("\\$"),
                brace @ ('{' | '}') if self.is_format() => written.extend([brace, brace]),
                other => written.push(other),
            }
        }
        Ok(written)
    }

    fn is_format(&self) -> bool {
        self.language == Language::Python && self.prefix.to_ascii_lowercase().contains('f')
    }
}

fn has_both_quotes(language: Language) -> bool {
    matches!(
        language,
        Language::TypeScript | Language::Tsx | Language::Python
    )
}

/// `'…'`, in which only the backslash and the quote are escaped.
fn has_plain_quotes(language: Language) -> bool {
    matches!(language, Language::Ruby | Language::Php)
}

/// A text in which quotes are nothing special: what a line or three quotes end.
fn is_heredoc(language: Language, source: &str) -> bool {
    match language {
        Language::Ruby => source.starts_with('\n'),
        Language::Php => source.starts_with("<<<"),
        Language::TypeScript | Language::Tsx | Language::Rust | Language::Go | Language::Python => {
            false
        }
        _ => source.contains("\"\"\""),
    }
}

/// Text as a literal of its own, in the quotes of another one of the same language; in double quotes where that has none.
pub fn literal_like(language: Language, other: &str, text: &str) -> String {
    let quote = match other.chars().next() {
        Some(quote @ ('\'' | '"')) if has_both_quotes(language) => quote,
        Some('\'') if has_plain_quotes(language) && !text.contains(char::is_control) => '\'',
        Some('`') if matches!(language, Language::TypeScript | Language::Tsx) => '`',
        _ => '"',
    };
    let interpolates_dollar = matches!(language, Language::Kotlin | Language::Php);
    let interpolates_hash = matches!(language, Language::Ruby | Language::Elixir);
    let mut written = String::from(quote);
    for character in text.chars() {
        match character {
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            own if own == quote => written.extend(['\\', own]),
            '$' if quote == '`' || (quote == '"' && interpolates_dollar) => written.push_str("\\$"),
            '#' if quote == '"' && interpolates_hash => written.push_str("\\#"),
            control if control.is_control() => written.push_str(&match language {
                Language::Rust
                | Language::TypeScript
                | Language::Tsx
                | Language::Ruby
                | Language::Php
                | Language::Elixir
                | Language::Swift => format!("\\u{{{:x}}}", u32::from(control)),
                Language::Go
                | Language::Python
                | Language::Java
                | Language::Kotlin
                | Language::CSharp
                | Language::Scala => format!("\\u{:04x}", u32::from(control)),
            }),
            other => written.push(other),
        }
    }
    written.push(quote);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_written_as_its_literal_has_it() {
        let hostile = "'it''s \"a\" `b` ${c} \\d {e}'";
        for (language, text, expected) in [
            (
                Language::TypeScript,
                "x(`SQL`)",
                Some(r#"'it''s "a" \`b\` \${c} \\d {e}'"#),
            ),
            (
                Language::TypeScript,
                "x('SQL')",
                Some(r#"\'it\'\'s "a" `b` ${c} \\d {e}\'"#),
            ),
            (
                Language::Tsx,
                "x(\"SQL\")",
                Some(r#"'it''s \"a\" `b` ${c} \\d {e}'"#),
            ),
            (Language::TypeScript, "x(String.raw`SQL`)", None),
            (Language::Rust, "fn f() { x(\"SQL\") }", None),
            (Language::Rust, "fn f() { x(r#\"SQL\"#) }", None),
            (Language::Go, "package a\nvar x = `SQL`", None),
            (
                Language::Go,
                "package a\nvar x = \"SQL\"",
                Some(r#"'it''s \"a\" `b` ${c} \\d {e}'"#),
            ),
            (
                Language::Python,
                "x('''SQL''')",
                Some(r#"'it''s "a" `b` ${c} \\d {e}'"#),
            ),
            (
                Language::Python,
                "x(f\"SQL\")",
                Some(r#"'it''s \"a\" `b` ${{c}} \\d {{e}}'"#),
            ),
        ] {
            let at = text.find("SQL").unwrap();
            let host = Host::around(language, text, Span::new(at, at + 3)).unwrap();
            assert_eq!(host.inside(hostile).ok().as_deref(), expected, "{text}");
            assert_eq!(
                host.inside("'auth'")
                    .ok()
                    .map(|text| text.replace('\\', ""))
                    .as_deref(),
                Some("'auth'")
            );
        }
        let raw = "fn f() { x(r#\"SQL\"#) }";
        let host = Host::around(Language::Rust, raw, Span::new(15, 18)).unwrap();
        assert_eq!(host.inside("'a\"b\\'").unwrap(), "'a\"b\\'");
    }

    #[test]
    fn a_literal_takes_the_quotes_of_its_neighbour() {
        assert_eq!(
            literal_like(Language::TypeScript, "'a'", "it's \"x\""),
            r#"'it\'s "x"'"#
        );
        assert_eq!(
            literal_like(Language::TypeScript, "`a`", "`${x}"),
            r"`\`\${x}`"
        );
        assert_eq!(
            literal_like(Language::Rust, "'a'", "\u{1}\\"),
            r#""\u{1}\\""#
        );
        assert_eq!(literal_like(Language::Python, "SYNC", "a\"b"), r#""a\"b""#);
    }
}
