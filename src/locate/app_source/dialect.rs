//! What one language must say about its syntax, so that the rest need not know the language.

use super::escapes::Piece;
use super::kinds::{Field, Kind};
use super::syntax::{NodeId, Syntax};

/// What a node is to somebody who looks for text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A string or a template.
    Text,
    /// A tagged template; the node is the template itself.
    Tagged(NodeId),
    /// A call that turns a string into SQL, inside a tagged template: `sql.raw('…')`.
    Raw(NodeId),
    /// Strings written one after the other, all of them text.
    Run(Vec<NodeId>),
    /// Operands of a concatenation.
    Chain(Vec<NodeId>),
    /// The elements of a list, with the text between them.
    Join {
        elements: Vec<NodeId>,
        separator: Separator,
    },
    /// What adds nothing to the text: parentheses, a cast.
    Wrapper(NodeId),
    /// A name, perhaps of a constant.
    Name,
    Other,
}

/// What stands between joined elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Separator {
    Written(NodeId),
    Implied(&'static str),
}

/// What a name names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Function,
    /// A class, a module, an `impl`.
    Container,
    /// A value that never changes.
    Constant,
    /// A value that may.
    Variable,
}

/// A name and what it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Definition {
    pub name: NodeId,
    /// The function as a whole, or the value alone.
    pub scope: NodeId,
    pub role: Role,
}

pub trait Dialect: Sync {
    fn shape(&self, syntax: &Syntax, node: NodeId) -> Shape;

    /// The pieces of a node whose shape is [`Shape::Text`].
    fn pieces(&self, syntax: &Syntax, text: NodeId) -> Vec<Piece>;

    /// The definition whose name this node is.
    fn definition(&self, syntax: &Syntax, name: NodeId) -> Option<Definition>;

    /// The elements of a list, a set, a tuple or the keys of a map that is written out.
    fn elements(&self, syntax: &Syntax, list: NodeId) -> Option<Vec<NodeId>>;
}

/// `name` as the name of a value: of a function when it is one or wraps one.
pub fn value_definition(
    syntax: &Syntax,
    name: NodeId,
    value: NodeId,
    otherwise: Role,
) -> Definition {
    let role = if syntax.holds_function(value) {
        Role::Function
    } else {
        otherwise
    };
    Definition {
        name,
        scope: value,
        role,
    }
}

/// The last name of what is called: `unsafe` of `sql.unsafe(…)`, `from` of `HashSet::from(…)`.
pub fn callee_name<'a>(syntax: &Syntax<'a>, call: NodeId) -> Option<&'a str> {
    let callee = callee(syntax, call)?;
    let name = match syntax.kind(callee) {
        Kind::Member => syntax
            .child(callee, Field::Property)
            .or_else(|| syntax.child(callee, Field::Name))?,
        _ => callee,
    };
    Some(syntax.text(name))
}

/// What is called, or constructed, or expanded.
pub fn callee(syntax: &Syntax, call: NodeId) -> Option<NodeId> {
    syntax.children(call).find(|child| {
        matches!(
            syntax.field(*child),
            Field::Function | Field::Constructor | Field::Macro
        )
    })
}

/// The receiver of a method call: `x` of `x.f()`.
pub fn receiver(syntax: &Syntax, call: NodeId) -> Option<NodeId> {
    let callee = callee(syntax, call).filter(|callee| syntax.kind(*callee) == Kind::Member)?;
    syntax
        .child(callee, Field::Object)
        .or_else(|| syntax.child(callee, Field::Value))
}

/// The arguments of a call in parentheses.
pub fn arguments(syntax: &Syntax, call: NodeId) -> Vec<NodeId> {
    let list = syntax
        .child(call, Field::Arguments)
        .filter(|list| syntax.kind(*list) == Kind::Arguments);
    list.map_or_else(Vec::new, |list| syntax.children(list).collect())
}

/// The operands of `+`.
pub fn sum(syntax: &Syntax, binary: NodeId) -> Option<Vec<NodeId>> {
    let operator = syntax.child(binary, Field::Operator)?;
    if syntax.text(operator) != "+" {
        return None;
    }
    Some(vec![
        syntax.child(binary, Field::Left)?,
        syntax.child(binary, Field::Right)?,
    ])
}
