//! Finds the suppressions: comments in SQL, in source, in SQL that source holds, and in the manifest. What stands in a string is none.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use memchr::memmem::Finder;
use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::app_source::comments::comments as source_comments;
use super::app_source::language::language_of;
use super::app_source::syntax::Syntax;
use super::interest::Interest;
use super::query::all_sql;
use crate::model::declaration::Declaration;
use crate::model::suppression::{MARK, Suppression, is_directive, read};
use crate::read_sql::comments::comments as sql_comments;
use crate::source::file::{Location, SourceFile};
use crate::source::span::{Span, Spanned};

/// Whether a file may hold suppressions at all.
pub fn may_suppress(text: &[u8]) -> bool {
    static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(MARK));
    FINDER.find(text).is_some()
}

/// The suppressions of a file, by their places. A literal of source counts where it names a table or column of the declaration.
pub fn suppressions(file: &Arc<SourceFile>, declaration: &Declaration) -> Vec<Suppression> {
    let text = file.text();
    if !may_suppress(text.as_bytes()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    match (file.path().extension().as_str(), language_of(file.path())) {
        ("sql", _) => {
            for comment in sql_comments(text) {
                let within = comment.body.map(Span::from);
                found.extend(of_comment(file, comment.range.into(), within));
            }
        }
        ("toml", _) => {
            for token in Source::new(text).lex() {
                if token.kind() == TokenKind::Comment {
                    let span = Span::new(token.span().start(), token.span().end());
                    found.extend(of_comment(file, span, None));
                }
            }
        }
        (_, Some(language)) => {
            for span in source_comments(language, text) {
                found.extend(of_comment(file, span, None));
            }
            if let Ok(syntax) = Syntax::parse(language, text) {
                found.extend(of_literals(file, &syntax, declaration));
            }
        }
        _ => {}
    }
    found.sort_by_key(|it| (it.location.span, it.within));
    found.dedup_by_key(|it| it.location.span);
    settle_stacks(&mut found);
    found
}

/// Comments of the SQL in literals. Each speaks of its own literal alone.
fn of_literals(
    file: &Arc<SourceFile>,
    syntax: &Syntax,
    declaration: &Declaration,
) -> Vec<Suppression> {
    let sets = declaration.lane_sets.iter();
    let names = sets.flat_map(|set| [set.table.value.name.clone(), set.column.value.clone()]);
    let interest = Interest::new(names);
    let mut found = Vec::new();
    for piece in all_sql(file, Some(syntax)).iter().flat_map(|all| &all.sql) {
        let text = piece.excerpt.text();
        if !may_suppress(text.as_bytes()) || !interest.names_any(text) {
            continue;
        }
        for comment in sql_comments(text) {
            let body = comment.body.unwrap_or(0..text.len());
            let within = Some(piece.excerpt.source_span(body));
            let to_file = |range: Range<usize>| piece.excerpt.source_span(range);
            let comment_text = &text[comment.range.clone()];
            found.extend(directives(comment_text).into_iter().map(|line| {
                let start = comment.range.start;
                let moved = |span: Span| to_file(start + span.start..start + span.end);
                suppression(
                    file,
                    moved(line),
                    within,
                    &comment_text[line.range()],
                    &|span| moved(Span::new(line.start + span.start, line.start + span.end)),
                )
            }));
        }
    }
    found
}

fn of_comment(file: &Arc<SourceFile>, span: Span, within: Option<Span>) -> Vec<Suppression> {
    let text = &file.text()[span.range()];
    let found = directives(text).into_iter().map(|line| {
        let start = span.start + line.start;
        let place = Span::new(start, span.start + line.end);
        suppression(file, place, within, &text[line.range()], &|span| {
            Span::new(start + span.start, start + span.end)
        })
    });
    found.collect()
}

/// Where the lines of a comment are directives, by the comment's bytes.
fn directives(comment: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut line_start = 0;
    for line in comment.split_inclusive('\n') {
        let is_mark = |c: char| c.is_whitespace() || "/*-#!<".contains(c);
        let trimmed = line
            .trim_end()
            .trim_end_matches("-->")
            .trim_end_matches("*/");
        let trimmed = trimmed.trim_end();
        let text = trimmed.trim_start_matches(is_mark);
        if is_directive(text) {
            let start = line_start + trimmed.len() - text.len();
            found.push(Span::new(start, line_start + trimmed.len()));
        }
        line_start += line.len();
    }
    found
}

fn suppression(
    file: &Arc<SourceFile>,
    place: Span,
    within: Option<Span>,
    text: &str,
    to_file: &dyn Fn(Span) -> Span,
) -> Suppression {
    let mut directive = read(text);
    if let Ok(directive) = &mut directive {
        for Spanned { span, .. } in &mut directive.rules {
            *span = to_file(*span);
        }
    }
    let line = file.position(place.start).line;
    let line_start = file.text()[..place.start]
        .rfind('\n')
        .map_or(0, |at| at + 1);
    let before = file.text()[line_start..place.start].trim_start();
    let is_alone = before.is_empty() || before.chars().all(|c| " \t/*-#!<{`\"'".contains(c));
    Suppression {
        location: Location::new(file, place),
        line: line + usize::from(is_alone),
        within,
        directive,
    }
}

/// Of several that stand on lines of their own, one below the other, all speak of the line below the last.
fn settle_stacks(found: &mut [Suppression]) {
    for index in (1..found.len()).rev() {
        let (before, after) = found.split_at_mut(index);
        let (Some(upper), Some(lower)) = (before.last_mut(), after.first()) else {
            continue;
        };
        let own_line = lower.location.start().line;
        if upper.line == own_line && lower.line > own_line {
            upper.line = lower.line;
        }
    }
}
