//! The string literals of a file, or of one function in it.

use std::collections::HashSet;

use crate::source::excerpt::Excerpt;
use crate::source::span::Span;

pub use super::alterations::Alteration;
pub use super::assemble::Parameter;

use super::alterations::alterations;
use super::assemble::Assembler;
use super::calls::callee_name;
use super::definitions::{definitions, no_such_function};
use super::dialect::{Definition, Role, Shape};
use super::error::SourceError;
use super::functions::is_function;
use super::kinds::{Field, Kind};
use super::language::Language;
use super::syntax::{NodeId, Syntax};

/// A string literal as its reader gets it: escapes read, concatenations joined, constants of the file put in.
#[derive(Debug)]
pub struct Literal {
    /// What it holds; never empty. What is put in at run time stands as `$9001`, `$9002`, ….
    pub excerpt: Excerpt<'static>,
    /// The literal in the file, with its quotes; of a concatenation, all of it.
    pub span: Span,
    /// In the order of their numbers.
    pub parameters: Vec<Parameter>,
}

/// What a file, or a function of it, holds.
#[derive(Debug)]
pub struct Literals {
    /// In source order. Inside the interpolations of a literal there may be others, which follow it.
    pub literals: Vec<Literal>,
    /// Where in the file the grammar lost its way, in source order: literals may be missing there.
    /// When a function was asked for, none of these lies inside it.
    pub unread: Vec<Span>,
    /// In source order: text that is changed, or a part of it chosen, when the program runs. Literals may stand inside.
    pub altered: Vec<Alteration>,
}

/// The string and template literals of the file, or of what is called `within`: every function, method, class or module of that
/// name, or else every constant or variable. With them come the constants of the file that the function names as a whole
/// (`db.query(REAP_QUERY)`).
///
/// # Errors
/// When nothing is called `within`, or when the source around or inside it is not valid.
pub fn literals(
    language: Language,
    text: &str,
    within: Option<&str>,
) -> Result<Literals, SourceError> {
    literals_in(&Syntax::parse(language, text)?, within)
}

/// The same of a file that was parsed.
///
/// # Errors
/// When nothing is called `within`, or when the source around or inside it is not valid.
pub fn literals_in(syntax: &Syntax, within: Option<&str>) -> Result<Literals, SourceError> {
    let scopes = scopes(syntax, within)?;
    let mut collector = Collector {
        assembler: Assembler::new(syntax),
        used: HashSet::new(),
        literals: Vec::new(),
    };
    for scope in &scopes {
        collector.collect(*scope);
    }
    if within.is_some() {
        collector.collect_constants(&scopes);
    }
    let mut read = scopes.clone();
    if within.is_some() {
        read.extend(collector.constants_named_in(&scopes));
    }
    let altered = alterations(&collector.assembler, &read);
    let mut literals = collector.literals;
    literals.sort_by_key(|literal| (literal.span.start, std::cmp::Reverse(literal.span.end)));
    Ok(Literals {
        literals,
        unread: syntax.errors().collect(),
        altered,
    })
}

/// What bears the name, in source order, none inside another; never empty. Without a name, the whole file.
///
/// # Errors
/// When nothing is called `within`, or when the source around or inside it is not valid.
pub fn scopes(syntax: &Syntax, within: Option<&str>) -> Result<Vec<NodeId>, SourceError> {
    let Some(name) = within else {
        return Ok(vec![syntax.root()]);
    };
    let found = definitions(syntax, name);
    let callable =
        |definition: &Definition| matches!(definition.role, Role::Function | Role::Container);
    let any_callable = found.iter().any(callable);
    let mut scopes: Vec<NodeId> = Vec::new();
    for definition in found
        .iter()
        .filter(|definition| !any_callable || callable(definition))
    {
        let inside = scopes
            .last()
            .is_some_and(|last| syntax.holds(*last, definition.scope));
        if !inside {
            scopes.push(definition.scope);
        }
    }
    if let Some(error) = scopes.iter().find_map(|scope| syntax.error_within(*scope)) {
        return Err(syntax.parse_failed(error));
    }
    if scopes.is_empty() {
        let roles = [Role::Function, Role::Container, Role::Constant];
        return Err(no_such_function(syntax, name, &roles));
    }
    Ok(scopes)
}

struct Collector<'s, 'a> {
    assembler: Assembler<'s, 'a>,
    /// What went into a literal that was taken already.
    used: HashSet<NodeId>,
    literals: Vec<Literal>,
}

impl Collector<'_, '_> {
    fn collect(&mut self, scope: NodeId) {
        for node in self.assembler.syntax.subtree(scope) {
            if self.begins_literal(node) && !self.used.contains(&node) {
                self.take(node);
            }
        }
    }

    /// Takes the constants outside the scopes that are named inside them.
    fn collect_constants(&mut self, scopes: &[NodeId]) {
        for value in self.constants_named_in(scopes) {
            let value = self.assembler.through_wrappers(value);
            if !self.used.contains(&value) {
                self.take(value);
            }
        }
    }

    /// The values of constants outside the scopes whose names stand inside them, apart from names that a literal took in.
    fn constants_named_in(&self, scopes: &[NodeId]) -> Vec<NodeId> {
        let syntax = self.assembler.syntax;
        let names = scopes
            .iter()
            .flat_map(|scope| syntax.subtree(*scope))
            .filter(|node| syntax.kind(*node) == Kind::Identifier && !self.used.contains(node));
        let values = names.filter_map(|name| {
            let value = self.assembler.constants.value(syntax, syntax.text(name))?;
            is_in_sight(syntax, value, name).then_some(value)
        });
        values
            .filter(|value| !scopes.iter().any(|scope| syntax.holds(*scope, *value)))
            .collect()
    }

    fn take(&mut self, node: NodeId) {
        let syntax = self.assembler.syntax;
        let node = self.assembler.through_wrappers(node);
        let span = match self.assembler.shape(node) {
            Shape::Tagged(template) => syntax.span(template),
            Shape::Text | Shape::Run(_) | Shape::Chain(_) | Shape::Join { .. } => syntax.span(node),
            Shape::Raw(_) | Shape::Wrapper(_) | Shape::Name | Shape::Other => return,
        };
        let assembled = self.assembler.assemble(node);
        self.used.extend(assembled.used);
        if let Some(excerpt) = assembled.excerpt.filter(|_| assembled.has_text) {
            self.literals.push(Literal {
                excerpt,
                span,
                parameters: assembled.parameters,
            });
        }
    }

    fn begins_literal(&self, node: NodeId) -> bool {
        let syntax = self.assembler.syntax;
        match syntax.kind(node) {
            Kind::String | Kind::RawString => syntax.parent(node).is_none_or(|parent| {
                // A type's literal (`'a' | 'b'`) and an object's key hold no SQL.
                syntax.kind(parent) != Kind::LiteralType
                    && syntax.field(node) != Field::Key
                    && !is_documentation(syntax, node, parent)
            }),
            Kind::Template
            | Kind::ConcatenatedString
            | Kind::Sigil
            | Kind::HeredocBody
            | Kind::Binary
            | Kind::Call
            | Kind::Macro => true,
            _ => false,
        }
    }
}

/// A docstring: Python's string that is a statement by itself, Elixir's `@doc "…"`.
fn is_documentation(syntax: &Syntax, text: NodeId, parent: NodeId) -> bool {
    match syntax.language() {
        Language::Python => syntax.kind(parent) == Kind::ExpressionStatement,
        Language::Elixir => syntax
            .ancestors(text)
            .find(|it| syntax.kind(*it) == Kind::Call)
            .and_then(|call| callee_name(syntax, call))
            .is_some_and(|name| matches!(name, "doc" | "moduledoc" | "typedoc")),
        _ => false,
    }
}

/// What another function binds is out of sight.
fn is_in_sight(syntax: &Syntax, value: NodeId, from: NodeId) -> bool {
    let around = syntax.ancestors(value).find(|it| is_function(syntax, *it));
    around.is_none_or(|function| syntax.holds(function, from))
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn read(language: Language, text: &str, within: Option<&str>) -> Vec<Literal> {
        literals(language, text, within)
            .unwrap_or_else(|error| panic!("{error} at {:?}: {text}", error.span()))
            .literals
    }

    pub fn texts(language: Language, text: &str, within: Option<&str>) -> Vec<String> {
        read(language, text, within)
            .into_iter()
            .map(|literal| literal.excerpt.text().to_owned())
            .collect()
    }

    #[test]
    fn a_name_that_nothing_bears_names_the_nearest() {
        let error = literals(
            Language::TypeScript,
            "function reapStaleRuns() {}",
            Some("reapStaleRun"),
        )
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "no function or constant is called `reapStaleRun`; the nearest name is `reapStaleRuns`"
        );
        let error = literals(Language::Go, "package a", Some("reap")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no function or constant is called `reap`"
        );
    }

    #[test]
    fn a_broken_function_is_not_read_and_a_broken_neighbour_is_reported() {
        let text = "function a() { q('x') }
function b() { q('y' + ) }
";
        let found = literals(Language::TypeScript, text, Some("a")).unwrap();
        assert_eq!(found.literals.len(), 1);
        assert_eq!(found.unread.len(), 1);
        let error = literals(Language::TypeScript, text, Some("b")).unwrap_err();
        assert!(matches!(error, SourceError::ParseFailed { .. }));
        assert!(error.span().unwrap().start > 24);
        let truncated =
            literals(Language::TypeScript, "function reap() { q(`x", Some("reap")).unwrap_err();
        assert!(matches!(truncated, SourceError::ParseFailed { .. }));
    }

    #[test]
    fn comments_types_and_keys_never_count() {
        let text = "// 'a'
/* `b` */ type T = 'c' | 'd'; const x: 'e' = { 'f': 1 }";
        assert!(texts(Language::TypeScript, text, None).is_empty());
    }
}
