//! What else the program calls the governed table.

use super::names::Names;
use crate::locate::app_source::assemble::Assembler;
use crate::locate::app_source::kinds::Kind;
use crate::locate::app_source::language::Language;
use crate::locate::app_source::syntax::NodeId;

/// The first other name that is given to the table: `r` of `'runs as r'`, of `r in Run`.
pub fn alias_of(assembler: &Assembler, scope: NodeId, names: &Names) -> Option<String> {
    let syntax = assembler.syntax;
    syntax
        .subtree(scope)
        .find_map(|node| match syntax.kind(node) {
            Kind::String | Kind::RawString | Kind::Template => {
                let text = assembler.plain_text(node)?;
                let words: Vec<&str> = text.split_whitespace().collect();
                let (table, alias) = match words.as_slice() {
                    [table, alias] => (*table, *alias),
                    [table, word, alias] if word.eq_ignore_ascii_case("as") => (*table, *alias),
                    _ => return None,
                };
                let table = table.rsplit('.').next().unwrap_or(table);
                (table == names.table.as_str()).then(|| alias.to_owned())
            }
            // Ecto's bindings: the first is of the query's own table.
            Kind::Array if syntax.language() == Language::Elixir => {
                let parent = syntax.parent(node).map(|it| syntax.kind(it));
                let first = syntax.children(node).next()?;
                let is_binding =
                    parent == Some(Kind::Arguments) && syntax.kind(first) == Kind::Identifier;
                is_binding.then(|| syntax.text(first).to_owned())
            }
            Kind::Binary => {
                let children: Vec<NodeId> = syntax.children(node).collect();
                let [alias, .., table] = children.as_slice() else {
                    return None;
                };
                let is_binding = syntax.kind(*alias) == Kind::Identifier
                    && syntax.kind(*table) == Kind::TypeIdentifier
                    && names.is_table(syntax.text(*table).rsplit('.').next().unwrap_or(""));
                is_binding.then(|| syntax.text(*alias).to_owned())
            }
            _ => None,
        })
}
