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
    /// Where each token stands in the text.
    ranges: Vec<Range<usize>>,
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
        let lines = LineIndex::new(text);
        let mut walk = Walk::new(text, &lines);
        let ranges = tokens
            .iter()
            .map(|token| walk.offset(token.span.start)..walk.offset(token.span.end))
            .collect();
        Ok(Self {
            text,
            lines,
            tokens,
            ranges,
        })
    }

    pub fn text(&self) -> &'a str {
        self.text
    }

    /// A parser over all tokens.
    pub fn parser(&self) -> Parser<'static> {
        self.parser_without(&[], &[])
    }

    /// A parser over tokens of ours, followed by the text's but for those in the hidden ranges.
    pub fn parser_without(&self, prefix: &[Token], hidden: &[Range<usize>]) -> Parser<'static> {
        let mut tokens: Vec<TokenWithSpan> =
            prefix.iter().cloned().map(TokenWithSpan::wrap).collect();
        let left_out = self.left_out();
        for (number, token) in self.tokens.iter().enumerate() {
            if left_out.contains(&number) {
                continue;
            }
            if hidden.is_empty() {
                tokens.push(token.clone());
                continue;
            }
            let at = self.range(token.span).start;
            if !hidden.iter().any(|range| range.contains(&at)) {
                tokens.push(token.clone());
            }
        }
        Parser::new(&DIALECT).with_tokens_with_locations(tokens)
    }

    /// The tokens that say which rows of a table are meant or how they are locked, and nothing of a condition: `FROM ONLY t`,
    /// `FOR NO KEY UPDATE`, `FOR KEY SHARE`. sqlparser 0.63 has no tree for them.
    fn left_out(&self) -> Vec<usize> {
        let is_space = |number: &usize| matches!(self.tokens[*number].token, Token::Whitespace(_));
        let words = (0..self.tokens.len()).filter(|number| !is_space(number));
        let words: Vec<usize> = words.collect();
        let is = |number: &usize, words: &[&str]| is_word(&self.tokens[*number].token, words);
        let mut left_out = Vec::new();
        for (at, word) in words.iter().enumerate() {
            match &words[at + 1..] {
                [only, ..] if is(word, &["FROM", "UPDATE", "JOIN"]) && is(only, &["ONLY"]) => {
                    left_out.push(*only);
                }
                [no, key, update, ..]
                    if is(word, &["FOR"])
                        && is(no, &["NO"])
                        && is(key, &["KEY"])
                        && is(update, &["UPDATE"]) =>
                {
                    left_out.extend([*no, *key]);
                }
                [key, share, ..]
                    if is(word, &["FOR"]) && is(key, &["KEY"]) && is(share, &["SHARE"]) =>
                {
                    left_out.push(*key);
                }
                _ => {}
            }
        }
        left_out
    }

    /// Every token but white space and comments, with its byte range.
    pub fn words(&self) -> Vec<(&Token, Range<usize>)> {
        self.tokens
            .iter()
            .zip(&self.ranges)
            .filter(|(token, _)| !matches!(token.token, Token::Whitespace(_) | Token::EOF))
            .map(|(token, range)| (&token.token, range.clone()))
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
        let first = self.ranges.partition_point(|at| at.start < range.start);
        for (token, at) in self.tokens[first..].iter().zip(&self.ranges[first..]) {
            if at.start >= range.end && depth == 0 {
                break;
            }
            match token.token {
                Token::Whitespace(_) | Token::EOF => continue,
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
                _ => {}
            }
            end = end.max(at.end);
        }
        range.start..end
    }

    fn offset(&self, location: Location) -> usize {
        // Syntax trees begin and end where tokens do.
        let after = self
            .tokens
            .partition_point(|token| token.span.start <= location);
        let before = after
            .checked_sub(1)
            .map(|index| (self.tokens[index].span, &self.ranges[index]));
        match before {
            Some((span, range)) if span.start == location => range.start,
            Some((span, range)) if span.end == location => range.end,
            _ => self.lines.offset(self.text, position(location)),
        }
    }
}

fn position(location: Location) -> Position {
    Position {
        line: usize::try_from(location.line).unwrap_or(usize::MAX),
        column: usize::try_from(location.column).unwrap_or(usize::MAX),
    }
}

/// Turns locations into offsets, in order, so that a long line is counted through once and not for each token.
struct Walk<'a> {
    text: &'a str,
    lines: &'a LineIndex,
    position: Position,
    offset: usize,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str, lines: &'a LineIndex) -> Self {
        Self {
            text,
            lines,
            position: Position { line: 1, column: 1 },
            offset: 0,
        }
    }

    fn offset(&mut self, location: Location) -> usize {
        let wanted = position(location);
        let is_ahead = wanted.line == self.position.line && wanted.column >= self.position.column;
        self.offset = if is_ahead {
            let rest = &self.text[self.offset..];
            let ahead = rest
                .char_indices()
                .nth(wanted.column - self.position.column);
            ahead.map_or(self.text.len(), |(index, _)| self.offset + index)
        } else {
            self.lines.offset(self.text, wanted)
        };
        self.position = wanted;
        self.offset
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
