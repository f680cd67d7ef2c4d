//! The lanes of a WHERE clause: the edits that give it others, in whatever form and whatever string literal it stands.

use super::array::list_edits;
use super::sql_list::{self, SQL_COMMENTS, Written};
use super::surroundings::Surroundings;
use crate::locate::app_source::language::language_of;
use crate::locate::app_source::list_in_call::list_that_ends;
use crate::model::declaration::LaneSet;
use crate::model::lane::{Lane, Value};
use crate::model::site::{Reading, Role, Site, Telling};
use crate::render::predicate::literal;
use crate::source::edit::Edit;
use crate::source::list::{Entry, WrittenList, merge, rewrite};
use crate::source::span::Span;

/// The edits of a declared query that was located.
///
/// # Errors
/// A reason, when its test is no list of values, or the literal around it cannot hold a lane.
pub fn edits(site: &Site, lane_set: &LaneSet) -> Result<Vec<Edit>, String> {
    let file = &site.location.file;
    let text = file.text();
    let span = site.lanes_span.ok_or("it tests no lanes")?;
    let span = sql_list::with_casts(text, span);
    let Reading::Predicate(predicate) = &site.reading else {
        return Err("it cannot be read".to_owned());
    };
    let there = predicate.values_of(&lane_set.column.value);
    if site.telling != Telling::Sql {
        return told_edits(site, span, &there, &lane_set.lanes_of(Role::Query).value);
    }
    let test = WrittenTest {
        text,
        there: there.into_iter().cloned().collect(),
        wanted: &lane_set.lanes_of(Role::Query).value,
        surroundings: Surroundings::of(file, span)?,
    };
    match sql_list::read(text, span)? {
        Written::List { list, literals } => test.list(&list, &literals),
        Written::One {
            operator,
            value,
            literal,
        } => test.one(operator, value, literal),
        Written::Choice {
            operand,
            whole,
            values,
        } => test.choice(operand, whole, &values),
        Written::ArrayLiteral { literal } => test.array_literal(literal),
    }
}

/// The edits of a list that is given to a query builder.
fn told_edits(
    site: &Site,
    span: Span,
    there: &[&Lane],
    wanted: &[Lane],
) -> Result<Vec<Edit>, String> {
    let file = &site.location.file;
    let language = language_of(file.path()).ok_or("its language is not known")?;
    let lanes: Vec<String> = there.iter().map(|lane| lane.to_string()).collect();
    let list = list_that_ends(language, file.text(), span.end, &lanes)
        .ok_or("the query builder is not given the lanes as one list here")?;
    list_edits(language, file.text(), &list, wanted)
}

const FROM_ELSEWHERE: &str = "its values come from elsewhere in part";

/// A test of the lanes, where it stands.
struct WrittenTest<'a> {
    text: &'a str,
    /// The lanes that it names, in the order written.
    there: Vec<Lane>,
    wanted: &'a [Lane],
    surroundings: Surroundings<'a>,
}

impl WrittenTest<'_> {
    fn list(&self, list: &WrittenList, literals: &[Span]) -> Result<Vec<Edit>, String> {
        let (Some(element), Some(inner)) = (list.elements.first(), literals.first()) else {
            return Err(FROM_ELSEWHERE.to_owned());
        };
        if self.there.len() != literals.len() {
            return Err(FROM_ELSEWHERE.to_owned());
        }
        let entries = merge(&self.there, self.wanted)
            .into_iter()
            .map(|entry| entry.write(|lane| self.like(*element, *inner, lane)))
            .collect::<Result<Vec<Entry<String>>, String>>()?;
        let edit = rewrite(self.text, list, &entries, SQL_COMMENTS)?;
        Ok(edit.into_iter().collect())
    }

    /// `= 'sync'` stays an equality where one lane is left, and becomes a list where there are more.
    fn one(&self, operator: Span, value: Span, inner: Span) -> Result<Vec<Edit>, String> {
        let written = self.values(&[value], |lane| self.like(value, inner, lane))?;
        Ok(vec![match written.as_slice() {
            [only] => Edit::new(value, only.clone()),
            several => {
                let whole = Span::new(operator.start, value.end);
                Edit::new(whole, format!("IN ({})", several.join(", ")))
            }
        }])
    }

    fn choice(&self, operand: Span, whole: Span, values: &[Span]) -> Result<Vec<Edit>, String> {
        let written = self.values(values, |lane| self.surroundings.hold(&literal(lane)))?;
        let operand = &self.text[operand.range()];
        let list = format!("{operand} IN ({})", written.join(", "));
        Ok(vec![Edit::new(whole, list)])
    }

    fn array_literal(&self, inner: Span) -> Result<Vec<Edit>, String> {
        let entries = merge(&self.there, self.wanted).into_iter();
        let lanes = entries.map(|entry| match entry {
            Entry::Kept(index) => &self.there[index],
            Entry::New(lane) => lane,
        });
        let array = array_literal(lanes);
        // Braces that stand there stay, whatever the string literal around them makes of new ones.
        if let Some(elements) = between_braces(self.text, inner)
            && let Some(new) = array.strip_prefix('{').and_then(|it| it.strip_suffix('}'))
            && !new.contains('\'')
        {
            return Ok(vec![Edit::new(elements, self.surroundings.hold(new)?)]);
        }
        let array = literal(&Value::Text(array));
        Ok(vec![Edit::new(inner, self.surroundings.hold(&array)?)])
    }

    /// The values as they are to stand, those that stay as they are written.
    fn values(
        &self,
        values: &[Span],
        write: impl Fn(&Lane) -> Result<String, String>,
    ) -> Result<Vec<String>, String> {
        if self.there.len() != values.len() {
            return Err(FROM_ELSEWHERE.to_owned());
        }
        let entries = merge(&self.there, self.wanted).into_iter();
        let written = entries.map(|entry| match entry {
            Entry::Kept(index) => Ok(self.text[values[index].range()].to_owned()),
            Entry::New(lane) => write(lane),
        });
        written.collect()
    }

    /// A lane as another one is written, whose literal is `inner`: with the same casts around it.
    fn like(&self, other: Span, inner: Span, lane: &Lane) -> Result<String, String> {
        let before = &self.text[other.start..inner.start];
        let after = &self.text[inner.end..other.end];
        Ok(format!(
            "{before}{}{after}",
            self.surroundings.hold(&literal(lane))?
        ))
    }
}

/// What stands between the braces of `'{…}'`.
fn between_braces(text: &str, literal: Span) -> Option<Span> {
    let source = &text[literal.range()];
    let elements = source.strip_prefix("'{")?.strip_suffix("}'")?;
    let is_one_array = !elements.contains(['{', '}', '\'']);
    is_one_array.then(|| Span::new(literal.start + 2, literal.end - 2))
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
