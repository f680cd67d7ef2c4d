//! Finding what bears a name: functions, methods, classes, constants.

use super::dialect::{Definition, Role};
use super::error::SourceError;
use super::kinds::{Field, Kind};
use super::syntax::{NodeId, Syntax};

/// A name as somebody wrote it in a manifest: `reap`, `Reaper.reap`, `Reaper::reap`, `(*Reaper).reap`.
#[derive(Debug)]
pub struct WantedName<'a> {
    /// From the outermost in.
    qualifiers: Vec<&'a str>,
    pub last: &'a str,
}

impl<'a> WantedName<'a> {
    pub fn new(name: &'a str) -> Self {
        let mut parts: Vec<&str> = name
            .split(['.', ':'])
            .map(|part| bare(part.trim_matches(['(', ')', '*', '&', ' '])))
            .filter(|part| !part.is_empty())
            .collect();
        let last = parts.pop().unwrap_or(name);
        Self {
            qualifiers: parts,
            last,
        }
    }

    /// Whether what stands before the last name ends in the name before it, where one is wanted: `deps.client` in `client`.
    pub fn is_qualified_by(&self, before: &str) -> bool {
        let before = before
            .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ':' | '?' | '!'));
        let before = before.strip_suffix(".clone()").unwrap_or(before);
        let is_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let last = before.rsplit(|c| !is_of_name(c)).next();
        self.qualifiers
            .last()
            .is_none_or(|qualifier| last == Some(qualifier))
    }
}

/// Everything that bears the name, in source order.
pub fn definitions(syntax: &Syntax, name: &str) -> Vec<Definition> {
    let wanted = WantedName::new(name);
    let dialect = syntax.language().dialect();
    names(syntax)
        .filter(|node| bare(syntax.text(*node)) == wanted.last)
        .filter_map(|node| dialect.definition(syntax, node))
        .filter(|definition| is_qualified(syntax, definition, &wanted.qualifiers))
        .collect()
}

/// Everything that has a name, in source order.
pub fn all_definitions(syntax: &Syntax) -> Vec<Definition> {
    let dialect = syntax.language().dialect();
    names(syntax)
        .filter_map(|node| dialect.definition(syntax, node))
        .collect()
}

/// Every function that has a name, in source order.
pub fn function_names(syntax: &Syntax) -> Vec<Definition> {
    let mut all = all_definitions(syntax);
    all.retain(|definition| definition.role == Role::Function);
    all
}

/// The name among those of the wanted roles that is most like this one.
pub fn nearest(syntax: &Syntax, name: &str, roles: &[Role]) -> Option<String> {
    let wanted = WantedName::new(name).last;
    let dialect = syntax.language().dialect();
    names(syntax)
        .filter_map(|node| dialect.definition(syntax, node))
        .filter(|definition| roles.contains(&definition.role))
        .map(|definition| bare(syntax.text(definition.name)))
        .map(|name| (strsim::jaro_winkler(wanted, name), name))
        .filter(|(likeness, _)| *likeness >= 0.7)
        .max_by(|(a, first), (b, second)| a.total_cmp(b).then(second.cmp(first)))
        .map(|(_, name)| name.to_owned())
}

/// What is to be said when none of these roles is called so: perhaps it stands where the source is not valid.
pub fn no_such_function(syntax: &Syntax, name: &str, roles: &[Role]) -> SourceError {
    match syntax.errors().next() {
        Some(error) => syntax.parse_failed(error),
        None => SourceError::NoSuchFunction {
            name: name.to_owned(),
            nearest: nearest(syntax, name, roles),
        },
    }
}

fn names<'s>(syntax: &'s Syntax) -> impl Iterator<Item = NodeId> + 's {
    syntax.all().filter(|node| {
        matches!(
            syntax.kind(*node),
            Kind::Identifier
                | Kind::PropertyIdentifier
                | Kind::FieldIdentifier
                | Kind::TypeIdentifier
                | Kind::String
        )
    })
}

/// A name without quotes and without the mark of a private member, or of PHP's variables.
fn bare(name: &str) -> &str {
    name.trim_matches(['\'', '"', '#', '$'])
}

/// Whether the qualifiers stand around the definition, in their order, others perhaps between them.
fn is_qualified(syntax: &Syntax, definition: &Definition, qualifiers: &[&str]) -> bool {
    if qualifiers.is_empty() {
        return true;
    }
    let mut wanted = qualifiers.iter().rev().peekable();
    for node in syntax.ancestors(definition.name) {
        for part in syntax.children(node) {
            let names = match (syntax.kind(node), syntax.field(part)) {
                (Kind::Impl, Field::Type) | (_, Field::Receiver) => true,
                (_, Field::Name | Field::Key) => part != definition.name,
                // `Reaper.prototype.reap = …`
                (Kind::Member, Field::Object) => true,
                (Kind::Assignment, Field::Left) => part != definition.name,
                // `defmodule Jobs.Reaper do`
                (Kind::Call, Field::None) => {
                    syntax.kind(part) == Kind::Arguments
                        && syntax.text(node).starts_with("defmodule")
                }
                _ => false,
            };
            if names
                && wanted
                    .peek()
                    .is_some_and(|qualifier| bears(syntax.text(part), qualifier))
            {
                wanted.next();
                break;
            }
        }
    }
    wanted.peek().is_none()
}

/// Whether one of the words in `text` (`r *Reaper[T]`, `a::Reaper<T>`, `Reaper.prototype`) is the name.
fn bears(text: &str, name: &str) -> bool {
    text.split(|character: char| {
        !character.is_alphanumeric() && character != '_' && character != '$'
    })
    .any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wanted_name_is_split_into_qualifiers_and_the_last_name() {
        let parts = |name| {
            let wanted = WantedName::new(name);
            let mut parts = wanted.qualifiers.clone();
            parts.push(wanted.last);
            parts.join("/")
        };
        assert_eq!(parts("reap"), "reap");
        assert_eq!(parts("reap()"), "reap");
        assert_eq!(parts("Reaper.#reap"), "Reaper/reap");
        assert_eq!(parts("queue::Reaper::reap"), "queue/Reaper/reap");
        assert_eq!(parts("(*Reaper).reap"), "Reaper/reap");
        assert_eq!(parts(""), "");
    }
}
