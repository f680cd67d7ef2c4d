//! Which array of a file holds its patches, and whether what is written is what runs.

use super::calls::{callee_name, receiver};
use super::error::SourceError;
use super::kinds::Kind;
use super::patches::{Candidate, named_value};
use super::syntax::{NodeId, Syntax};

/// Methods that change an array in its place.
const CHANGES: [&str; 9] = [
    "push",
    "unshift",
    "splice",
    "sort",
    "reverse",
    "pop",
    "shift",
    "fill",
    "copyWithin",
];

/// Methods that make another array of one.
const DERIVES: [&str; 9] = [
    "map",
    "filter",
    "flatMap",
    "concat",
    "slice",
    "toSorted",
    "toReversed",
    "toSpliced",
    "with",
];

/// Refuses arrays of patches whose written order or number is not what runs: made by a chain of methods, or changed later.
///
/// # Errors
/// [`SourceError::Reshaped`], with the call that does it.
pub(super) fn refuse_reshaped(
    syntax: &Syntax,
    candidates: &[Candidate],
) -> Result<(), SourceError> {
    let with_sql: Vec<&str> = candidates
        .iter()
        .filter(|candidate| candidate.statements() > 0)
        .map(|candidate| candidate.name.as_str())
        .collect();
    for node in syntax.all() {
        if let Some((name, value)) = named_value(syntax, node)
            && syntax.kind(value) == Kind::Call
            && let Some(method) = callee_name(syntax, value)
            && (CHANGES.contains(&method) || DERIVES.contains(&method))
            && let Some(array) = receiver(syntax, value)
            && is_patch_name(name)
            && begins_with_patches(syntax, array, &with_sql)
        {
            return Err(reshaped(syntax, name, method, value));
        }
        if syntax.kind(node) == Kind::Call
            && let Some(method) = callee_name(syntax, node)
            && CHANGES.contains(&method)
            && let Some(array) = receiver(syntax, node)
            && with_sql.contains(&syntax.text(array))
        {
            return Err(reshaped(syntax, syntax.text(array), method, node));
        }
    }
    Ok(())
}

fn reshaped(syntax: &Syntax, name: &str, method: &str, call: NodeId) -> SourceError {
    SourceError::Reshaped {
        name: name.to_owned(),
        method: method.to_owned(),
        span: syntax.span(call),
    }
}

/// Whether a variable of that name is likely to be the patches: other arrays of a file may change as they like.
fn is_patch_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_word = name
        .chars()
        .all(|c| c.is_alphanumeric() || c == '_' || c == '$');
    is_word
        && ["patch", "migration", "default"]
            .iter()
            .any(|part| name.contains(part))
}

/// Whether a chain of calls begins with an array that holds SQL, or that is made of arrays that do.
fn begins_with_patches(syntax: &Syntax, mut node: NodeId, with_sql: &[&str]) -> bool {
    loop {
        node = match syntax.kind(node) {
            Kind::Array => return holds_patches(syntax.text(node), with_sql),
            Kind::Identifier => return with_sql.contains(&syntax.text(node)),
            Kind::Call => match receiver(syntax, node) {
                Some(inner) => inner,
                None => return false,
            },
            _ => match syntax.only_child(node) {
                Some(inner) => inner,
                None => return false,
            },
        };
    }
}

fn holds_patches(array: &str, with_sql: &[&str]) -> bool {
    let mut words = array.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
    words.any(|word| {
        with_sql.contains(&word)
            || ["CREATE", "ALTER", "DROP"].contains(&word.to_ascii_uppercase().as_str())
    })
}

/// The exported array with SQL, or else the only one. An array that is part of another one is not weighed against it.
pub(super) fn choose(
    syntax: &Syntax,
    candidates: Vec<Candidate>,
) -> Result<Option<Candidate>, SourceError> {
    let is_part = |candidate: &Candidate| {
        candidates.iter().any(|other| {
            other.list != candidate.list
                && (syntax.holds(other.list, candidate.list)
                    || other
                        .followed
                        .iter()
                        .any(|value| syntax.holds(*value, candidate.list)))
        })
    };
    let parts: Vec<bool> = candidates.iter().map(is_part).collect();
    let any_sql = candidates
        .iter()
        .any(|candidate| candidate.statements() > 0);
    let mut ranked: Vec<Candidate> = candidates
        .into_iter()
        .zip(parts)
        .filter(|(_, is_part)| !is_part)
        .map(|(candidate, _)| candidate)
        .filter(|candidate| {
            if any_sql {
                candidate.statements() > 0
            } else {
                candidate.is_named_for_patches()
            }
        })
        .collect();
    ranked.sort_by_key(|candidate| {
        std::cmp::Reverse((candidate.is_exported, candidate.statements()))
    });
    if let [first, second, ..] = ranked.as_slice()
        && first.is_exported == second.is_exported
    {
        return Err(SourceError::AmbiguousPatches {
            first: first.name.clone(),
            first_span: syntax.span(first.list),
            second: second.name.clone(),
            second_span: syntax.span(second.list),
        });
    }
    Ok(ranked.into_iter().next())
}
