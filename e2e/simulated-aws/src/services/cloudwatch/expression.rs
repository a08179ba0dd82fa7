//! Metric math, as far as it is arithmetic: `+ - * /`, parentheses, numbers, ids and `FILL(id, number)`.

use std::collections::BTreeMap;

use super::series::Series;
use crate::scanner::Scanner;

/// A formula over the series of other queries.
#[derive(Debug, PartialEq)]
pub enum Expression {
    Number(f64),
    Id(String),
    Fill(Box<Self>, f64),
    Operation(Box<Self>, char, Box<Self>),
}

/// What a part of a formula stands for.
enum Values {
    Same(f64),
    Series(Series),
}

impl Expression {
    /// Reads a formula.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser { text: Scanner::new(text) };
        let whole = parser.sum(16)?;
        match parser.text.peek() {
            None => Ok(whole),
            Some(_) => Err(format!("unexpected `{}`", parser.text.rest())),
        }
    }

    /// Works it out, for each period in which every series has a value.
    pub fn evaluate(&self, all: &BTreeMap<&str, Series>) -> Result<Series, String> {
        match self.values(all)? {
            Values::Series(series) => Ok(series),
            Values::Same(_) => Err("the expression must refer to a metric".to_owned()),
        }
    }

    fn values(&self, all: &BTreeMap<&str, Series>) -> Result<Values, String> {
        Ok(match self {
            Self::Number(number) => Values::Same(*number),
            Self::Id(id) => Values::Series(all.get(id.as_str()).cloned().ok_or_else(|| format!("unknown id `{id}`"))?),
            Self::Fill(inner, value) => {
                let Values::Series(mut series) = inner.values(all)? else {
                    return Err("FILL takes a metric".to_owned());
                };
                for at in all.values().flat_map(Series::keys) {
                    series.entry(*at).or_insert(*value);
                }
                Values::Series(series)
            }
            Self::Operation(left, operator, right) => match (left.values(all)?, right.values(all)?) {
                (Values::Same(left), Values::Same(right)) => Values::Same(apply(left, *operator, right)),
                (Values::Series(left), Values::Same(right)) => {
                    Values::Series(finite(left.into_iter().map(|(at, value)| (at, apply(value, *operator, right)))))
                }
                (Values::Same(left), Values::Series(right)) => {
                    Values::Series(finite(right.into_iter().map(|(at, value)| (at, apply(left, *operator, value)))))
                }
                (Values::Series(left), Values::Series(right)) => Values::Series(finite(
                    left.into_iter().filter_map(|(at, value)| Some((at, apply(value, *operator, *right.get(&at)?)))),
                )),
            },
        })
    }
}

fn apply(left: f64, operator: char, right: f64) -> f64 {
    match operator {
        '+' => left + right,
        '-' => left - right,
        '*' => left * right,
        _ => left / right,
    }
}

/// A division by zero has no value.
fn finite(values: impl Iterator<Item = (i64, f64)>) -> Series {
    values.filter(|(_, value)| value.is_finite()).collect()
}

struct Parser<'a> {
    text: Scanner<'a>,
}

impl Parser<'_> {
    fn sum(&mut self, depth: u32) -> Result<Expression, String> {
        let mut left = self.product(depth)?;
        while let Some(operator) = self.text.take(&['+', '-']) {
            left = Expression::Operation(Box::new(left), operator, Box::new(self.product(depth)?));
        }
        Ok(left)
    }

    fn product(&mut self, depth: u32) -> Result<Expression, String> {
        let mut left = self.atom(depth)?;
        while let Some(operator) = self.text.take(&['*', '/']) {
            left = Expression::Operation(Box::new(left), operator, Box::new(self.atom(depth)?));
        }
        Ok(left)
    }

    fn number(&mut self) -> Result<f64, String> {
        let sign = if self.text.take(&['-']).is_some() { -1.0 } else { 1.0 };
        self.text.peek();
        let word = self.text.word(|c| c.is_ascii_digit() || c == '.');
        word.parse::<f64>().map(|number| sign * number).map_err(|_| format!("`{word}` is no number"))
    }

    fn atom(&mut self, depth: u32) -> Result<Expression, String> {
        let Some(depth) = depth.checked_sub(1) else { return Err("nested too deeply".to_owned()) };
        match self.text.peek() {
            None => Err("the expression ends too early".to_owned()),
            Some('(') => {
                self.text.take(&['(']);
                let inner = self.sum(depth)?;
                self.text.take(&[')']).map(|_| inner).ok_or_else(|| "a parenthesis is not closed".to_owned())
            }
            Some(c) if c.is_ascii_digit() || c == '.' || c == '-' => self.number().map(Expression::Number),
            Some(c) if c.is_ascii_alphabetic() => {
                let word = self.text.word(|c| c.is_ascii_alphanumeric() || c == '_');
                if self.text.take(&['(']).is_none() {
                    return Ok(Expression::Id(word.to_owned()));
                }
                if word != "FILL" {
                    return Err(format!("the function {word} is not modelled in this simulation; FILL is"));
                }
                let inner = self.sum(depth)?;
                self.text.take(&[',']).ok_or("FILL takes a metric and a number")?;
                let value = self.number()?;
                self.text.take(&[')']).ok_or("a parenthesis is not closed")?;
                Ok(Expression::Fill(Box::new(inner), value))
            }
            Some(other) => Err(format!("unexpected `{other}`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Expression;
    use std::collections::BTreeMap;

    #[test]
    fn arithmetic_goes_period_by_period_and_gaps_stay_gaps_unless_filled() {
        let all = BTreeMap::from([("e", BTreeMap::from([(1, 2.0)])), ("r", BTreeMap::from([(1, 8.0), (2, 4.0)]))]);
        let table = [
            ("e / r * 100", vec![(1, 25.0)]),
            ("100 * (FILL(e, 0) / r)", vec![(1, 25.0), (2, 0.0)]),
            ("r - 2 * 3", vec![(1, 2.0), (2, -2.0)]),
            ("r / (r - 4)", vec![(1, 2.0)]),
        ];
        for (text, expected) in table {
            let series = Expression::parse(text).unwrap().evaluate(&all).unwrap();
            assert_eq!(series.into_iter().collect::<Vec<_>>(), expected, "{text}");
        }
        for text in ["", "e +", "(e", "e)", "IF(e, 1, 2)", "FILL(e)", "1 + 1", "nobody"] {
            let result = Expression::parse(text).and_then(|expression| expression.evaluate(&all));
            assert!(result.is_err(), "{text}");
        }
    }
}
