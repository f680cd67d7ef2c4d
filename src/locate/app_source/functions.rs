//! The functions of a file, and which of them a name means at a place.

use std::collections::BTreeMap;

use super::definitions::{all_definitions, definitions, no_such_function};
use super::dialect::{Definition, Role};
use super::error::SourceError;
use super::kinds::{Field, Kind};
use super::syntax::{NodeId, Syntax};
use crate::source::span::Span;

/// A parsed file and what it names.
pub struct Functions<'s, 'a> {
    pub syntax: &'s Syntax<'a>,
    /// Functions, constants and variables, by name, in source order.
    named: BTreeMap<&'a str, Vec<Definition>>,
}

/// A function that was asked for by name: where its name stands, and what runs when it does.
pub struct Start {
    pub name: Span,
    pub scopes: Vec<NodeId>,
}

impl<'s, 'a> Functions<'s, 'a> {
    pub fn new(syntax: &'s Syntax<'a>) -> Self {
        let mut named: BTreeMap<&str, Vec<Definition>> = BTreeMap::new();
        for definition in all_definitions(syntax) {
            let name = syntax.text(definition.name).trim_matches(['\'', '"', '#']);
            named.entry(name).or_default().push(definition);
        }
        Self { syntax, named }
    }

    /// What bears the name, in source order; of a class, all of its methods.
    ///
    /// # Errors
    /// When nothing does, or the source is not valid there.
    pub fn starts(&self, name: &str) -> Result<Vec<Start>, SourceError> {
        let syntax = self.syntax;
        let roles = [Role::Function, Role::Container];
        let found = definitions(syntax, name).into_iter();
        let found: Vec<Definition> = found.filter(|it| roles.contains(&it.role)).collect();
        if found.is_empty() {
            return Err(no_such_function(syntax, name, &roles));
        }
        let starts = found.into_iter().map(|definition| {
            if let Some(error) = syntax.error_within(definition.scope) {
                return Err(syntax.parse_failed(error));
            }
            let mut scopes = match definition.role {
                Role::Container => self.methods_in(definition.scope),
                _ => vec![definition.scope],
            };
            scopes.extend(self.decorators(definition.scope));
            Ok(Start {
                name: syntax.span(definition.name),
                scopes,
            })
        });
        starts.collect()
    }

    /// `@beating(every=30)` before a function.
    fn decorators(&self, function: NodeId) -> Vec<NodeId> {
        let syntax = self.syntax;
        let Some(parent) = syntax.parent(function) else {
            return Vec::new();
        };
        let before: Vec<NodeId> = (syntax.children(parent))
            .take_while(|it| *it < function)
            .collect();
        let decorators = before.into_iter().rev();
        decorators
            .take_while(|it| syntax.text(*it).starts_with('@'))
            .collect()
    }

    fn methods_in(&self, container: NodeId) -> Vec<NodeId> {
        let inside = self
            .functions()
            .filter(|it| self.syntax.holds(container, it.name));
        inside.map(|it| it.scope).collect()
    }

    fn functions(&self) -> impl Iterator<Item = &Definition> {
        let all = self.named.values().flatten();
        all.filter(|it| it.role == Role::Function)
    }

    /// The file's own statements, and every function that stands in no other and is used or can be from outside.
    pub fn outermost(&self) -> Vec<NodeId> {
        let outer = self
            .functions()
            .filter(|it| self.function_around(it.name, it.scope).is_none() && self.may_be_used(it));
        std::iter::once(self.syntax.root())
            .chain(outer.map(|it| it.scope))
            .collect()
    }

    /// Whether the file names it elsewhere, or other files may.
    fn may_be_used(&self, definition: &Definition) -> bool {
        let syntax = self.syntax;
        let name = syntax.text(definition.name);
        let is_public = match syntax.language().name() {
            "Python" => !name.starts_with('_'),
            "Go" => name.starts_with(char::is_uppercase),
            _ => {
                let around =
                    std::iter::once(definition.scope).chain(syntax.ancestors(definition.name));
                let mut texts = around
                    .filter(|it| *it != syntax.root())
                    .map(|it| syntax.text(it));
                texts.any(|text| text.starts_with("export") || text.starts_with("pub"))
                    || self.class_around(definition.name).is_some()
            }
        };
        is_public
            || syntax
                .all()
                .any(|it| it != definition.name && syntax.text(it) == name)
    }

    /// The function around a place that is not `own`.
    pub fn function_around(&self, node: NodeId, own: NodeId) -> Option<NodeId> {
        let mut around = self.syntax.ancestors(node);
        around.find(|it| *it != own && is_function(self.syntax, *it))
    }

    /// The function that a bare name means at that place: what is bound to it innermost, where that is a function.
    pub fn meant(&self, name: &str, site: NodeId) -> Option<NodeId> {
        let known = self
            .named
            .get(name)?
            .iter()
            .filter(|it| self.binds_a_name(it));
        let visible = known.filter_map(|it| {
            let around = self.function_around(it.name, it.scope);
            let is_visible = around.is_none_or(|around| self.syntax.holds(around, site));
            is_visible.then_some((around, it))
        });
        let (around, innermost) = visible.max_by_key(|(around, _)| *around)?;
        let within = self
            .syntax
            .ancestors(site)
            .take_while(|it| Some(*it) != around);
        let mut functions = within.filter(|it| is_function(self.syntax, *it));
        let is_hidden = functions.any(|it| self.has_parameter(it, name));
        (innermost.role == Role::Function && !is_hidden).then_some(innermost.scope)
    }

    /// Whether a bare name may mean it: no method, no key of an object.
    fn binds_a_name(&self, definition: &Definition) -> bool {
        let parent = self.syntax.parent(definition.name);
        let kind = parent.map(|it| self.syntax.kind(it));
        !matches!(kind, Some(Kind::Pair | Kind::ClassField | Kind::Member))
            && !self.is_method(definition)
    }

    fn has_parameter(&self, function: NodeId, name: &str) -> bool {
        let syntax = self.syntax;
        let head = syntax.children(function).filter(|it| {
            !matches!(
                syntax.field(*it),
                Field::Body | Field::Name | Field::Receiver
            )
        });
        let mut inside = head.flat_map(|it| syntax.subtree(it));
        inside.any(|it| {
            matches!(syntax.kind(it), Kind::Identifier | Kind::ShorthandPattern)
                && syntax.text(it) == name
        })
    }

    /// The methods that `this.name` means at a place: of its class, or of those that this one names in its head, which it may extend.
    pub fn own_methods(&self, name: &str, site: NodeId) -> Vec<NodeId> {
        let own = self.class_around(site);
        let heads = self.class_heads(site);
        let has_word = |head: &str, class: &str| {
            let mut words = head.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.any(|word| word == class)
        };
        let is_own =
            |class: &str| own == Some(class) || heads.iter().any(|head| has_word(head, class));
        self.methods_of(name, is_own)
    }

    /// The methods of that name whose class is wanted.
    pub fn methods_of(&self, name: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<NodeId> {
        let known = self.named.get(name).into_iter().flatten();
        let methods = known.filter(|it| it.role == Role::Function && self.is_method(it));
        let wanted = methods.filter(|it| self.class_around(it.name).is_some_and(&is_wanted));
        wanted.map(|it| it.scope).collect()
    }

    /// Whether a bare name means a parameter or a variable there, and no function.
    pub fn is_value(&self, name: &str, site: NodeId) -> bool {
        let mut around = self.syntax.ancestors(site);
        let is_parameter =
            around.any(|it| is_function(self.syntax, it) && self.has_parameter(it, name));
        is_parameter || !self.values(name, site).is_empty()
    }

    /// What is bound to a name that is no function, as seen from a place.
    pub fn values(&self, name: &str, site: NodeId) -> Vec<NodeId> {
        let known = self.named.get(name).into_iter().flatten();
        let visible = known.filter(|it| {
            let around = self.function_around(it.name, it.scope);
            it.role != Role::Function && around.is_none_or(|around| self.syntax.holds(around, site))
        });
        visible.map(|it| it.scope).collect()
    }

    fn is_method(&self, definition: &Definition) -> bool {
        let syntax = self.syntax;
        let mut around = syntax.ancestors(definition.name).filter(|it| {
            is_function(syntax, *it) && *it != definition.scope || self.class_name(*it).is_some()
        });
        around
            .next()
            .is_some_and(|it| self.class_name(it).is_some())
    }

    /// What the class, `impl` or receiver's type around a place is called.
    fn class_around(&self, node: NodeId) -> Option<&'a str> {
        let mut names = (self.syntax.ancestors(node)).filter_map(|it| self.class_name(it));
        names.next()
    }

    fn class_name(&self, node: NodeId) -> Option<&'a str> {
        let syntax = self.syntax;
        let name = match syntax.kind(node) {
            Kind::Class => syntax.child(node, Field::Name)?,
            Kind::Impl => syntax.child(node, Field::Type)?,
            // Go: `func (w *Worker) beat()`
            Kind::Function => {
                let receiver = syntax.child(node, Field::Receiver)?;
                let text = syntax.text(receiver).trim_matches(['(', ')', ' ']);
                return text.rsplit([' ', '*']).next();
            }
            _ => return None,
        };
        syntax.text(name).split('<').next()
    }

    /// The text of each class around a place, before its body.
    fn class_heads(&self, site: NodeId) -> Vec<&'a str> {
        let syntax = self.syntax;
        let classes = (syntax.ancestors(site)).filter(|it| syntax.kind(*it) == Kind::Class);
        let heads = classes.filter_map(|class| {
            let body = syntax.child(class, Field::Body)?;
            let (start, end) = (syntax.span(class).start, syntax.span(body).start);
            Some(&syntax.source()[start..end])
        });
        heads.collect()
    }

    /// Whether an expression is the object whose method runs: `this`, `self`, Go's receiver.
    pub fn is_self(&self, node: NodeId, site: NodeId) -> bool {
        let text = self.syntax.text(node);
        let mut around = self.syntax.ancestors(site);
        ["this", "self", "Self", "cls"].contains(&text)
            || around.any(|it| {
                let receiver = self.syntax.child(it, Field::Receiver);
                receiver.is_some_and(|receiver| {
                    let named = self.syntax.text(receiver).trim_start_matches(['(', ' ']);
                    named.split(' ').next() == Some(text)
                })
            })
    }
}

pub fn is_function(syntax: &Syntax, node: NodeId) -> bool {
    matches!(
        syntax.kind(node),
        Kind::Function | Kind::Method | Kind::Closure
    )
}
