//! The constants of a file that hold text.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use super::dialect::{Definition, Role};
use super::kinds::{Field, Kind};
use super::syntax::{NodeId, Syntax};

/// Constants whose own text names constants are followed this far.
const DEEPEST: usize = 4;
/// A constant whose text is longer than this, in bytes, is not put in the place of its name.
const LONGEST: usize = 64 * 1024;

/// What the names of one file are bound to, looked through when the first name is asked for.
#[derive(Debug, Default)]
pub struct Constants<'a> {
    /// `None`: bound more than once, or to what may change. Never iterated.
    values: OnceCell<HashMap<&'a str, Option<NodeId>>>,
    texts: RefCell<HashMap<NodeId, Option<String>>>,
    depth: RefCell<usize>,
}

impl<'a> Constants<'a> {
    /// The value of a constant that is declared once in the file, if no parameter or variable bears its name.
    pub fn value(&self, syntax: &Syntax<'a>, name: &str) -> Option<NodeId> {
        self.values
            .get_or_init(|| bindings(syntax))
            .get(name)
            .copied()
            .flatten()
    }

    /// The text of a value, by way of `read`, which is not asked twice for one value.
    pub fn text(&self, value: NodeId, read: impl FnOnce() -> Option<String>) -> Option<String> {
        if let Some(known) = self.texts.borrow().get(&value) {
            return known.clone();
        }
        if *self.depth.borrow() >= DEEPEST {
            return None;
        }
        *self.depth.borrow_mut() += 1;
        let text = read().filter(|text| text.len() <= LONGEST);
        *self.depth.borrow_mut() -= 1;
        self.texts.borrow_mut().insert(value, text.clone());
        text
    }
}

fn bindings<'a>(syntax: &Syntax<'a>) -> HashMap<&'a str, Option<NodeId>> {
    let dialect = syntax.language().dialect();
    let mut bindings = HashMap::new();
    for node in syntax.all() {
        if !matches!(syntax.kind(node), Kind::Identifier | Kind::ShorthandPattern) {
            continue;
        }
        let bound = match dialect.definition(syntax, node) {
            // A pair's key or a method's name binds nothing that a bare name could mean.
            Some(definition) => Some(constant(definition)),
            None if binds(syntax, node) => Some(None),
            None => None,
        };
        if let Some(value) = bound {
            bindings
                .entry(syntax.text(node))
                .and_modify(|known| *known = None)
                .or_insert(value);
        }
    }
    bindings
}

fn constant(definition: Definition) -> Option<NodeId> {
    (definition.role == Role::Constant).then_some(definition.scope)
}

/// Whether the name gets a value here that is not written beside it: a parameter, a loop's variable, an import.
fn binds(syntax: &Syntax, name: NodeId) -> bool {
    if syntax.kind(name) == Kind::ShorthandPattern {
        return true;
    }
    let Some(parent) = syntax.parent(name) else {
        return false;
    };
    match (syntax.kind(parent), syntax.field(name)) {
        // Scala's `x += y` is an operator like others.
        (Kind::Binary, Field::Left) => {
            let operator = syntax.child(parent, Field::Operator);
            operator.is_some_and(|it| syntax.text(it) == "+=")
        }
        (Kind::Binary, _) => false,
        (Kind::Foreach, Field::None) => syntax.children(parent).next() != Some(name),
        (Kind::Pair, _) => {
            let outer = syntax.parent(parent);
            outer.is_some_and(|it| syntax.kind(it) == Kind::Foreach)
        }
        (Kind::Binder, Field::Value | Field::Type | Field::Right) => false,
        (Kind::Binder, _) => true,
        (Kind::ExpressionList, _) => syntax.field(parent) == Field::Left,
        (Kind::Declarator | Kind::Let, Field::Name | Field::Pattern) => true,
        (_, Field::Left | Field::Parameter | Field::Alias) => true,
        _ => false,
    }
}
