//! The text of a new manifest, with comments for whoever opens it first.

use toml_edit::Value as TomlValue;

use crate::model::declaration::AdmittedBy;
use crate::model::lane::{Lane, Value};
use crate::model::name::{Identifier, QualifiedName};
use crate::source::file::RepoPath;

/// What a new manifest declares.
#[derive(Debug, Clone)]
pub struct Draft {
    pub migrations: Option<RepoPath>,
    pub schema: Option<RepoPath>,
    pub embedded: Option<RepoPath>,
    pub name: String,
    pub table: QualifiedName,
    pub column: Identifier,
    pub lanes: Vec<Lane>,
    /// As SQL.
    pub guard: Option<String>,
    pub index: Identifier,
    /// As SQL.
    pub columns: Vec<String>,
    /// Files, and the functions in them.
    pub queries: Vec<(RepoPath, Option<String>)>,
    pub admitted_by: Option<AdmittedBy>,
    pub heartbeat: Option<DraftHeartbeat>,
}

/// Where executors were found to beat.
#[derive(Debug, Clone)]
pub struct DraftHeartbeat {
    pub call: String,
    /// Files and functions, by lane; `None` where none was found.
    pub lanes: Vec<(Lane, Option<(RepoPath, String)>)>,
}

impl Draft {
    /// The manifest.
    pub fn text(&self) -> String {
        let mut text = String::from(
            "# The lanes of this repository's job queue, declared once. `laneset check` reads every copy of them back, `laneset widen` and\n\
             # `laneset narrow` change them everywhere. Written by `laneset init`: read it, name the set as you do, and commit it.\n\
             version = 1\n",
        );
        for (table, key, path) in [
            ("migrations", "dir", &self.migrations),
            ("schema", "file", &self.schema),
            ("embedded", "path", &self.embedded),
        ] {
            if let Some(path) = path {
                text.push_str(&format!("\n[{table}]\n{key} = {}\n", quoted(path.as_str())));
            }
        }
        self.lane_set(&mut text);
        text
    }

    fn lane_set(&self, text: &mut String) {
        let set = format!("lane_set.{}", key(&self.name));
        let lanes: Vec<String> = self.lanes.iter().map(lane).collect();
        let columns: Vec<String> = self.columns.iter().map(|column| quoted(column)).collect();
        text.push_str(&format!(
            "\n[{set}]\ntable  = {}\ncolumn = {}\nlanes  = [{}]\n",
            quoted(&table_name(&self.table)),
            quoted(&stored(&self.column)),
            lanes.join(", "),
        ));
        if let Some(guard) = &self.guard {
            text.push_str(&format!(
                "# The rest of the index's predicate: it is the same for all lanes.\nguard  = {}\n",
                quoted(guard)
            ));
        }
        text.push_str(&format!(
            "\n[{set}.index]\nname    = {}\ncolumns = [{}]\n# build = \"concurrently\"   # for tables that must stay open for writes\n",
            quoted(&stored(&self.index)),
            columns.join(", "),
        ));
        for (file, within) in &self.queries {
            text.push_str(&format!(
                "\n[[{set}.query]]\nfile   = {}\n",
                quoted(file.as_str())
            ));
            if let Some(within) = within {
                text.push_str(&format!("within = {}\n", quoted(within)));
            }
        }
        if self.queries.is_empty() {
            text.push_str(&format!(
                "\n# No query over these lanes was found. Declare the one that has to use the index:\n\
                 # [[{set}.query]]\n# file   = \"src/reaper.ts\"\n# within = \"reapStaleRuns\"\n"
            ));
        }
        match &self.admitted_by {
            Some(AdmittedBy::Check(name)) => text.push_str(&format!(
                "\n# A lane that this refuses could have no row.\n[{set}.admitted_by]\ncheck = {}\n",
                quoted(&stored(name))
            )),
            Some(AdmittedBy::Enum(name)) => text.push_str(&format!(
                "\n# A lane that this lacks could have no row.\n[{set}.admitted_by]\nenum = {}\n",
                quoted(&table_name(name))
            )),
            None => {}
        }
        if let Some(heartbeat) = &self.heartbeat {
            text.push_str(&proposed(heartbeat, &set));
        }
    }
}

/// The evidence, for a person to look at: from the names of functions nobody knows what they execute.
fn proposed(heartbeat: &DraftHeartbeat, set: &str) -> String {
    let mut text = format!(
        "\n# Where executors beat, by the names of functions. If it is right, take the comments away: then a lane whose executor does not beat\n\
         # fails the check.\n# [{set}.heartbeat]\n# call = {}\n# [{set}.heartbeat.lanes]\n",
        quoted(&heartbeat.call)
    );
    for (lane, place) in &heartbeat.lanes {
        let key = key(&lane.to_string());
        text.push_str(&match place {
            Some((file, within)) => {
                let (file, within) = (quoted(file.as_str()), quoted(within));
                format!("# {key} = {{ file = {file}, within = {within} }}\n")
            }
            None => format!("# {key}: no function of that name was found to beat\n"),
        });
    }
    text
}

/// A string as TOML, in the quotes that need the fewest escapes.
pub fn quoted(text: &str) -> String {
    TomlValue::from(text).to_string().trim().to_owned()
}

/// A key as TOML, in quotes where it needs them.
pub fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !name.is_empty() && name.chars().all(is_bare) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

fn lane(lane: &Lane) -> String {
    match lane {
        Value::Text(text) => quoted(text),
        other => other.to_string(),
    }
}

/// A name with its schema, as SQL writes it: with double quotes where it would be folded otherwise.
fn table_name(name: &QualifiedName) -> String {
    let part = |name: &Identifier| {
        let text = name.as_str();
        let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if starts_well && text.chars().all(is_plain) {
            text.to_owned()
        } else {
            format!("\"{}\"", text.replace('"', "\"\""))
        }
    };
    match &name.schema {
        Some(schema) => format!("{}.{}", part(schema), part(&name.name)),
        None => part(&name.name),
    }
}

/// A name as Postgres stores it; between double quotes only where it holds one, or a dot.
fn stored(name: &Identifier) -> String {
    let text = name.as_str();
    if text.contains(['"', '.']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
