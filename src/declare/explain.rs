//! Why serde refused a manifest: the TOML tree held against the JSON Schema, which comes from the same tables.

use std::fmt;
use std::sync::Arc;

use serde_json::Value as Json;
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::error::{Fault, Problem};
use super::manifest::VERSION;
use super::schema;
use crate::source::file::{Location, SourceFile};
use crate::source::span::Span;

/// Every key that is unknown or missing and every value of a wrong type. Of another version it says only that.
pub(super) fn problems(file: &Arc<SourceFile>, root: &DeTable<'_>) -> Vec<Problem> {
    let mut walk = Walk {
        file,
        problems: Vec::new(),
    };
    let version = root.get("version").and_then(|version| {
        let number = version.get_ref().as_integer().and_then(as_i64)?;
        (number != VERSION).then_some((number, version.span()))
    });
    match version {
        Some((number, span)) => walk.report(span, Fault::Version(number)),
        None => walk.table(root, 0..0, &Place::top(), &schema::inlined()),
    }
    walk.problems
}

/// Where in the manifest a key stands.
#[derive(Clone)]
struct Place {
    path: String,
    element: bool,
}

impl Place {
    fn top() -> Self {
        Self {
            path: String::new(),
            element: false,
        }
    }

    fn below(&self, key: &str) -> Self {
        let bare = !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        let key = if bare {
            key.to_owned()
        } else {
            format!("{key:?}")
        };
        let path = match self.path.as_str() {
            "" => key,
            path => format!("{path}.{key}"),
        };
        Self {
            path,
            element: false,
        }
    }

    fn element(&self) -> Self {
        Self {
            path: self.path.clone(),
            element: true,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.path.as_str(), self.element) {
            ("", _) => f.write_str("at the top level"),
            (path, false) => write!(f, "in [{path}]"),
            (path, true) => write!(f, "in [[{path}]]"),
        }
    }
}

struct Walk<'a> {
    file: &'a Arc<SourceFile>,
    problems: Vec<Problem>,
}

impl Walk<'_> {
    fn report(&mut self, span: std::ops::Range<usize>, fault: Fault) {
        self.problems.push(Problem {
            location: Location::new(self.file, Span::from(span)),
            fault,
        });
    }

    fn table(
        &mut self,
        table: &DeTable<'_>,
        span: std::ops::Range<usize>,
        place: &Place,
        schema: &Json,
    ) {
        let Some(properties) = schema["properties"].as_object() else {
            for (key, value) in table {
                let below = place.below(key.get_ref());
                self.value(
                    value,
                    key.get_ref(),
                    &below,
                    &schema["additionalProperties"],
                );
            }
            return;
        };
        let mut meant = Vec::new();
        for (key, value) in table {
            let name = key.get_ref();
            match properties.get(name.as_ref()) {
                Some(property) => self.value(value, name, &place.below(name), property),
                None => {
                    let valid: Vec<String> = properties.keys().cloned().collect();
                    let nearest = nearest(name, &valid);
                    meant.extend(nearest.clone());
                    let fault = Fault::UnknownKey {
                        key: name.to_string(),
                        place: place.to_string(),
                        nearest,
                        valid,
                    };
                    self.report(key.span(), fault);
                }
            }
        }
        for required in schema["required"].as_array().into_iter().flatten() {
            let key = required.as_str().unwrap_or_default();
            // A key that was mistyped is there, in a way: one problem, not two.
            if table.get(key).is_none() && !lists(&meant, key) {
                let fault = Fault::MissingKey {
                    key: key.to_owned(),
                    place: place.to_string(),
                };
                self.report(span.clone(), fault);
            }
        }
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, key: &str, place: &Place, schema: &Json) {
        let names = names(schema);
        match (value.get_ref(), schema["type"].as_str()) {
            (DeValue::Table(table), Some("object")) => {
                self.table(table, value.span(), place, schema);
            }
            (DeValue::Array(items), Some("array")) => {
                for item in items {
                    self.value(item, key, &place.element(), &schema["items"]);
                }
            }
            (DeValue::String(text), _) if !names.is_empty() && !lists(&names, text) => {
                let fault = Fault::UnknownValue {
                    key: key.to_owned(),
                    value: text.to_string(),
                    nearest: nearest(text, &names),
                    valid: names,
                };
                self.report(value.span(), fault);
            }
            (DeValue::Integer(number), _) if fits(number, schema) == Fit::Zero => {
                self.report(value.span(), Fault::Zero(key.to_owned()));
            }
            (found, _) if !accepts(found, schema) => {
                let fault = Fault::WrongType {
                    key: key.to_owned(),
                    expected: expected(schema),
                    found: describe(found),
                };
                self.report(value.span(), fault);
            }
            _ => {}
        }
    }
}

/// The alternatives of a type: itself when it has none.
fn alternatives(schema: &Json) -> Vec<&Json> {
    match schema["anyOf"].as_array() {
        Some(choices) => choices.iter().collect(),
        None => vec![schema],
    }
}

/// The strings that an enumeration allows; empty for what is none.
fn names(schema: &Json) -> Vec<String> {
    let listed = schema["enum"].as_array().into_iter().flatten();
    let described = schema["oneOf"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|choice| {
            choice["enum"]
                .as_array()
                .into_iter()
                .flatten()
                .chain(choice.get("const"))
        });
    listed
        .chain(described)
        .filter_map(Json::as_str)
        .map(str::to_owned)
        .collect()
}

fn lists(names: &[String], text: &str) -> bool {
    names.iter().any(|name| name == text)
}

fn accepts(value: &DeValue<'_>, schema: &Json) -> bool {
    alternatives(schema)
        .iter()
        .any(|choice| match (value, choice["type"].as_str()) {
            (DeValue::Integer(number), Some("integer")) => fits(number, choice) == Fit::Yes,
            (DeValue::Boolean(_), Some("boolean")) => true,
            // An enumeration of described names has no type of its own.
            (DeValue::String(_), Some("string") | None) => true,
            _ => false,
        })
}

#[derive(PartialEq)]
enum Fit {
    Yes,
    No,
    /// Zero where a count starts at one.
    Zero,
}

fn fits(number: &DeInteger<'_>, schema: &Json) -> Fit {
    let Some(number) = as_i64(number) else {
        return Fit::No;
    };
    let minimum = schema["minimum"].as_i64().unwrap_or(i64::MIN);
    match number {
        0 if minimum == 1 => Fit::Zero,
        _ if (minimum..=maximum(schema)).contains(&number) => Fit::Yes,
        _ => Fit::No,
    }
}

fn maximum(schema: &Json) -> i64 {
    match schema["format"].as_str() {
        Some("uint32") => u32::MAX.into(),
        _ => i64::MAX,
    }
}

fn as_i64(number: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

fn expected(schema: &Json) -> String {
    match schema["type"].as_str() {
        Some("array") => format!("an array of {}", several(&schema["items"])),
        Some("integer") if maximum(schema) != i64::MAX => {
            format!(
                "an integer from {} to {}",
                schema["minimum"],
                maximum(schema)
            )
        }
        _ => {
            let choices = alternatives(schema).into_iter().map(one).collect();
            either(choices)
        }
    }
}

fn one(schema: &Json) -> &'static str {
    match schema["type"].as_str() {
        Some("object") => "a table",
        Some("integer") => "an integer",
        Some("boolean") => "a boolean",
        Some("array") => "an array",
        _ => "a string",
    }
}

fn several(schema: &Json) -> String {
    let choices = alternatives(schema)
        .into_iter()
        .map(|choice| match choice["type"].as_str() {
            Some("object") => "tables",
            Some("integer") => "integers",
            Some("boolean") => "booleans",
            _ => "strings",
        });
    either(choices.collect())
}

/// `a boolean, an integer or a string`.
fn either(mut choices: Vec<&str>) -> String {
    let last = choices.pop().unwrap_or_default();
    match choices.is_empty() {
        true => last.to_owned(),
        false => format!("{} or {last}", choices.join(", ")),
    }
}

fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => {
            let clipped: String = text.chars().take(40).collect();
            let dots = if clipped.len() < text.len() {
                "…"
            } else {
                ""
            };
            format!("the string {:?}", format!("{clipped}{dots}"))
        }
        DeValue::Integer(number) if as_i64(number).is_none() => {
            format!("the integer {number}, which does not fit 64 bits")
        }
        DeValue::Integer(number) => format!("the integer {number}"),
        DeValue::Float(number) => format!("the float {number}"),
        DeValue::Boolean(value) => format!("the boolean {value}"),
        DeValue::Datetime(_) => "a date or time".to_owned(),
        DeValue::Array(_) => "an array".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// The name that was probably meant: at most a third of it mistyped.
fn nearest(name: &str, valid: &[String]) -> Option<String> {
    valid
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, candidate)| distance * 3 <= candidate.len().max(name.len()).max(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate.clone())
}
