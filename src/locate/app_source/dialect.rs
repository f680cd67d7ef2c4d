//! What one language must say about its syntax, so that the rest need not know the language.

use super::escapes::Piece;
use super::kinds::Field;
use super::syntax::{NodeId, Syntax};
use crate::source::span::Spanned;

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

    /// The elements of a list that is written as one literal, `~w(a b)`, each with its place.
    fn words(&self, _syntax: &Syntax, _list: NodeId) -> Option<Vec<Spanned<String>>> {
        None
    }
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

/// The operands of `+`.
pub fn sum(syntax: &Syntax, binary: NodeId) -> Option<Vec<NodeId>> {
    concatenated(syntax, binary, &["+"])
}

/// The operands of one of these operators.
pub fn concatenated(syntax: &Syntax, binary: NodeId, operators: &[&str]) -> Option<Vec<NodeId>> {
    let operator = syntax.child(binary, Field::Operator)?;
    if !operators.contains(&syntax.text(operator)) {
        return None;
    }
    Some(vec![
        syntax.child(binary, Field::Left)?,
        syntax.child(binary, Field::Right)?,
    ])
}
