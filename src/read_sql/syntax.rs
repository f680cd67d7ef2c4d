//! The bridge to `sqlparser`: tokens and syntax trees of one piece of SQL, with byte ranges into it.

use std::ops::Range;

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan, Tokenizer};

use crate::source::lines::{LineIndex, Position};

static DIALECT: PostgreSqlDialect = PostgreSqlDialect {};

/// More tokens than any statement over a governed object has; it bounds the depth of every syntax tree.
const TOKEN_LIMIT: usize = 50_000;

/// One piece of SQL, tokenized.
#[derive(Debug)]
pub struct Sql<'a> {
    text: &'a str,
    lines: LineIndex,
    tokens: Vec<TokenWithSpan>,
}

impl<'a> Sql<'a> {
    /// # Errors
    /// A reason, as the end of "cannot be read: …".
    pub fn new(text: &'a str) -> Result<Self, String> {
        // A token is a byte at least, so this bounds the work before it is done.
        if text.len() > TOKEN_LIMIT * 100 {
            return Err(format!("it is longer than {} bytes", TOKEN_LIMIT * 100));
        }
        let tokens = Tokenizer::new(&DIALECT, text)
            .tokenize_with_location()
            .map_err(|error| error.to_string())?;
        if tokens.len() > TOKEN_LIMIT {
            return Err(format!("it has more than {TOKEN_LIMIT} tokens"));
        }
        Ok(Self {
            text,
            lines: LineIndex::new(text),
            tokens,
        })
    }

    pub fn text(&self) -> &'a str {
        self.text
    }

    /// A parser over all tokens.
    pub fn parser(&self) -> Parser<'static> {
        self.parser_without(&[], &[])
    }

    /// A parser over tokens of ours, followed by the text's but for those in the hidden ranges and the keyword before each.
    pub fn parser_without(&self, prefix: &[Token], hidden: &[Range<usize>]) -> Parser<'static> {
        let mut tokens: Vec<TokenWithSpan> =
            prefix.iter().cloned().map(TokenWithSpan::wrap).collect();
        let mut after_table_keyword = false;
        for token in &self.tokens {
            // FROM ONLY t, UPDATE ONLY t: which rows are meant, not which condition; sqlparser has no tree for it.
            if after_table_keyword && is_word(&token.token, &["ONLY"]) {
                continue;
            }
            if !matches!(token.token, Token::Whitespace(_)) {
                after_table_keyword = is_word(&token.token, &["FROM", "UPDATE", "JOIN"]);
            }
            if hidden.is_empty() {
                tokens.push(token.clone());
                continue;
            }
            let at = self.range(token.span).start;
            match hidden.iter().find(|range| range.start == at) {
                Some(_) => {
                    while tokens
                        .pop()
                        .is_some_and(|last| matches!(last.token, Token::Whitespace(_)))
                    {
                    }
                }
                None if hidden.iter().any(|range| range.contains(&at)) => {}
                None => tokens.push(token.clone()),
            }
        }
        Parser::new(&DIALECT).with_tokens_with_locations(tokens)
    }

    /// Every token but white space and comments, with its byte range.
    pub fn words(&self) -> Vec<(&Token, Range<usize>)> {
        self.tokens
            .iter()
            .filter(|token| !matches!(token.token, Token::Whitespace(_) | Token::EOF))
            .map(|token| (&token.token, self.range(token.span)))
            .collect()
    }

    /// The byte range of a syntax tree's span; empty when the parser did not keep one.
    pub fn range(&self, span: Span) -> Range<usize> {
        if span.start.line == 0 || span.end.line == 0 {
            return 0..0;
        }
        self.offset(span.start)..self.offset(span.end)
    }

    /// The range, with every bracket that opens inside it also closed: syntax trees do not keep their closing brackets.
    pub fn closed(&self, range: Range<usize>) -> Range<usize> {
        let mut depth = 0_usize;
        let mut end = range.end;
        for (token, at) in self.words() {
            if at.start < range.start {
                continue;
            }
            if at.start >= range.end && depth == 0 {
                break;
            }
            match token {
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
                _ => {}
            }
            end = end.max(at.end);
        }
        range.start..end
    }

    fn offset(&self, location: Location) -> usize {
        let position = Position {
            line: usize::try_from(location.line).unwrap_or(usize::MAX),
            column: usize::try_from(location.column).unwrap_or(usize::MAX),
        };
        self.lines.offset(self.text, position)
    }
}

fn is_word(token: &Token, words: &[&str]) -> bool {
    match token {
        Token::Word(word) => {
            word.quote_style.is_none()
                && words
                    .iter()
                    .any(|each| word.value.eq_ignore_ascii_case(each))
        }
        _ => false,
    }
}

/// Why a parse failed, in the parser's words.
pub fn reason(error: &ParserError) -> String {
    match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.clone(),
        ParserError::RecursionLimitExceeded => "it is nested too deeply".to_owned(),
    }
}
