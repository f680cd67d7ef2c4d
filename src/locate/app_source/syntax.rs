//! A parsed file: its nodes in source order, in one flat list that no walk can overflow the stack on.

use std::borrow::Cow;
use std::ops::Range;

use tree_sitter::{Tree, TreeCursor};

use crate::source::span::Span;

use super::error::SourceError;
use super::inert::{self, Proof};
use super::kinds::{Field, Kind, KindTable};
use super::language::Language;
use super::tag_types::without_tag_types;
use super::tree::parse_tree;

/// A node of one [`Syntax`]. Nodes are numbered in source order, a parent before its children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Debug)]
struct Node {
    kind: Kind,
    field: Field,
    span: Span,
    parent: NodeId,
    /// One past the last node inside.
    end: NodeId,
}

/// The nodes that bear a name in the grammar or play a named part; comments and bare punctuation are left out.
#[derive(Debug)]
pub struct Syntax<'a> {
    text: &'a str,
    language: Language,
    nodes: Vec<Node>,
    /// Every function of whatever form, in order.
    functions: Vec<NodeId>,
    /// Where the grammar gave up, in order.
    errors: Vec<NodeId>,
}

impl<'a> Syntax<'a> {
    /// # Errors
    /// When the text is too long for the parser, or so broken that the parser spends far more than its due on it.
    /// An ordinary syntax error is not one of them: it becomes a node of kind `Error` or `Missing`.
    pub fn parse(language: Language, text: &'a str) -> Result<Self, SourceError> {
        let (parsed, stretches) = match language {
            Language::TypeScript | Language::Tsx => {
                let parsed = without_tag_types(text);
                let stretches = inert::stretches(&parsed);
                (parsed, stretches)
            }
            _ => (Cow::Borrowed(text), Vec::new()),
        };
        if !stretches.is_empty()
            && let Ok((syntax, true)) = Self::read(language, text, &parsed, &stretches)
        {
            return Ok(syntax);
        }
        Self::read(language, text, &parsed, &[]).map(|(syntax, _)| syntax)
    }

    /// Reads what is to be parsed of a text, but for some stretches, and tells whether the same comes of all of it.
    pub(super) fn read(
        language: Language,
        text: &'a str,
        parsed: &str,
        stretches: &[Range<usize>],
    ) -> Result<(Self, bool), SourceError> {
        let tree = parse_tree(language, parsed, stretches).ok_or(SourceError::TooMuch {
            language: language.name(),
            span: Span::new(0, 0),
        })?;
        let mut syntax = Self {
            text,
            language,
            nodes: Vec::with_capacity(tree.root_node().descendant_count() / 2 + 1),
            functions: Vec::new(),
            errors: Vec::new(),
        };
        let mut proof = Proof::new(parsed, stretches);
        syntax.fill(&tree, language.kinds(), &mut proof);
        let is_proved = proof.holds() && syntax.errors.is_empty();
        Ok((syntax, is_proved))
    }

    pub fn source(&self) -> &'a str {
        self.text
    }

    pub fn language(&self) -> Language {
        self.language
    }

    pub fn root(&self) -> NodeId {
        NodeId(0)
    }

    pub fn kind(&self, node: NodeId) -> Kind {
        self.nodes[node.index()].kind
    }

    pub fn field(&self, node: NodeId) -> Field {
        self.nodes[node.index()].field
    }

    pub fn span(&self, node: NodeId) -> Span {
        self.nodes[node.index()].span
    }

    pub fn text(&self, node: NodeId) -> &'a str {
        &self.text[self.span(node).range()]
    }

    /// `None` for the root.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        (node.0 != 0).then(|| self.nodes[node.index()].parent)
    }

    /// The nodes around this one, the nearest first.
    pub fn ancestors(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(node), |node| self.parent(*node))
    }

    /// The node and everything inside it, in source order.
    pub fn subtree(&self, node: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (node.0..self.nodes[node.index()].end.0).map(NodeId)
    }

    /// The nodes that begin before this one, the nearest first.
    pub fn before(&self, node: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (0..node.0).rev().map(NodeId)
    }

    /// The nodes that begin after this one, the nearest first.
    pub fn after(&self, node: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        let end = self.nodes[0].end.0;
        (node.0 + 1..end).map(NodeId)
    }

    /// All nodes of the file, in source order.
    pub fn all(&self) -> impl Iterator<Item = NodeId> + use<> {
        self.subtree(self.root())
    }

    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.nodes[node.index()].end;
        let first = Some(NodeId(node.0 + 1)).filter(|child| *child < end);
        std::iter::successors(first, move |child| {
            Some(self.nodes[child.index()].end).filter(|next| *next < end)
        })
    }

    /// The first child that plays this part.
    pub fn child(&self, node: NodeId, field: Field) -> Option<NodeId> {
        self.children(node)
            .find(|child| self.field(*child) == field)
    }

    /// The only child, if there is exactly one.
    pub fn only_child(&self, node: NodeId) -> Option<NodeId> {
        let mut children = self.children(node);
        let only = children.next()?;
        children.next().is_none().then_some(only)
    }

    /// Whether `inner` is `outer` or stands inside it.
    pub fn holds(&self, outer: NodeId, inner: NodeId) -> bool {
        outer <= inner && inner < self.nodes[outer.index()].end
    }

    /// Whether the node is a function or has one inside.
    pub fn holds_function(&self, node: NodeId) -> bool {
        any_within(&self.functions, node..self.nodes[node.index()].end)
    }

    /// The first place inside the node that the grammar did not understand.
    pub fn error_within(&self, node: NodeId) -> Option<Span> {
        let range = node..self.nodes[node.index()].end;
        let first = self.errors.partition_point(|error| *error < range.start);
        self.errors
            .get(first)
            .filter(|error| range.contains(error))
            .map(|error| self.span(*error))
    }

    /// Every place that the grammar did not understand, in source order.
    pub fn errors(&self) -> impl Iterator<Item = Span> + '_ {
        self.errors.iter().map(|error| self.span(*error))
    }

    pub fn parse_failed(&self, span: Span) -> SourceError {
        SourceError::ParseFailed {
            language: self.language.name(),
            span,
        }
    }

    fn fill(&mut self, tree: &Tree, kinds: &KindTable, proof: &mut Proof) {
        let mut cursor = tree.walk();
        // The nodes of the list around the cursor, each with its depth in the tree: anonymous nodes are skipped.
        let mut open: Vec<(NodeId, u32)> = Vec::new();
        let mut depth = 0;
        loop {
            proof.see(cursor.node());
            if let Some((kind, field)) = classify(&cursor, kinds) {
                let id = self.push(kind, field, &cursor, open.last().map(|(node, _)| *node));
                open.push((id, depth));
            }
            if cursor.goto_first_child() {
                depth += 1;
                continue;
            }
            loop {
                self.close(&mut open, depth);
                if cursor.goto_next_sibling() {
                    break;
                }
                if !cursor.goto_parent() {
                    return;
                }
                depth -= 1;
            }
        }
    }

    fn push(
        &mut self,
        kind: Kind,
        field: Field,
        cursor: &TreeCursor,
        parent: Option<NodeId>,
    ) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        match kind {
            Kind::Function | Kind::Method | Kind::Closure => self.functions.push(id),
            Kind::Error | Kind::Missing => self.errors.push(id),
            _ => {}
        }
        self.nodes.push(Node {
            kind,
            field,
            span: self.on_characters(cursor.node().byte_range()),
            parent: parent.unwrap_or(NodeId(0)),
            end: NodeId(id.0 + 1),
        });
        id
    }

    /// Sets the end of every open node at this depth or below it.
    fn close(&mut self, open: &mut Vec<(NodeId, u32)>, depth: u32) {
        let end = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        while let Some((node, _)) = open.pop_if(|(_, opened)| *opened >= depth) {
            self.nodes[node.index()].end = end;
        }
    }

    /// A range of the parser, which may end inside a character or past the end when the text is broken.
    fn on_characters(&self, range: Range<usize>) -> Span {
        let start = self.text.floor_char_boundary(range.start);
        Span::new(start, self.text.ceil_char_boundary(range.end).max(start))
    }
}

/// `None` for what the list leaves out.
fn classify(cursor: &TreeCursor, kinds: &KindTable) -> Option<(Kind, Field)> {
    let node = cursor.node();
    let field = cursor
        .field_id()
        .map_or(Field::None, |id| kinds.field(id.get()));
    if node.is_error() {
        return Some((Kind::Error, field));
    }
    if node.is_missing() {
        return Some((Kind::Missing, field));
    }
    let kind = kinds.kind(node.kind_id());
    let kept = kind != Kind::Comment && (node.is_named() || field != Field::None);
    kept.then_some((kind, field))
}

fn any_within(nodes: &[NodeId], range: Range<NodeId>) -> bool {
    let first = nodes.partition_point(|node| *node < range.start);
    nodes.get(first).is_some_and(|node| range.contains(node))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_stand_in_source_order_inside_their_parents() {
        let text = "const é = f('a', /* no */ `b`)\r\n";
        let syntax = Syntax::parse(Language::TypeScript, text).unwrap();
        for node in syntax.all().skip(1) {
            let parent = syntax.parent(node).unwrap();
            assert!(syntax.holds(parent, node));
            assert!(syntax.children(parent).any(|child| child == node));
        }
        let strings: Vec<_> = syntax
            .all()
            .filter(|node| matches!(syntax.kind(*node), Kind::String | Kind::Template))
            .map(|node| syntax.text(node))
            .collect();
        assert_eq!(strings, ["'a'", "`b`"]);
        assert_eq!(syntax.errors().count(), 0);
    }

    #[test]
    fn source_nested_a_hundred_thousand_deep_is_walked_without_recursion() {
        let text = format!(
            "const x = {}'a'{}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        let syntax = Syntax::parse(Language::TypeScript, &text).unwrap();
        assert!(syntax.all().any(|node| syntax.kind(node) == Kind::String));
    }
}
