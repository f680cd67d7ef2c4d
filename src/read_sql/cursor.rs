//! A walk over the tokens of one statement, for the DDL that `sqlparser` has no tree for.

use std::collections::BTreeSet;
use std::ops::Range;

use sqlparser::tokenizer::{Token, Word};

use super::syntax::Sql;
use crate::model::name::{Identifier, QualifiedName};

/// A place between the tokens of a statement. Copies are cheap, so that a guess can be taken back.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<'a> {
    words: &'a [(&'a Token, Range<usize>)],
    at: usize,
    /// The token index at which the walk ends.
    end: usize,
}

impl<'a> Cursor<'a> {
    /// Over what [`Sql::words`] gave.
    pub fn new(words: &'a [(&'a Token, Range<usize>)]) -> Self {
        Self {
            words,
            at: 0,
            end: words.len(),
        }
    }

    pub fn is_at_end(&self) -> bool {
        self.at >= self.end
    }

    /// The byte offset at which the next token begins, or the last one ended.
    pub fn offset(&self) -> usize {
        match self.words.get(self.at) {
            Some((_, range)) if self.at < self.end => range.start,
            _ => self.last_end(),
        }
    }

    /// The byte offset at which the last token before `self` ended.
    pub fn last_end(&self) -> usize {
        self.at
            .checked_sub(1)
            .and_then(|index| self.words.get(index))
            .map_or(0, |(_, range)| range.end)
    }

    pub fn peek(&self) -> Option<&'a Token> {
        self.words[..self.end].get(self.at).map(|(token, _)| *token)
    }

    pub fn advance(&mut self) -> Option<&'a Token> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    /// The next token as an unquoted word in upper case.
    pub fn peek_word(&self) -> Option<String> {
        match self.peek()? {
            Token::Word(Word {
                value,
                quote_style: None,
                ..
            }) => Some(value.to_ascii_uppercase()),
            _ => None,
        }
    }

    /// Takes the keywords when all of them come next, in upper case as given.
    pub fn keywords(&mut self, expected: &[&str]) -> bool {
        let mut ahead = *self;
        for word in expected {
            if ahead.peek_word().as_deref() != Some(*word) {
                return false;
            }
            ahead.at += 1;
        }
        *self = ahead;
        true
    }

    /// Takes the first of the keywords that comes next.
    pub fn one_of(&mut self, expected: &[&'static str]) -> Option<&'static str> {
        expected.iter().copied().find(|word| self.keywords(&[word]))
    }

    pub fn symbol(&mut self, expected: &Token) -> bool {
        let found = self.peek() == Some(expected);
        if found {
            self.at += 1;
        }
        found
    }

    pub fn identifier(&mut self) -> Option<Identifier> {
        let Token::Word(word) = self.peek()? else {
            return None;
        };
        self.at += 1;
        Some(word_identifier(word))
    }

    /// A name of one or two parts.
    pub fn name(&mut self) -> Option<QualifiedName> {
        let first = self.identifier()?;
        if !self.symbol(&Token::Period) {
            return Some(QualifiedName::new(None, first));
        }
        let second = self.identifier()?;
        if self.peek() == Some(&Token::Period) {
            return None;
        }
        Some(QualifiedName::new(Some(first), second))
    }

    /// Names between commas.
    pub fn names(&mut self) -> Option<Vec<QualifiedName>> {
        let mut names = vec![self.name()?];
        while self.symbol(&Token::Comma) {
            names.push(self.name()?);
        }
        Some(names)
    }

    /// Takes a parenthesised group and walks its inside.
    pub fn group(&mut self) -> Option<Cursor<'a>> {
        if self.peek() != Some(&Token::LParen) {
            return None;
        }
        let inside = self.at + 1;
        self.skip_one()?;
        Some(Cursor {
            words: self.words,
            at: inside,
            end: self.at - 1,
        })
    }

    /// Past one token, or past a whole parenthesised group.
    pub fn skip_one(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.advance()? {
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => depth = depth.checked_sub(1)?,
                _ => {}
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// The rest, cut at the commas that stand outside of parentheses.
    pub fn elements(mut self) -> Vec<Cursor<'a>> {
        let mut elements = Vec::new();
        let mut start = self.at;
        while !self.is_at_end() {
            if self.peek() == Some(&Token::Comma) {
                elements.push(self.between(start));
                self.at += 1;
                start = self.at;
            } else if self.skip_one().is_none() {
                break;
            }
        }
        if start < self.end {
            self.at = self.end;
            elements.push(self.between(start));
        }
        elements
    }

    fn between(&self, start: usize) -> Cursor<'a> {
        Cursor {
            words: self.words,
            at: start,
            end: self.at,
        }
    }

    /// The byte range of what is left.
    pub fn rest(&self) -> Range<usize> {
        let start = self.offset();
        let end = self
            .end
            .checked_sub(1)
            .map_or(start, |last| self.words[last].1.end);
        start..end.max(start)
    }

    /// Every identifier of what is left, keywords included.
    pub fn words(mut self) -> BTreeSet<Identifier> {
        let mut found = BTreeSet::new();
        while let Some(token) = self.advance() {
            if let Token::Word(word) = token {
                found.insert(word_identifier(word));
            }
        }
        found
    }

    /// What is left, as text.
    pub fn rest_text(&self, sql: &Sql<'a>) -> &'a str {
        &sql.text()[self.rest()]
    }
}

/// A token's identifier in its stored form. The tokenizer leaves doubled quotes doubled.
fn word_identifier(word: &Word) -> Identifier {
    match word.quote_style {
        Some(_) => Identifier::quoted(&word.value.replace("\"\"", "\"")),
        None => Identifier::unquoted(&word.value),
    }
}
