//! Which table a query is over, where the program says so.

use super::names::Names;
use super::reader::Reader;
use super::words;
use crate::locate::app_source::calls::{arguments, callee, callee_name, member, receiver};
use crate::locate::app_source::kinds::Kind;
use crate::locate::app_source::syntax::NodeId;

/// Whether the query around a condition names its tables, and the governed one is none of them.
pub fn is_of_other_table(reader: &Reader, node: NodeId, names: &Names) -> bool {
    let tables = tables(reader, node);
    !tables.is_empty() && !tables.iter().any(|table| names.is_table(table))
}

fn tables(reader: &Reader, node: NodeId) -> Vec<String> {
    let syntax = reader.syntax;
    let mut found = Vec::new();
    let mut node = match syntax.kind(node) {
        // `prisma.run.findMany({ where: … })`
        Kind::Pair | Kind::ShorthandProperty => {
            let call = syntax
                .ancestors(node)
                .find(|it| syntax.kind(*it) == Kind::Call);
            let object = call.and_then(|call| receiver(syntax, call));
            let property = object.and_then(|object| member(syntax, object));
            let model = property.map(|(_, property)| syntax.text(property).to_owned());
            return model.filter(|it| !is_vague(it)).into_iter().collect();
        }
        _ => node,
    };
    loop {
        match syntax.kind(node) {
            Kind::Call => {
                found.extend(named_by_call(reader, node));
                let Some(object) = receiver(syntax, node) else {
                    return found;
                };
                node = object;
            }
            // `Run |> where(…)`
            Kind::Binary => {
                let Some(left) = syntax.children(node).next() else {
                    return found;
                };
                node = left;
            }
            Kind::Identifier | Kind::TypeIdentifier => {
                found.extend(model(syntax.text(node)));
                return found;
            }
            // `Run.objects`, `runs::table`
            Kind::Member => {
                let text = syntax.text(node);
                let path = text
                    .strip_suffix("::table")
                    .or_else(|| text.strip_suffix(".objects"));
                found.extend(path.map(|path| last(path).to_owned()));
                return found;
            }
            _ => return found,
        }
    }
}

/// `From("runs")`, `knex('runs')`, `select(Run.id)`.
fn named_by_call(reader: &Reader, call: NodeId) -> Option<String> {
    let syntax = reader.syntax;
    let name = callee_name(syntax, call)?;
    let given = arguments(syntax, call);
    let first = *given.first()?;
    let is_base = receiver(syntax, call).is_none()
        && callee(syntax, call).is_some_and(|it| syntax.kind(it) == Kind::Identifier);
    let text = reader.text(first);
    if let Some(text) = text {
        let is_alone = is_base && given.len() == 1 && !words::takes_sql(name);
        let names_it = is_alone || words::names_table_in_text(name);
        let table = text.split_whitespace().next().map(|it| last(it).to_owned());
        return table.filter(|_| names_it);
    }
    if !words::names_table(name) {
        return None;
    }
    let first = reader.assembler.through_wrappers(first);
    match syntax.kind(first) {
        // A name of the function's own may hold an alias.
        Kind::Identifier if !reader.bindings(syntax.text(first)).is_empty() => None,
        Kind::Identifier | Kind::TypeIdentifier => Some(syntax.text(first).to_owned()),
        Kind::Member => {
            let (object, _) = member(syntax, first)?;
            let object = syntax.text(object);
            reader
                .bindings(object)
                .is_empty()
                .then(|| last(object).to_owned())
        }
        // `from(r in Run, …)`
        Kind::Binary => {
            let right = syntax.children(first).last()?;
            model(syntax.text(right))
        }
        _ => None,
    }
}

/// A name that begins as a type's does.
fn model(name: &str) -> Option<String> {
    let name = last(name);
    let is_model = name.starts_with(|c: char| c.is_uppercase());
    (is_model && !matches!(name, "DB" | "DSL" | "Repo")).then(|| name.to_owned())
}

/// What a repository may be called whatever it holds.
fn is_vague(name: &str) -> bool {
    let name = name.to_lowercase();
    [
        "repo",
        "repository",
        "manager",
        "db",
        "orm",
        "em",
        "query",
        "model",
        "client",
    ]
    .iter()
    .any(|word| name.ends_with(word))
}

fn last(path: &str) -> &str {
    path.rsplit(['.', ':', '\\']).next().unwrap_or(path)
}
