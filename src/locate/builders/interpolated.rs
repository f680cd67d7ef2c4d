//! Columns and tables that a tagged template takes in by their objects: Drizzle's `` sql`${runs.runType} IN ('sync')` ``.

use super::names::Names;
use crate::locate::app_source::assemble::Parameter;
use crate::render::predicate::identifier;
use crate::source::excerpt::{Excerpt, ExcerptBuilder};

/// SQL of a literal with the governed names in the place of the objects that stand for them.
pub fn with_names(
    excerpt: &Excerpt<'static>,
    parameters: &[Parameter],
    source: &str,
    names: &Names,
) -> Excerpt<'static> {
    let mut builder = ExcerptBuilder::new();
    let mut copied = 0;
    for parameter in parameters.iter().filter(|it| it.is_bound) {
        let mark = format!("${}", parameter.number);
        let place = excerpt.text()[copied..].find(&mark).map(|at| at + copied);
        let name = name(&source[parameter.span.range()], names);
        if let (Some(start), Some(name)) = (place, name) {
            builder.excerpt(&excerpt.slice(copied..start));
            builder.replaced(&name, parameter.span);
            copied = start + mark.len();
        }
    }
    builder.excerpt(&excerpt.slice(copied..excerpt.text().len()));
    builder.finish().unwrap_or_else(|| excerpt.clone())
}

/// What `${schema.runs.runType}` or `${runs}` stands for.
fn name(interpolation: &str, names: &Names) -> Option<String> {
    let path = interpolation.trim_start_matches("${").trim_end_matches('}');
    let is_path = path
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '$'));
    let (before, last) = path.rsplit_once('.').unwrap_or(("", path));
    let object = before.rsplit('.').next().unwrap_or(before);
    if !is_path {
        None
    } else if names.is_table(object) && names.is_governed(last) {
        Some(identifier(&names.column(last)))
    } else if names.is_table(last) {
        Some(identifier(names.table))
    } else {
        None
    }
}
