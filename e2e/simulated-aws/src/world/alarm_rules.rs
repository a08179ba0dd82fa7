//! The rule of a composite alarm: states of other alarms, and `AND`, `OR`, `NOT`, `TRUE`, `FALSE` and parentheses.

use std::collections::BTreeSet;

use super::alarm_status::State;
use crate::scanner::Scanner;

/// The longest rule, in characters.
const LONGEST: usize = 10_240;
/// How many other alarms a rule may name.
const CHILDREN: usize = 100;
/// How deep a rule may be nested.
const DEPTH: u32 = 100;

/// A rule. `NOT` binds stronger than `AND`, and `AND` stronger than `OR`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlarmRule {
    /// `TRUE` or `FALSE`.
    Always(bool),
    /// `ALARM(NAME)`, `OK(NAME)` or `INSUFFICIENT_DATA(NAME)`; a name may be an ARN, and stand in quotes.
    Is(State, String),
    /// `NOT`
    Not(Box<Self>),
    /// `AND`
    And(Box<Self>, Box<Self>),
    /// `OR`
    Or(Box<Self>, Box<Self>),
}

impl AlarmRule {
    /// Reads a rule; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !(1..=LONGEST).contains(&text.len()) {
            return Err(format!("a rule has 1 to {LONGEST} characters"));
        }
        let mut parser = Parser { text: Scanner::new(text) };
        let rule = parser.either(DEPTH)?;
        if parser.text.peek().is_some() {
            return Err(format!("unexpected `{}`", parser.text.rest()));
        }
        if rule.children().len() > CHILDREN {
            return Err(format!("a rule names at most {CHILDREN} alarms"));
        }
        Ok(rule)
    }

    /// The names of the alarms whose states it asks for.
    #[must_use]
    pub fn children(&self) -> BTreeSet<&str> {
        match self {
            Self::Always(_) => BTreeSet::new(),
            Self::Is(_, name) => BTreeSet::from([name.as_str()]),
            Self::Not(inner) => inner.children(),
            Self::And(left, right) | Self::Or(left, right) => &left.children() | &right.children(),
        }
    }

    /// Whether it holds, given the states of alarms. An alarm that is not there is in no state.
    pub fn holds(&self, state: &impl Fn(&str) -> Option<State>) -> bool {
        match self {
            Self::Always(holds) => *holds,
            Self::Is(wanted, name) => state(name) == Some(*wanted),
            Self::Not(inner) => !inner.holds(state),
            Self::And(left, right) => left.holds(state) && right.holds(state),
            Self::Or(left, right) => left.holds(state) || right.holds(state),
        }
    }
}

struct Parser<'a> {
    text: Scanner<'a>,
}

impl Parser<'_> {
    /// The next word if it is that one.
    fn keyword(&mut self, wanted: &str) -> bool {
        self.text.peek();
        let mut ahead = self.text;
        let found = ahead.word(|c| c.is_ascii_alphabetic() || c == '_') == wanted;
        if found {
            self.text = ahead;
        }
        found
    }

    fn either(&mut self, depth: u32) -> Result<AlarmRule, String> {
        let mut left = self.both(depth)?;
        while self.keyword("OR") {
            left = AlarmRule::Or(Box::new(left), Box::new(self.both(depth)?));
        }
        Ok(left)
    }

    fn both(&mut self, depth: u32) -> Result<AlarmRule, String> {
        let mut left = self.one(depth)?;
        while self.keyword("AND") {
            left = AlarmRule::And(Box::new(left), Box::new(self.one(depth)?));
        }
        Ok(left)
    }

    fn one(&mut self, depth: u32) -> Result<AlarmRule, String> {
        let depth = depth.checked_sub(1).ok_or("nested too deeply")?;
        if self.keyword("NOT") {
            return Ok(AlarmRule::Not(Box::new(self.one(depth)?)));
        }
        if self.text.take(&['(']).is_some() {
            let inner = self.either(depth)?;
            self.closes()?;
            return Ok(inner);
        }
        for (word, holds) in [("TRUE", true), ("FALSE", false)] {
            if self.keyword(word) {
                return Ok(AlarmRule::Always(holds));
            }
        }
        for state in State::ALL {
            if self.keyword(state.word()) {
                self.text.take(&['(']).ok_or_else(|| format!("`(` is missing after {}", state.word()))?;
                let name = self.name()?;
                self.closes()?;
                return Ok(AlarmRule::Is(state, name));
            }
        }
        match self.text.peek() {
            None => Err("the rule ends too early".to_owned()),
            Some(_) => Err(format!("unexpected `{}`", self.text.rest())),
        }
    }

    fn closes(&mut self) -> Result<(), String> {
        self.text.take(&[')']).map(|_| ()).ok_or_else(|| "a parenthesis is not closed".to_owned())
    }

    /// An alarm's name, out of its ARN if it is one.
    fn name(&mut self) -> Result<String, String> {
        let written = match self.text.take(&['"', '\'']) {
            Some(quote) => {
                let written = self.text.word(|c| c != quote);
                self.text.take(&[quote]).ok_or("a quote is not closed")?;
                written
            }
            None => self.text.word(|c| c != ')').trim(),
        };
        let name = written.split_once(":alarm:").map_or(written, |(_, name)| name);
        if name.is_empty() { Err("an alarm's name is missing".to_owned()) } else { Ok(name.to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::AlarmRule;
    use crate::world::alarm_status::State;

    fn holds(rule: &str) -> bool {
        let state = |name: &str| match name {
            "a" => Some(State::Alarm),
            "o" => Some(State::Ok),
            "two words" => Some(State::InsufficientData),
            _ => None,
        };
        AlarmRule::parse(rule).unwrap().holds(&state)
    }

    #[test]
    fn rules_hold_as_their_words_say_and_and_binds_stronger_than_or() {
        let table = [
            ("ALARM(a)", true),
            ("ALARM(o)", false),
            ("OK(o) AND NOT ALARM(o)", true),
            ("INSUFFICIENT_DATA(\"two words\")", true),
            ("ALARM('a')", true),
            ("ALARM(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a)", true),
            ("ALARM(nowhere) OR OK(nowhere)", false),
            ("ALARM(a) OR ALARM(o) AND ALARM(o)", true),
            ("(ALARM(a) OR ALARM(o)) AND ALARM(o)", false),
            ("NOT NOT TRUE", true),
            ("NOT (TRUE AND FALSE)", true),
            ("FALSE", false),
        ];
        for (rule, expected) in table {
            assert_eq!(holds(rule), expected, "{rule}");
        }
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        let deep = "(".repeat(200);
        for rule in
            ["", "ALARM", "ALARM(", "ALARM()", "ALARM(\"a)", "TRUE TRUE", "TRUE AND", "MOON(a)", "(TRUE", "true", &deep]
        {
            assert!(AlarmRule::parse(rule).is_err(), "{rule}");
        }
    }

    #[test]
    fn a_rule_knows_whose_states_it_asks_for() {
        let rule = AlarmRule::parse("ALARM(b) AND (OK(a) OR NOT ALARM(b))").unwrap();
        assert_eq!(rule.children().into_iter().collect::<Vec<_>>(), ["a", "b"]);
    }
}
