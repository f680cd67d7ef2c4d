//! The JSON Schema of `laneset.toml`, derived from the tables that serde reads.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use serde_json::Value;

use super::manifest::Manifest;

/// The JSON Schema (draft 2020-12) of `laneset.toml`, indented, with a newline at the end. `laneset.schema.json` at the root
/// of the repository is this text; a test compares them.
pub fn json_schema() -> String {
    let schema = SchemaSettings::draft2020_12()
        .with_transform(without_null)
        .into_generator()
        .into_root_schema_for::<Manifest>();
    format!("{:#}\n", schema.to_value())
}

/// The same schema with every reference replaced by what it refers to, for walking.
pub(super) fn inlined() -> Value {
    SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .with_transform(without_null)
        .into_generator()
        .into_root_schema_for::<Manifest>()
        .to_value()
}

/// TOML has no null: a key that may be left out is not required, and that is all.
fn without_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|each| each != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice != &serde_json::json!({ "type": "null" }));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            schema.remove("anyOf");
            for (key, value) in only {
                // A field's own description says more than its type's.
                if schema.get(&key).is_none() {
                    schema.insert(key, value);
                }
            }
        }
    }
    transform_subschemas(&mut without_null, schema);
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/laneset.schema.json");

    #[test]
    fn the_committed_schema_is_the_one_in_the_code() {
        let expected = json_schema();
        if std::env::var_os("LANESET_BLESS").is_some() {
            std::fs::write(COMMITTED, &expected).unwrap();
        }
        let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
        let diff = similar::TextDiff::from_lines(&committed, &expected);
        assert!(
            committed == expected,
            "laneset.schema.json is not what the code says; run `LANESET_BLESS=1 cargo test --lib declare::schema`\n{}",
            diff.unified_diff().header("committed", "in the code")
        );
    }

    #[test]
    fn every_table_refuses_unknown_keys_and_every_key_is_described() {
        let schema: Value = serde_json::from_str(&json_schema()).unwrap();
        let mut tables = vec![("laneset.toml", &schema)];
        for (name, definition) in schema["$defs"].as_object().unwrap() {
            if definition.get("properties").is_some() {
                tables.push((name.as_str(), definition));
            }
        }
        assert_eq!(tables.len(), 15, "one per table of the manifest");
        for (table, definition) in tables {
            assert_eq!(definition["additionalProperties"], false, "{table}");
            assert!(definition["description"].is_string(), "{table}");
            for (key, property) in definition["properties"].as_object().unwrap() {
                assert!(
                    property["description"].is_string() || property["$ref"].is_string(),
                    "{table}.{key}: {property}"
                );
            }
        }
        assert!(!json_schema().contains("null"), "TOML has no null");
    }
}
