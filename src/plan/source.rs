//! The lanes of declared queries and arrays, changed in place: nothing else in the file moves.

use super::draft::Draft;
use super::planner::Planner;
use super::sql_list::{self, Written};
use crate::compare::Comparison;
use crate::locate::app_source::arrays::{ArrayLiteral, Element, array};
use crate::locate::app_source::language::{Language, language_of};
use crate::locate::app_source::quoting::{Host, literal_like};
use crate::model::declaration::LaneSet;
use crate::model::lane::{Lane, Value};
use crate::model::site::{Reading, Role, Site};
use crate::render::predicate::literal;
use crate::source::edit::Edit;
use crate::source::list::{Comments, Entry, WrittenList, merge, rewrite};
use crate::source::span::Span;

const SQL_COMMENTS: Comments = Comments {
    line: "--",
    blocks: true,
};

impl Planner<'_> {
    /// Plans the edits of one query or array. One whose lanes are right and whose guard is not is left to a person.
    pub(super) fn relist(&self, comparison: &Comparison, draft: &mut Draft) {
        let (site, lane_set) = (comparison.site, comparison.lane_set);
        let has_other_lanes = comparison
            .agreement
            .as_ref()
            .is_some_and(|agreement| !agreement.missing.is_empty() || !agreement.extra.is_empty());
        if !has_other_lanes {
            return;
        }
        let edits = match site.role {
            Role::Array => self.array_edits(site, lane_set),
            _ => query_edits(site, lane_set),
        };
        match edits {
            Ok(edits) => edits
                .into_iter()
                .for_each(|edit| draft.edit(&site.location.file, edit)),
            Err(reason) => {
                let lanes: Vec<String> = lane_set
                    .lanes_of(site.role)
                    .value
                    .iter()
                    .map(literal)
                    .collect();
                let lanes = lanes.join(", ");
                draft.obstacle(
                    site.location.clone(),
                    format!("{reason}; write the lanes {lanes} there by hand"),
                );
            }
        }
    }

    fn array_edits(&self, site: &Site, lane_set: &LaneSet) -> Result<Vec<Edit>, String> {
        let file = &site.location.file;
        let language = language_of(file.path()).ok_or("its language is not known")?;
        let declared = lane_set
            .arrays
            .iter()
            .filter(|declared| declared.file.value == *file.path());
        let found = declared
            .filter_map(|declared| array(language, file.text(), &declared.name.value).ok())
            .find(|found| Some(found.span) == site.lanes_span)
            .ok_or("the array is not found again")?;
        let wanted = &lane_set.lanes_of(Role::Array).value;
        let there: Vec<Lane> = found
            .elements
            .iter()
            .map(|element| lane(&element.value))
            .collect();
        let text = file.text();
        let spans = found.elements.iter().map(|element| element.span);
        let elements: Vec<Span> = spans.map(|span| with_map_value(text, span)).collect();
        let like = elements.iter().map(|span| &text[span.range()]);
        let like = like
            .clone()
            .find(|source| source.starts_with(['\'', '"', '`']))
            .unwrap_or("");
        let value = found.elements.iter().zip(&elements).next();
        let value = value.map_or("", |(key, whole)| &text[key.span.end..whole.end]);
        let in_style = |lane: &Lane| match lane {
            Value::Integer(integer) => format!("{integer}{value}"),
            other => format!(
                "{}{value}",
                literal_like(language, like, &other.to_string())
            ),
        };
        let entries = merge(&there, wanted)
            .into_iter()
            .map(|entry| entry.write(|lane| Ok(in_style(lane))))
            .collect::<Result<Vec<_>, String>>()?;
        let list = WrittenList {
            inside: inside(text, &found, language)?,
            elements,
        };
        let comments = match language {
            Language::Python => Comments {
                line: "#",
                blocks: false,
            },
            _ => Comments {
                line: "//",
                blocks: true,
            },
        };
        let Some(mut edit) = rewrite(text, &list, &entries, comments)? else {
            return Ok(Vec::new());
        };
        if language == Language::Python
            && entries.len() == 1
            && !edit.text.trim_end().ends_with(',')
        {
            // `('sync')` is a string, and `('sync',)` a tuple.
            let end = edit.text.trim_end().len();
            edit.text.insert(end, ',');
        }
        let length = (language == Language::Rust)
            .then(|| declared_length(text, found.span, entries.len()))
            .flatten();
        Ok(length.into_iter().chain([edit]).collect())
    }
}

fn lane(element: &Element) -> Lane {
    match element {
        Element::Text(text) => Value::Text(text.clone()),
        Element::Integer(integer) => Value::Integer(*integer),
    }
}

/// The key of a map with its value, `"sync": true`; of what is no map, the element alone.
fn with_map_value(text: &str, key: Span) -> Span {
    let rest = &text[key.end..];
    if !rest.trim_start().starts_with(':') {
        return key;
    }
    let mut depth = 0_usize;
    let end = rest.find(|character: char| {
        match character {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' if depth > 0 => depth -= 1,
            ',' | '}' | ')' | ']' if depth == 0 => return true,
            _ => {}
        }
        false
    });
    let value = rest[..end.unwrap_or(rest.len())].trim_end();
    Span::new(key.start, key.end + value.len())
}

/// What stands between the brackets of an array.
fn inside(text: &str, found: &ArrayLiteral, language: Language) -> Result<Span, String> {
    let first = found
        .elements
        .first()
        .ok_or("it is empty, so there is no layout to follow")?;
    let head = &text[found.span.start..first.span.start];
    let open = match language {
        // `map[string]struct{}{`
        Language::Go => head.rfind('{'),
        _ => head.find(['[', '(', '{']),
    };
    let is_closed = text[..found.span.end].ends_with([']', ')', '}']);
    Ok(match open {
        Some(open) if is_closed => Span::new(found.span.start + open + 1, found.span.end - 1),
        _ => found.span,
    })
}

/// The edit of the length in `[&str; 2] = […]`.
fn declared_length(text: &str, list: Span, length: usize) -> Option<Edit> {
    let head = text[..list.start]
        .trim_end()
        .trim_end_matches('&')
        .trim_end();
    let head = head
        .strip_suffix('=')?
        .trim_end()
        .strip_suffix(']')?
        .trim_end();
    let digits = head.bytes().rev().take_while(u8::is_ascii_digit).count();
    let start = head.len() - digits;
    let is_length = digits > 0 && head[..start].trim_end().ends_with(';');
    is_length.then(|| Edit::new(Span::new(start, head.len()), length.to_string()))
}

fn query_edits(site: &Site, lane_set: &LaneSet) -> Result<Vec<Edit>, String> {
    let file = &site.location.file;
    let text = file.text();
    let span = site.lanes_span.ok_or("it tests no lanes")?;
    let span = sql_list::with_casts(text, span);
    let Reading::Predicate(predicate) = &site.reading else {
        return Err("it cannot be read".to_owned());
    };
    let values = predicate.values_of(&lane_set.column.value);
    let there: Vec<Lane> = values.into_iter().cloned().collect();
    let wanted = &lane_set.lanes_of(Role::Query).value;
    let host = match language_of(file.path()) {
        Some(language) => Some(Host::around(language, text, span)?),
        None => None,
    };
    let in_host = |sql: &str| match &host {
        Some(host) => host.inside(sql),
        // The body of a function ends at its dollar quote, wherever that stands.
        None if sql.contains("$$") => Err("a lane holds a dollar quote".to_owned()),
        None => Ok(sql.to_owned()),
    };
    match sql_list::read(text, span)? {
        Written::List { list, literals } => {
            if there.len() != literals.len() {
                return Err("its values come from elsewhere in part".to_owned());
            }
            let (element, inner) = (list.elements[0], literals[0]);
            let (before, after) = (
                &text[element.start..inner.start],
                &text[inner.end..element.end],
            );
            let entries = merge(&there, wanted)
                .into_iter()
                .map(|entry| {
                    entry.write(|lane| Ok(format!("{before}{}{after}", in_host(&literal(lane))?)))
                })
                .collect::<Result<Vec<_>, String>>()?;
            Ok(rewrite(text, &list, &entries, SQL_COMMENTS)?
                .into_iter()
                .collect())
        }
        Written::One {
            operator,
            value,
            literal: inner,
        } => {
            let (before, after) = (&text[value.start..inner.start], &text[inner.end..value.end]);
            let mut written = Vec::new();
            for entry in merge(&there, wanted) {
                written.push(match entry {
                    Entry::Kept(_) => text[value.range()].to_owned(),
                    Entry::New(lane) => format!("{before}{}{after}", in_host(&literal(lane))?),
                });
            }
            let whole = Span::new(operator.start, value.end);
            let edit = match written.as_slice() {
                [only] => Edit::new(value, only.clone()),
                several => Edit::new(whole, format!("IN ({})", several.join(", "))),
            };
            Ok(vec![edit])
        }
        Written::Choice {
            operand,
            whole,
            values,
        } => {
            let written = merge(&there, wanted).into_iter().map(|entry| match entry {
                Entry::Kept(index) => values
                    .get(index)
                    .map(|value| text[value.range()].to_owned())
                    .ok_or_else(|| "its values come from elsewhere in part".to_owned()),
                Entry::New(lane) => in_host(&literal(lane)),
            });
            let written = written.collect::<Result<Vec<_>, String>>()?.join(", ");
            let operand = &text[operand.range()];
            Ok(vec![Edit::new(whole, format!("{operand} IN ({written})"))])
        }
        Written::ArrayLiteral { literal: inner } => {
            let lanes = merge(&there, wanted).into_iter().map(|entry| match entry {
                Entry::Kept(index) => &there[index],
                Entry::New(lane) => lane,
            });
            let array = literal(&Value::Text(array_literal(lanes)));
            Ok(vec![Edit::new(inner, in_host(&array)?)])
        }
    }
}

/// `{sync,"a b"}`: an array as Postgres takes it between quotes (manual, 8.15.2).
fn array_literal<'a>(lanes: impl Iterator<Item = &'a Lane>) -> String {
    let elements: Vec<String> = lanes
        .map(|lane| {
            let text = lane.to_string();
            let is_plain = !text.is_empty()
                && !text.eq_ignore_ascii_case("null")
                && text
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
            if is_plain {
                text
            } else {
                format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
            }
        })
        .collect();
    format!("{{{}}}", elements.join(","))
}
