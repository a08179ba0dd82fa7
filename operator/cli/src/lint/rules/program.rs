//! Rules that have been read once, and are asked of many values.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use cel::{Context, Env, ExecutionError, Program};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{JSONSchemaProps, ValidationRule};
use serde_json::Value;

use super::functions::environment;
use super::value::of_schema;
use crate::lint::fault::Fault;
use crate::lint::go;
use crate::lint::kinds::{of_items, of_keys, property};
use crate::lint::path::Path;

pub use super::functions::FUNCTIONS;

/// The rules, each read when it is first asked.
pub struct Rules {
    environment: Arc<Env>,
    read: RefCell<BTreeMap<String, Rc<Read>>>,
}

enum Read {
    Rule(Box<Program>),
    AboutChanges,
    Unreadable(String),
}

impl Default for Rules {
    fn default() -> Self {
        Self { environment: Arc::new(environment()), read: RefCell::default() }
    }
}

impl Rules {
    /// Asks every rule of the schema that is about the value or a part of it.
    pub fn ask(&self, value: &Value, schema: &JSONSchemaProps, path: &Path, faults: &mut Vec<Fault>) {
        if value.is_null() {
            return;
        }
        let rules = schema.x_kubernetes_validations.as_deref().unwrap_or_default();
        if !rules.is_empty() {
            let mut context = Context::with_env(Arc::clone(&self.environment));
            context.add_variable_as_val("self", of_schema(value, schema));
            faults.extend(rules.iter().filter_map(|rule| self.broken(rule, &context, (value, schema), path)));
        }
        match value {
            Value::Array(items) => {
                let Some(schema) = of_items(schema) else { return };
                for (index, item) in items.iter().enumerate() {
                    self.ask(item, schema, &path.index(index), faults);
                }
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    if let Some(schema) = property(schema, name) {
                        self.ask(value, schema, &path.field(name), faults);
                    } else if let Some(schema) = of_keys(schema) {
                        self.ask(value, schema, &path.key(name), faults);
                    }
                }
            }
            _ => {}
        }
    }

    fn broken(
        &self,
        rule: &ValidationRule,
        context: &Context<'_, '_>,
        (value, schema): (&Value, &JSONSchemaProps),
        path: &Path,
    ) -> Option<Fault> {
        let message = rule.message.as_deref().unwrap_or_default().trim();
        let told = if message.is_empty() { rule.rule.trim() } else { message };
        // What cannot be asked is told with the type in the place of the value.
        let of_type = |detail: String| {
            let kind = go::quoted(schema.type_.as_deref().unwrap_or_default());
            Some(Fault::invalid(path, &kind, &detail))
        };
        let program = self.program(&rule.rule);
        let program = match program.as_ref() {
            Read::AboutChanges => return None,
            Read::Unreadable(why) => return of_type(format!("rule compile error: {why}")),
            Read::Rule(program) => program,
        };
        match program.execute(context) {
            Ok(cel::Value::Bool(true)) => None,
            Ok(_) => {
                let detail = if message.is_empty() { format!("failed rule: {told}") } else { told.to_owned() };
                Some(match schema.type_.as_deref() {
                    Some("object" | "array") => {
                        let message = format!("Invalid value: {detail}");
                        Fault::new(path, crate::lint::fault::Cause::Invalid, message)
                    }
                    _ => Fault::invalid(path, &go::value(value), &detail),
                })
            }
            Err(ExecutionError::NoSuchOverload(_)) => of_type(format!(
                "'no such overload': call arguments did not match a supported operator, function or macro signature for rule: {told}"
            )),
            Err(error) => of_type(format!("{} evaluating rule: {told}", reason(&error))),
        }
    }

    fn program(&self, rule: &str) -> Rc<Read> {
        if let Some(read) = self.read.borrow().get(rule) {
            return Rc::clone(read);
        }
        let read = Rc::new(match self.environment.compile(rule) {
            Ok(program) if program.references().has_variable("oldSelf") => Read::AboutChanges,
            Ok(program) => Read::Rule(Box::new(program)),
            Err(errors) => Read::Unreadable(errors.to_string()),
        });
        self.read.borrow_mut().insert(rule.to_owned(), Rc::clone(&read));
        read
    }
}

/// In the words of cel-go.
fn reason(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(name) => format!("no such key: {name}"),
        ExecutionError::IndexOutOfBounds(cel::Value::Int(index)) => format!("index out of bounds: {index}"),
        other => other.to_string(),
    }
}

/// The functions that a rule calls, operators left out.
pub fn functions_of(rule: &str) -> Result<Vec<String>, String> {
    let program = environment().compile(rule).map_err(|errors| errors.to_string())?;
    let references = program.references();
    let names = references.functions().into_iter().map(str::to_owned);
    Ok(names.filter(|name| name.chars().all(|one| one.is_ascii_alphanumeric())).collect())
}
