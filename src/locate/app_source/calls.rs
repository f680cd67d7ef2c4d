//! Calls and members, whatever a grammar calls their parts.

use super::kinds::{Field, Kind};
use super::syntax::{NodeId, Syntax};

/// What is called, or constructed, or expanded: `sql.unsafe` of `sql.unsafe(…)`; where the grammar has no node for that, the name alone.
pub fn callee(syntax: &Syntax, call: NodeId) -> Option<NodeId> {
    let named = syntax.children(call).find(|child| {
        matches!(
            syntax.field(*child),
            Field::Function | Field::Constructor | Field::Macro | Field::Method | Field::Target
        )
    });
    named.or_else(|| match syntax.kind(call) {
        Kind::Call => syntax
            .child(call, Field::Name)
            .or_else(|| syntax.children(call).next()),
        Kind::New => syntax.child(call, Field::Type),
        _ => None,
    })
}

/// The last name of what is called: `unsafe` of `sql.unsafe(…)`, `from` of `HashSet::from(…)`.
pub fn callee_name<'a>(syntax: &Syntax<'a>, call: NodeId) -> Option<&'a str> {
    let callee = callee(syntax, call)?;
    let name = match syntax.kind(callee) {
        Kind::Member => property(syntax, callee)?,
        _ => callee,
    };
    Some(syntax.text(name))
}

/// The receiver of a method call: `x` of `x.f()`.
pub fn receiver(syntax: &Syntax, call: NodeId) -> Option<NodeId> {
    let of_call = syntax
        .child(call, Field::Receiver)
        .or_else(|| syntax.child(call, Field::Object));
    of_call.or_else(|| {
        let callee = callee(syntax, call).filter(|callee| syntax.kind(*callee) == Kind::Member)?;
        object(syntax, callee)
    })
}

/// The arguments of a call in parentheses.
pub fn arguments(syntax: &Syntax, call: NodeId) -> Vec<NodeId> {
    argument_list(syntax, call).map_or_else(Vec::new, |list| syntax.children(list).collect())
}

/// The node of those arguments.
pub fn argument_list(syntax: &Syntax, call: NodeId) -> Option<NodeId> {
    let of_kind = |node: NodeId, kind: Kind| {
        let mut children = syntax.children(node);
        children.find(|child| syntax.kind(*child) == kind)
    };
    match syntax.child(call, Field::Arguments) {
        Some(list) => (syntax.kind(list) == Kind::Arguments).then_some(list),
        None => of_kind(call, Kind::Arguments)
            .or_else(|| of_kind(of_kind(call, Kind::CallSuffix)?, Kind::Arguments)),
    }
}

/// What a member is a member of, and its own name: `r` and `status` of `r.status`, also where the grammar takes that for a call.
pub fn member(syntax: &Syntax, node: NodeId) -> Option<(NodeId, NodeId)> {
    match syntax.kind(node) {
        Kind::Member => Some((object(syntax, node)?, property(syntax, node)?)),
        Kind::Call if argument_list(syntax, node).is_none() => {
            let callee = callee(syntax, node)?;
            match syntax.kind(callee) {
                Kind::Member if syntax.field(callee) == Field::Target => member(syntax, callee),
                _ if syntax.field(callee) == Field::Method => {
                    Some((syntax.child(node, Field::Receiver)?, callee))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Where the grammar has no name for that part, it comes first. `HashSet::from` has none.
fn object(syntax: &Syntax, member: NodeId) -> Option<NodeId> {
    let first = syntax.children(member).next()?;
    match syntax.field(first) {
        Field::Object | Field::Value | Field::Target | Field::Left => Some(first),
        Field::None
            if property(syntax, member).is_some_and(|it| syntax.field(it) == Field::None) =>
        {
            Some(first)
        }
        _ => None,
    }
}

fn property(syntax: &Syntax, member: NodeId) -> Option<NodeId> {
    let last = syntax.children(member).last()?;
    // Swift has `.status` there, and `status` inside.
    let inner = syntax.child(last, Field::Property);
    Some(
        inner
            .filter(|_| syntax.field(last) == Field::Property)
            .unwrap_or(last),
    )
}
