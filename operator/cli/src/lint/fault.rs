//! What is wrong with an object.

use crate::lint::path::Path;

/// What kind of wrong it is, by the names that the API server gives the causes of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// It is not what it has to be: a bound, a pattern, a rule.
    Invalid,
    /// It is of another type.
    TypeInvalid,
    /// It is missing.
    Required,
    /// It is none of the words that there are.
    NotSupported,
    /// It is too long.
    TooLong,
    /// There are too many.
    TooMany,
    /// It is there twice.
    Duplicate,
    /// It may not be there.
    Forbidden,
    /// What else is wrong has kept the rules from being asked.
    RulesNotAsked,
    /// No field has this name.
    UnknownField,
    /// What no schema can tell.
    BeyondSchema,
}

impl Cause {
    /// Its name, as the API server has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invalid | Self::RulesNotAsked => "FieldValueInvalid",
            Self::TypeInvalid => "FieldValueTypeInvalid",
            Self::Required => "FieldValueRequired",
            Self::NotSupported => "FieldValueNotSupported",
            Self::TooLong => "FieldValueTooLong",
            Self::TooMany => "FieldValueTooMany",
            Self::Duplicate => "FieldValueDuplicate",
            Self::Forbidden => "FieldValueForbidden",
            Self::UnknownField => "UnknownField",
            Self::BeyondSchema => "BeyondSchema",
        }
    }

    /// Whether the API server asks no rule of an object with such a fault.
    #[must_use]
    pub const fn stops_rules(self) -> bool {
        matches!(self, Self::NotSupported | Self::Required | Self::TooLong | Self::TooMany | Self::TypeInvalid)
    }
}

/// Something that is wrong with an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Where.
    pub path: Path,
    /// What kind of wrong.
    pub cause: Cause,
    /// In the words of the API server, without the field.
    pub message: String,
    /// What may be meant.
    pub hint: Option<String>,
    /// Lines below that of the field, where the value is a text of many lines.
    pub below: usize,
}

impl Fault {
    /// A fault without a hint.
    #[must_use]
    pub fn new(path: &Path, cause: Cause, message: impl Into<String>) -> Self {
        Self { path: path.clone(), cause, message: message.into(), hint: None, below: 0 }
    }

    /// A fault of a value that is not what it has to be.
    #[must_use]
    pub fn invalid(path: &Path, value: &str, detail: &str) -> Self {
        Self::new(path, Cause::Invalid, format!("Invalid value: {value}: {detail}"))
    }

    /// The field as a refusal of the API server names it.
    #[must_use]
    pub fn field(&self) -> String {
        if self.path.is_root() { "<nil>".to_owned() } else { self.path.to_string() }
    }
}
