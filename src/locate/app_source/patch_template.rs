//! Adds a patch to an array of patches in the form of the patches that are there.

use crate::source::edit::Edit;
use crate::source::span::Span;

use super::assemble::Assembler;
use super::calls::arguments;
use super::kinds::{Field, Kind};
use super::language::Language;
use super::patch_body::{ID_PROPERTIES, bare};
use super::patch_layout::{comments, indentation_at, literal_at, quoted_like, with_its_line};
use super::patches::{Patch, PatchArray, PatchPiece, patches};
use super::syntax::{NodeId, Syntax};

/// Properties that tell a person what a patch does. A name does, where something else is the patch's id.
const DESCRIPTIONS: [&str; 5] = ["description", "title", "summary", "comment", "name"];
/// Properties that take a patch back.
const WAYS_BACK: [&str; 4] = ["down", "rollback", "revert", "undo"];
/// Properties that belong to one patch and to no other, and that cannot be made up.
const UNREPEATABLE: [&str; 3] = ["checksum", "hash", "sha256"];
/// What takes a generated patch back.
const NO_WAY_BACK: &str = "-- Nothing: the last patch has the last word.";

/// What a new patch says. Texts are plain, without quotes or escapes.
#[derive(Debug, Clone)]
pub struct NewPatch {
    pub id: String,
    pub description: String,
    pub sql: String,
}

/// The patch of an array that new ones are modelled on: the last one that runs exactly one literal, always.
#[derive(Debug)]
pub struct PatchModel<'a> {
    text: &'a str,
    array: PatchArray,
    /// The last element of the array, whatever its form.
    last: Span,
    element: Span,
    id: Option<Span>,
    description: Option<Span>,
    /// Literals that would take the model's own patch back.
    ways_back: Vec<Span>,
    sql: Span,
    /// Comments inside of the element: they speak of that patch and not of a new one.
    comments: Vec<Span>,
}

impl<'a> PatchModel<'a> {
    /// # Errors
    /// A reason, when the file holds no array of patches or no patch of a form that can be repeated.
    pub fn of(language: Language, text: &'a str) -> Result<Self, String> {
        let array = patches(language, text).map_err(|error| error.to_string())?;
        let syntax = Syntax::parse(language, text).map_err(|error| error.to_string())?;
        let list = syntax
            .all()
            .find(|node| syntax.kind(*node) == Kind::Array && syntax.span(*node) == array.span)
            .ok_or(NO_MODEL)?;
        let elements: Vec<NodeId> = syntax.children(list).collect();
        let last = elements
            .last()
            .map(|node| syntax.span(*node))
            .ok_or(NO_MODEL)?;
        let assembler = Assembler::new(&syntax);
        let model = elements.iter().rev().find_map(|element| {
            let node = assembler.through_wrappers(*element);
            let patch = array
                .patches
                .iter()
                .find(|patch| patch.span == syntax.span(node))?;
            let sql = only_literal(patch, text)?;
            is_repeatable(&syntax, node).then_some((*element, node, sql))
        });
        let (element, node, sql) = model.ok_or(NO_MODEL)?;
        let id = id_literal(&syntax, node);
        let mut descriptions = DESCRIPTIONS.iter();
        let description = descriptions.find_map(|name| {
            let value = property(&syntax, node, &[name])?;
            (is_literal(&syntax, value) && Some(value) != id).then_some(value)
        });
        let id = id.map(|node| syntax.span(node));
        let ways_back = WAYS_BACK.iter();
        let ways_back = ways_back.filter_map(|name| property(&syntax, node, &[name]));
        Ok(Self {
            text,
            last,
            comments: comments(text, syntax.span(element)),
            element: syntax.span(element),
            id: id.filter(|id| *id != sql),
            description: description.map(|node| syntax.span(node)),
            ways_back: ways_back.map(|node| syntax.span(node)).collect(),
            sql,
            array,
        })
    }

    /// The ids of the patches that have one, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.array
            .patches
            .iter()
            .filter_map(|patch| patch.id.as_deref())
    }

    /// The literals of SQL that the patches run, in order: each with the SQL, and its place in the file with its quotes.
    pub fn literals(&self) -> impl Iterator<Item = (&str, Span)> {
        let pieces = self.array.patches.iter().flat_map(|patch| &patch.pieces);
        pieces.filter_map(|piece| match piece {
            PatchPiece::Sql { excerpt, span, .. } => Some((excerpt.text(), *span)),
            PatchPiece::Opaque { .. } => None,
        })
    }

    /// The edits that put the patches at the end of the array, in their order.
    pub fn append(&self, patches: &[NewPatch]) -> Vec<Edit> {
        let elements: Vec<String> = patches
            .iter()
            .map(|patch| self.element_for(patch))
            .collect();
        let line_end = |from: usize| {
            let rest = &self.text[from..];
            from + rest.find(['\r', '\n']).unwrap_or(rest.len())
        };
        let newline = if self.text.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let is_on_lines = self.text[self.array.span.start..self.element.start].contains('\n');
        if !is_on_lines {
            return vec![Edit::insert(
                self.last.end,
                format!(", {}", elements.join(", ")),
            )];
        }
        let indentation = indentation_at(self.text, self.element.start);
        let after = &self.text[self.last.end..self.array.span.end - 1];
        let comma = after
            .trim_start()
            .starts_with(',')
            .then(|| self.last.end + after.len() - after.trim_start().len() + 1);
        let from = comma.unwrap_or(self.last.end);
        let is_followed_by_comment = self.text[from..line_end(from)]
            .trim_start()
            .starts_with("//");
        let at = if is_followed_by_comment {
            line_end(from)
        } else {
            from
        };
        let separator = format!(",{newline}{indentation}");
        let elements = format!("{newline}{indentation}{}", elements.join(&separator));
        match comma {
            Some(_) => vec![Edit::insert(at, format!("{elements},"))],
            None => vec![Edit::insert(self.last.end, ","), Edit::insert(at, elements)],
        }
    }

    fn element_for(&self, patch: &NewPatch) -> String {
        let mut edits = vec![Edit::new(
            self.sql,
            literal_at(self.text, self.sql, &patch.sql),
        )];
        let is_number =
            |span: Span| self.text[span.range()].starts_with(|c: char| c.is_ascii_digit());
        if let Some(id) = self.id {
            let quoted = if is_number(id) {
                patch.id.clone()
            } else {
                quoted_like(&self.text[id.range()], &patch.id)
            };
            edits.push(Edit::new(id, quoted));
        }
        if let Some(span) = self.description {
            let quoted = quoted_like(&self.text[span.range()], &patch.description);
            edits.push(Edit::new(span, quoted));
        }
        edits.extend(
            self.ways_back
                .iter()
                .map(|span| Edit::new(*span, quoted_like(&self.text[span.range()], NO_WAY_BACK))),
        );
        edits.extend(
            self.comments
                .iter()
                .map(|span| Edit::new(with_its_line(self.text, *span), "")),
        );
        edits.sort();
        let mut element = String::new();
        let mut done = self.element.start;
        for edit in edits {
            element.push_str(&self.text[done..edit.span.start]);
            element.push_str(&edit.text);
            done = edit.span.end;
        }
        element.push_str(&self.text[done..self.element.end]);
        element
    }

    /// SQL as a template literal, laid out like the literal at `span`.
    pub fn literal_at(&self, span: Span, sql: &str) -> String {
        literal_at(self.text, span, sql)
    }
}

const NO_MODEL: &str =
    "no patch in the array runs exactly one string of SQL, so there is no form to repeat";

/// The one literal that the patch runs, when it always does, and is written where the patch is.
fn only_literal(patch: &Patch, text: &str) -> Option<Span> {
    let [
        PatchPiece::Sql {
            span,
            conditional: false,
            ..
        },
    ] = patch.pieces.as_slice()
    else {
        return None;
    };
    let is_inside = patch.span.start <= span.start && span.end <= patch.span.end;
    let is_raw = text[..span.start].trim_end().ends_with("raw");
    let literal = &text[span.range()];
    let quote = literal
        .chars()
        .next()
        .filter(|first| matches!(first, '`' | '\'' | '"'))?;
    // A concatenation begins with a quote as well.
    let is_one = literal.len() > 1 && !literal[1..literal.len() - 1].contains(quote);
    (is_inside && !is_raw && is_one).then_some(*span)
}

/// Whether another patch may be written in the form of this one: what takes it back is a literal, and only one property is its id.
fn is_repeatable(syntax: &Syntax, patch: NodeId) -> bool {
    if syntax.kind(patch) != Kind::Object {
        return true;
    }
    let is_there = |name: &&str| property(syntax, patch, &[name]).is_some();
    let ids = ID_PROPERTIES.iter().filter(|name| **name != "name");
    let has_methods = syntax.children(patch).any(|child| {
        let name = syntax.child(child, Field::Name);
        syntax.kind(child) == Kind::Method
            && name.is_some_and(|name| WAYS_BACK.contains(&bare(syntax.text(name))))
    });
    let mut ways_back = WAYS_BACK
        .iter()
        .filter_map(|name| property(syntax, patch, &[name]));
    ids.filter(|name| is_there(name)).count() <= 1
        && !UNREPEATABLE.iter().any(is_there)
        && !has_methods
        && ways_back.all(|value| is_literal(syntax, value))
}

fn property(syntax: &Syntax, object: NodeId, names: &[&str]) -> Option<NodeId> {
    if syntax.kind(object) != Kind::Object {
        return None;
    }
    names.iter().find_map(|wanted| {
        let pair = syntax.children(object).find(|property| {
            let key = syntax.child(*property, Field::Key);
            key.is_some_and(|key| bare(syntax.text(key)) == *wanted)
        })?;
        syntax.child(pair, Field::Value)
    })
}

fn is_literal(syntax: &Syntax, node: NodeId) -> bool {
    matches!(syntax.kind(node), Kind::String | Kind::Template)
}

/// The literal that names the patch: a property's value, or the first argument of a call.
fn id_literal(syntax: &Syntax, element: NodeId) -> Option<NodeId> {
    let found = match syntax.kind(element) {
        Kind::Object => property(syntax, element, &ID_PROPERTIES)?,
        Kind::Call | Kind::New => arguments(syntax, element)
            .into_iter()
            .find_map(|argument| match syntax.kind(argument) {
                Kind::Object => id_literal(syntax, argument),
                _ => is_literal(syntax, argument).then_some(argument),
            })?,
        _ => return None,
    };
    (is_literal(syntax, found) || syntax.kind(found) == Kind::Integer).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::edit::apply;

    fn appended(text: &str) -> String {
        let model = PatchModel::of(Language::TypeScript, text).unwrap();
        let patch = NewPatch {
            id: "3_it's".to_owned(),
            description: "Say \"x\"".to_owned(),
            sql: "DROP INDEX a;\nCREATE `b` ${c} \\;\n".to_owned(),
        };
        apply(text, &model.append(&[patch])).unwrap()
    }

    #[test]
    fn a_patch_is_added_in_the_form_of_the_last_one() {
        let text = "export const patches: Patch[] = [\n  {\n    id: '2_b',\n    description: 'b', // what\n    /* how */\n    async apply(sql) {\n      \
            // Mind the gap.\n      await sql.unsafe(`\n        CREATE b;\n      `);\n    },\n  }, // last\n];\n";
        let expected = "export const patches: Patch[] = [\n  {\n    id: '2_b',\n    description: 'b', // what\n    /* how */\n    async apply(sql) {\n      \
            // Mind the gap.\n      await sql.unsafe(`\n        CREATE b;\n      `);\n    },\n  }, // last\n  {\n    id: '3_it\\'s',\n    \
            description: 'Say \"x\"',\n    async apply(sql) {\n      await sql.unsafe(`\n        DROP INDEX a;\n        \
            CREATE \\`b\\` \\${c} \\\\;\n      `);\n    },\n  },\n];\n";
        assert_eq!(appended(text), expected);
    }

    #[test]
    fn forms_are_kept() {
        for (before, after) in [
            (
                "export const patches = [{ id: 'a', name: 'b', up: `CREATE a`, down: \"DROP TABLE a\" }];",
                "export const patches = [{ id: 'a', name: 'b', up: `CREATE a`, down: \"DROP TABLE a\" }, \
                 { id: '3_it\\'s', name: 'Say \"x\"', up: `\n  DROP INDEX a;\n  CREATE \\`b\\` \\${c} \\\\;\n`, \
                 down: \"-- Nothing: the last patch has the last word.\" }];",
            ),
            (
                "export default [`CREATE a`, 'CREATE b'];",
                "export default [`CREATE a`, 'CREATE b', `\n  DROP INDEX a;\n  CREATE \\`b\\` \\${c} \\\\;\n`];",
            ),
            (
                "export const patches = [\r\n\tpatch(\"2\", sql`CREATE b`)\r\n]",
                "export const patches = [\r\n\tpatch(\"2\", sql`CREATE b`),\r\n\tpatch(\"3_it's\", sql`\r\n\t  DROP INDEX a;\r\n\t  \
                 CREATE \\`b\\` \\${c} \\\\;\r\n\t`)\r\n]",
            ),
            (
                "export const patches = [\n  { id: 'a', sql: 'CREATE a' }, ...MORE,\n];\nconst MORE = [ONE];\nconst ONE = {id: 'b', sql: 'CREATE b'};",
                "export const patches = [\n  { id: 'a', sql: 'CREATE a' }, ...MORE,\n  { id: '3_it\\'s', sql: `\n    DROP INDEX a;\n    \
                 CREATE \\`b\\` \\${c} \\\\;\n  ` },\n];\nconst MORE = [ONE];\nconst ONE = {id: 'b', sql: 'CREATE b'};",
            ),
        ] {
            assert_eq!(appended(before), after);
            let read = patches(Language::TypeScript, after).unwrap();
            let last = read.patches.last().unwrap();
            let [PatchPiece::Sql { excerpt, .. }] = last.pieces.as_slice() else {
                panic!("{last:?}")
            };
            let lines: Vec<&str> = excerpt.text().lines().map(str::trim).collect();
            assert!(lines.contains(&"CREATE `b` ${c} \\;"), "{lines:?}");
        }
    }

    #[test]
    fn without_a_form_to_repeat_there_is_a_reason() {
        for text in [
            "export const patches = [{ id: 'a', apply: async (sql) => { await sql.unsafe(`CREATE a`); await sql.unsafe(`CREATE b`) } }]",
            "export const patches = [A]; const A = { id: 'a', sql: `CREATE a` }",
            "export const patches = ['CREATE ' + 'a']",
            "export const patches = [{ id: 'a', up: `CREATE a`, down: async (sql) => { await sql`DROP TABLE a` } }]",
            "export const patches = [{ id: 'a', up: `CREATE a`, async down(sql) { await sql`DROP TABLE a` } }]",
            "export const patches = [{ id: 'a', up: `CREATE a`, checksum: 'abc' }]",
            "export const patches = [{ id: 'a', version: 3, up: `CREATE a` }]",
            "export const lanes = ['sync']",
        ] {
            assert!(
                PatchModel::of(Language::TypeScript, text).is_err(),
                "{text}"
            );
        }
    }
}
