//! The array of schema patches in a TypeScript or JavaScript file.

use std::collections::BTreeSet;

use crate::source::excerpt::Excerpt;
use crate::source::span::Span;

use super::arrays::find_list;
use super::error::SourceError;
use super::kinds::{Field, Kind};
use super::language::Language;
use super::patch_body::PatchReader;
use super::patch_choice::{choose, refuse_reshaped};
use super::statement::is_statement;
use super::syntax::{NodeId, Syntax};

/// The array whose elements are the patches.
#[derive(Debug)]
pub struct PatchArray {
    /// What the array is called; `default` when it is exported without a name.
    pub name: String,
    /// The array with its brackets.
    pub span: Span,
    /// In the order of the array, other arrays that are spread into it included.
    pub patches: Vec<Patch>,
}

/// One element of the array.
#[derive(Debug)]
pub struct Patch {
    /// The value of `id`, `version`, `key` or `name`.
    pub id: Option<String>,
    /// The element, or the constant of the file that it names.
    pub span: Span,
    /// In the order in which they run. Empty when the patch runs a function that holds no SQL.
    pub pieces: Vec<PatchPiece>,
}

/// What a patch does to the database.
#[derive(Debug)]
pub enum PatchPiece {
    /// SQL that is run, one statement or several.
    Sql {
        excerpt: Excerpt<'static>,
        /// The literal with its quotes.
        span: Span,
        /// Whether it may not run: it stands in a branch, a loop, a `catch`, or after a guarded `return`.
        /// The body of a `try` always runs, and so does a loop over an array that is written out.
        conditional: bool,
    },
    /// Something that may run SQL and cannot be read.
    Opaque { span: Span, reason: String },
}

/// Reads the patches of a file: the array that holds SQL in strings or templates that are run (`` sql.unsafe(`…`) ``, a tagged
/// template, a property `sql` or `up`, a bare string). Of several arrays the exported one with the most SQL is meant. What goes back
/// (`down`, `rollback`) and what is logged is left out.
///
/// # Errors
/// When the language is another, when no array or more than one qualifies, and when the source around it is not valid.
pub fn patches(language: Language, text: &str) -> Result<PatchArray, SourceError> {
    if !matches!(language, Language::TypeScript | Language::Tsx) {
        return Err(SourceError::NotJavaScript {
            language: language.name(),
        });
    }
    let syntax = Syntax::parse(language, text)?;
    let candidates = candidates(&syntax);
    refuse_reshaped(&syntax, &candidates)?;
    let Some(chosen) = choose(&syntax, candidates)? else {
        return Err(match syntax.errors().next() {
            Some(error) => syntax.parse_failed(error),
            None => SourceError::NoPatches,
        });
    };
    if let Some(error) = syntax.error_within(chosen.list) {
        return Err(syntax.parse_failed(error));
    }
    Ok(PatchArray {
        name: chosen.name,
        span: syntax.span(chosen.list),
        patches: chosen.patches,
    })
}

/// An array that may be the one.
pub(super) struct Candidate {
    pub(super) name: String,
    pub(super) list: NodeId,
    pub(super) is_exported: bool,
    pub(super) patches: Vec<Patch>,
    /// The values that its elements led to.
    pub(super) followed: BTreeSet<NodeId>,
}

impl Candidate {
    pub(super) fn statements(&self) -> usize {
        let pieces = self.patches.iter().flat_map(|patch| &patch.pieces);
        pieces
            .filter(|piece| matches!(piece, PatchPiece::Sql { excerpt, .. } if is_statement(excerpt.text())))
            .count()
    }

    /// Whether the array is called what arrays of patches are called.
    pub(super) fn is_named_for_patches(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        !self.patches.is_empty() && (name.contains("patch") || name.contains("migration"))
    }
}

fn candidates(syntax: &Syntax) -> Vec<Candidate> {
    let mut reader = PatchReader::new(syntax);
    let exported = exported_names(syntax);
    let mut candidates = Vec::new();
    for node in syntax.all() {
        let Some((name, value)) = named_value(syntax, node) else {
            continue;
        };
        let Some((list, _)) = find_list(&reader.assembler, value) else {
            continue;
        };
        let patches = reader.patches(list);
        candidates.push(Candidate {
            is_exported: exported.contains(name) || is_exported_in_place(syntax, node),
            name: name.to_owned(),
            list,
            patches,
            followed: std::mem::take(&mut reader.followed),
        });
    }
    candidates
}

/// The name and the value of a declaration, a class's field or an export.
pub(super) fn named_value<'a>(syntax: &Syntax<'a>, node: NodeId) -> Option<(&'a str, NodeId)> {
    match syntax.kind(node) {
        Kind::Declarator | Kind::ClassField => {
            let name = syntax.child(node, Field::Name)?;
            Some((syntax.text(name), syntax.child(node, Field::Value)?))
        }
        Kind::Export => Some(("default", syntax.child(node, Field::Value)?)),
        Kind::Assignment => {
            let left = syntax.child(node, Field::Left)?;
            let name = syntax.child(left, Field::Property).unwrap_or(left);
            Some((syntax.text(name), syntax.child(node, Field::Right)?))
        }
        _ => None,
    }
}

/// Whether the declaration itself says `export`, or assigns to `exports`.
fn is_exported_in_place(syntax: &Syntax, declaration: NodeId) -> bool {
    let assigns = syntax
        .child(declaration, Field::Left)
        .is_some_and(|left| syntax.text(left).contains("exports"));
    let mut around = std::iter::once(declaration).chain(syntax.ancestors(declaration).take(4));
    assigns || around.any(|node| syntax.kind(node) == Kind::Export)
}

/// The names in `export { … }`, `export default NAME` and `module.exports = …`.
fn exported_names<'a>(syntax: &Syntax<'a>) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for node in syntax.all() {
        let value = match syntax.kind(node) {
            Kind::ExportSpecifier => syntax.child(node, Field::Name),
            Kind::Export => syntax.child(node, Field::Value),
            Kind::Assignment if is_exported_in_place(syntax, node) => {
                syntax.child(node, Field::Right)
            }
            _ => None,
        };
        let Some(value) = value else {
            continue;
        };
        names.insert(syntax.text(value));
        if syntax.kind(value) == Kind::Object {
            names.extend(syntax.children(value).map(|property| syntax.text(property)));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each patch as a line: its id, then its pieces; `?` marks one that may not run.
    fn lines(text: &str) -> Vec<String> {
        let found =
            patches(Language::TypeScript, text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let line = |patch: &Patch| {
            let mut parts = vec![patch.id.clone().unwrap_or_default()];
            parts.extend(patch.pieces.iter().map(|piece| match piece {
                PatchPiece::Sql {
                    excerpt,
                    span,
                    conditional,
                } => {
                    assert!(text[span.range()].starts_with(['`', '\'', '"', '[', '(']));
                    format!("{}{}", if *conditional { "?" } else { "" }, excerpt.text())
                }
                PatchPiece::Opaque { span, .. } => format!("!{}", &text[span.range()]),
            }));
            parts.join("|")
        };
        found.patches.iter().map(line).collect()
    }

    /// The pieces of the one patch whose function has this body.
    fn run(body: &str) -> Vec<String> {
        let text =
            format!("export const patches = [{{ id: 'a', apply: async (sql) => {{ {body} }} }}];");
        let mut parts: Vec<String> = lines(&text)[0].split('|').map(str::to_owned).collect();
        parts.remove(0);
        parts
    }

    #[test]
    fn patches_are_read_in_every_form() {
        for element in [
            "{ id: 'a', async apply(sql) { await sql.unsafe(`CREATE x`); } }",
            "{ id: 'a', description: 'DROP b', apply: async (sql: Sql) => { await sql`CREATE x`; } }",
            "{ id: 'a', apply: (db) => db.exec('CREATE x'), down: (db) => db.exec('DROP x') }",
            "{ version: 'a', sql: `CREATE x` }",
            "{ name: 'a', up: ['CREATE ' + 'x'], down: ['DROP x'] }",
            "{ key: 'a', up: () => `CREATE x` }",
            "{ key: 'a', up() { return ['CREATE x'] } }",
            "{ id: `a`, statements: [sql`CREATE x`] } satisfies Patch",
            "{ id: 'a', apply: inTransaction(async (tx) => { await tx.query({ text: 'CREATE x' }) }) }",
            "definePatch({ id: 'a', apply: (tx) => run(tx, 'CREATE x') })",
            "patch('a', sql => sql.begin(async tx => { console.log('DROP x'); await tx.unsafe(CREATE) }))",
            "new Patch('a', `CREATE x`)",
            "{ id: 'a', apply: applyA }",
            "{ id: 'a', apply: async (sql) => { await applyA(sql) } }",
            "A",
            "...MORE",
        ] {
            let text = format!(
                "import x from 'x';\r\nconst A = {{ id: 'a', sql: CREATE }};\nconst CREATE = `CREATE x`;\n\
                 const MORE = [A];\nasync function applyA(sql: Sql) {{ await sql.unsafe(CREATE) }}\n\
                 export const patches: readonly Patch[] = Object.freeze([{element},] as const);"
            );
            assert_eq!(lines(&text), ["a|CREATE x"], "{element}");
        }
    }

    #[test]
    fn bare_strings_are_patches_and_spans_are_exact() {
        let text = "export default ['CREATE é', `ALTER\r\nx`]";
        assert_eq!(lines(text), ["|CREATE é", "|ALTER\nx"]);
        let found = patches(Language::Tsx, text).unwrap();
        assert_eq!(found.name, "default");
        assert_eq!(&text[found.patches[1].span.range()], "`ALTER\r\nx`");
    }

    #[test]
    fn what_may_not_run_is_conditional() {
        let sql = "await sql.unsafe(`CREATE x`)";
        for body in [
            format!("if (a) {{ {sql} }}"),
            format!("if (a) {{}} else {sql}"),
            format!("a && ({sql})"),
            format!("a ? {sql} : b"),
            format!("switch (a) {{ case 1: {sql} }}"),
            format!("for (const b of c) {{ {sql} }}"),
            format!("while (a) {sql}"),
            format!("try {{ f() }} catch (e) {{ {sql} }}"),
            format!("if (a) return; {sql}"),
            format!("if (a) {{ return }} {{ await sql.begin(async () => {{ {sql} }}) }}"),
            format!("a.forEach(async (b) => {{ {sql} }})"),
            "await sql.unsafe(a ? `CREATE x` : b)".to_owned(),
        ] {
            assert_eq!(run(&body)[0], "?CREATE x", "{body}");
        }
        for body in [
            sql.to_owned(),
            format!("try {{ {sql} }} catch {{}}"),
            "if (await sql.unsafe(`CREATE x`)) {}".to_owned(),
            format!("{sql}; if (a) return;"),
            format!("await sql.begin(async (tx) => {{ {sql} }})"),
            format!("const f = () => {{ if (a) return; }}; {sql}"),
            "for (const s of ['CREATE x']) await sql.unsafe(s)".to_owned(),
        ] {
            assert_eq!(run(&body), ["CREATE x"], "{body}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_opaque() {
        assert_eq!(run("await sql.unsafe(build(x))"), ["!build(x)"]);
        assert_eq!(run("await sql.unsafe(imported)"), ["!imported"]);
        assert_eq!(run("await addColumn(sql, 'a')"), ["!addColumn(sql, 'a')"]);
        assert_eq!(
            run("const there = await hasColumn(sql, 'a'); if (await hasTable(sql)) {}"),
            [""; 0]
        );
        assert_eq!(
            run("logger.info(`CREATE ${x}`); throw new Error('DROP x'); /x/.exec(y)"),
            [""; 0]
        );
        let text = "export const patches = [{ id: 'a', sql: read('a.sql') }, { id: 'b', apply: b }, ...more, c, f(), 'CREATE x']";
        assert_eq!(
            lines(text),
            [
                "a|!read('a.sql')",
                "b|!b",
                "|!...more",
                "|!c",
                "|!f()",
                "|CREATE x"
            ]
        );
        assert_eq!(lines("export const patches = [a, b]"), ["|!a", "|!b"]);
    }

    #[test]
    fn an_interpolation_and_a_constant_are_read_as_in_any_literal() {
        assert_eq!(
            run("await sql.unsafe(`CREATE ${name} \\` x`)"),
            ["CREATE $9001 ` x"]
        );
        let found =
            run("const t = 'runs'; await sql.unsafe(`CREATE ${t}`); await sql`CREATE ${sql('a')}`");
        assert_eq!(found, ["CREATE runs", "CREATE $9001"]);
    }

    #[test]
    fn the_exported_array_with_most_sql_is_chosen() {
        let chosen = |text| patches(Language::TypeScript, text).map(|found| found.name);
        let text =
            "const a = ['CREATE a', 'CREATE b']; export const b = ['CREATE c']; const c = ['x'];";
        assert_eq!(chosen(text).unwrap(), "b");
        assert_eq!(
            chosen("const a = ['CREATE a']; const b = ['CREATE b']; export { b }").unwrap(),
            "b"
        );
        assert_eq!(
            chosen("const a = ['CREATE a']; const b = [...a]; module.exports = b").unwrap(),
            "b"
        );
        assert_eq!(
            chosen("const a = ['CREATE a']; const b = [...a];").unwrap(),
            "b"
        );
        let error = chosen("export const a = ['CREATE a'], b = ['DROP b']").unwrap_err();
        assert_eq!(
            error.to_string(),
            "both `a` and `b` look like the array of patches"
        );
    }

    #[test]
    fn without_patches_or_in_broken_source_there_is_an_error() {
        let error = |text| patches(Language::TypeScript, text).unwrap_err();
        assert_eq!(
            error("export const lanes = ['sync']"),
            SourceError::NoPatches
        );
        assert!(matches!(
            error("export const p = [{ sql: `CREATE x` }, { sql: ) }]"),
            SourceError::ParseFailed { .. }
        ));
        assert!(matches!(
            error("export const p = [{ sql: `CREATE"),
            SourceError::ParseFailed { .. }
        ));
        let fine = "export const p = ['CREATE x'];\nfunction f() { a b }";
        assert_eq!(lines(fine), ["|CREATE x"]);
        let error = patches(Language::Go, "package a").unwrap_err();
        assert!(matches!(error, SourceError::NotJavaScript { .. }));
    }
}
