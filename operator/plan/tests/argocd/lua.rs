//! Runs a script as Argo CD does: Lua 5.1 with no more libraries than it opens for scripts of `argocd-cm`, the object decoded
//! and the answer encoded by its rules (argo-cd, util/lua/lua.go).

use mlua::{Lua, LuaOptions, StdLib, Table, Value as Of};
use serde_json::{Map, Value};

/// What the script answers to this object, in JSON.
pub fn run(script: &str, object: &Value) -> Value {
    // The base library is there in any case. No strings, no io, no os: Argo CD has a clock there, and no script needs it.
    let lua = Lua::new_with(StdLib::TABLE, LuaOptions::default()).unwrap();
    lua.globals().set("obj", decode(&lua, object)).unwrap();
    let answer: Of<'_> = lua.load(script).eval().unwrap_or_else(|error| panic!("{error}\n{script}"));
    assert!(matches!(answer, Of::Table(_)), "Argo CD takes a table alone: {answer:?}");
    encode(&answer)
}

/// What is null is not there, and every number is a float.
fn decode<'lua>(lua: &'lua Lua, value: &Value) -> Of<'lua> {
    match value {
        Value::Null => Of::Nil,
        Value::Bool(value) => Of::Boolean(*value),
        Value::Number(value) => Of::Number(value.as_f64().unwrap()),
        Value::String(value) => Of::String(lua.create_string(value).unwrap()),
        Value::Array(items) => Of::Table(lua.create_sequence_from(items.iter().map(|item| decode(lua, item))).unwrap()),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.as_str(), decode(lua, value)));
            Of::Table(lua.create_table_from(fields).unwrap())
        }
    }
}

/// An empty table is a list, whatever it was meant to be.
fn encode(value: &Of<'_>) -> Value {
    match value {
        Of::Nil => Value::Null,
        Of::Boolean(value) => (*value).into(),
        Of::Integer(value) => (*value).into(),
        Of::Number(value) => number(*value),
        Of::String(value) => value.to_string_lossy().into_owned().into(),
        Of::Table(table) => encode_table(table),
        other => panic!("Argo CD cannot encode {other:?}"),
    }
}

/// Go writes a whole float without a point.
#[expect(clippy::cast_possible_truncation, reason = "only what is whole, and a number of JSON")]
fn number(value: f64) -> Value {
    if value.fract() == 0.0 { (value as i64).into() } else { value.into() }
}

fn encode_table(table: &Table<'_>) -> Value {
    let pairs: Vec<(Of<'_>, Of<'_>)> = table.clone().pairs().map(Result::unwrap).collect();
    if pairs.iter().all(|(key, _)| matches!(key, Of::Integer(_) | Of::Number(_))) {
        assert_eq!(table.raw_len(), pairs.len(), "Argo CD cannot encode a list with holes");
        return table.clone().sequence_values::<Of<'_>>().map(|item| encode(&item.unwrap())).collect();
    }
    let field = |(key, value): &(Of<'_>, Of<'_>)| match key {
        Of::String(name) => (name.to_string_lossy().into_owned(), encode(value)),
        other => panic!("Argo CD cannot encode the key {other:?} among names"),
    };
    Value::Object(pairs.iter().map(field).collect::<Map<_, _>>())
}

/// What Argo CD makes of the answer to an action that changes the object: an empty list where the object has a map is that map.
pub fn cleaned(answer: Value, object: &Value) -> Value {
    match (answer, object) {
        (Value::Object(fields), Value::Object(old)) => {
            let clean = |(name, value): (String, Value)| {
                let value = old.get(&name).map_or_else(|| value.clone(), |old| cleaned(value.clone(), old));
                (name, value)
            };
            Value::Object(fields.into_iter().map(clean).collect())
        }
        (Value::Array(items), Value::Object(_)) if items.is_empty() => object.clone(),
        (Value::Array(items), Value::Array(old)) => {
            let clean = |(index, item): (usize, Value)| {
                old.get(index).map_or_else(|| item.clone(), |old| cleaned(item.clone(), old))
            };
            Value::Array(items.into_iter().enumerate().map(clean).collect())
        }
        (answer, _) => answer,
    }
}

/// The merge patch from one object to another, which is what Argo CD sends.
pub fn merge_patch(from: &Value, to: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (from, to) else { return to.clone() };
    let gone = old.keys().filter(|name| !new.contains_key(*name)).map(|name| (name.clone(), Value::Null));
    let changed = new.iter().filter(|(name, value)| old.get(*name) != Some(value));
    let changed =
        changed.map(|(name, value)| (name.clone(), merge_patch(old.get(name).unwrap_or(&Value::Null), value)));
    Value::Object(gone.chain(changed).collect())
}
