//! CBOR, the encoding that the SDKs of CloudWatch prefer, as JSON trees.
//!
//! A moment travels as tag 1. In a tree that goes out it is `{"$timestamp": seconds}`; one that comes in is its seconds.

use minicbor::data::{Tag, Type};
use minicbor::{Decoder, Encoder};
use serde_json::{Map, Value, json};

use super::timestamp::as_timestamp;

/// How deep a request may be nested.
const DEPTH: usize = 32;

/// Reads one item; an empty body is an empty map.
pub fn decode(bytes: &[u8]) -> Result<Value, String> {
    if bytes.is_empty() {
        return Ok(json!({}));
    }
    item(&mut Decoder::new(bytes), DEPTH)
}

fn item(decoder: &mut Decoder<'_>, depth: usize) -> Result<Value, String> {
    let told = |error: minicbor::decode::Error| error.to_string();
    if depth == 0 {
        return Err("the body is nested too deeply".to_owned());
    }
    Ok(match decoder.datatype().map_err(told)? {
        Type::Bool => json!(decoder.bool().map_err(told)?),
        Type::Null => decoder.null().map(|()| Value::Null).map_err(told)?,
        Type::Undefined => decoder.undefined().map(|()| Value::Null).map_err(told)?,
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => json!(decoder.u64().map_err(told)?),
        Type::I8 | Type::I16 | Type::I32 | Type::I64 => json!(decoder.i64().map_err(told)?),
        Type::F32 => json!(decoder.f32().map_err(told)?),
        Type::F64 => json!(decoder.f64().map_err(told)?),
        Type::String | Type::StringIndef => {
            let chunks = decoder.str_iter().map_err(told)?;
            json!(chunks.collect::<Result<String, _>>().map_err(told)?)
        }
        Type::Array | Type::ArrayIndef => array(decoder, depth)?,
        Type::Map | Type::MapIndef => map(decoder, depth)?,
        Type::Tag => {
            decoder.tag().map_err(told)?;
            item(decoder, depth - 1)?
        }
        other => return Err(format!("{other} is not expected here")),
    })
}

fn at_end(decoder: &mut Decoder<'_>, length: Option<u64>, seen: u64) -> Result<bool, String> {
    match length {
        Some(length) => Ok(seen == length),
        None if decoder.datatype().map_err(|error| error.to_string())? == Type::Break => {
            decoder.skip().map_err(|error| error.to_string())?;
            Ok(true)
        }
        None => Ok(false),
    }
}

fn array(decoder: &mut Decoder<'_>, depth: usize) -> Result<Value, String> {
    let length = decoder.array().map_err(|error| error.to_string())?;
    let mut items = Vec::new();
    while !at_end(decoder, length, items.len() as u64)? {
        items.push(item(decoder, depth - 1)?);
    }
    Ok(Value::Array(items))
}

fn map(decoder: &mut Decoder<'_>, depth: usize) -> Result<Value, String> {
    let length = decoder.map().map_err(|error| error.to_string())?;
    let (mut fields, mut seen) = (Map::new(), 0);
    while !at_end(decoder, length, seen)? {
        let Value::String(key) = item(decoder, depth - 1)? else {
            return Err("a key is not text".to_owned());
        };
        fields.insert(key, item(decoder, depth - 1)?);
        seen += 1;
    }
    Ok(Value::Object(fields))
}

/// Writes a tree; a null member of an object is left out.
#[must_use]
pub fn encode(value: &Value) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    // Writing into memory does not fail.
    let _ = write(&mut encoder, value);
    encoder.into_writer()
}

type Written = Result<(), minicbor::encode::Error<core::convert::Infallible>>;

fn write(encoder: &mut Encoder<Vec<u8>>, value: &Value) -> Written {
    match value {
        Value::Null => encoder.null().map(drop),
        Value::Bool(boolean) => encoder.bool(*boolean).map(drop),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(natural), _) => encoder.u64(natural).map(drop),
            (None, Some(negative)) => encoder.i64(negative).map(drop),
            (None, None) => encoder.f64(number.as_f64().unwrap_or_default()).map(drop),
        },
        Value::String(text) => encoder.str(text).map(drop),
        Value::Array(items) => {
            encoder.array(items.len() as u64)?;
            items.iter().try_for_each(|item| write(encoder, item))
        }
        Value::Object(fields) => {
            if let Some(seconds) = as_timestamp(fields) {
                return encoder.tag(Tag::new(1))?.f64(seconds).map(drop);
            }
            let given = || fields.iter().filter(|(_, value)| !value.is_null());
            encoder.map(given().count() as u64)?;
            for (key, value) in given() {
                encoder.str(key)?;
                write(encoder, value)?;
            }
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};
    use serde_json::json;

    #[test]
    fn a_tree_comes_back_as_it_went_and_a_timestamp_as_its_seconds() {
        let tree = json!({"a": [1, -2, 0.5, "x", true], "b": {"c": {}}, "none": null});
        assert_eq!(decode(&encode(&tree)).unwrap(), json!({"a": [1, -2, 0.5, "x", true], "b": {"c": {}}}));
        let moment = encode(&json!({"at": {"$timestamp": 1.5}}));
        assert!(moment.windows(2).any(|pair| pair == [0xc1, 0xfb]), "tag 1 and a double: {moment:x?}");
        assert_eq!(decode(&moment).unwrap(), json!({"at": 1.5}));
    }

    #[test]
    fn lengths_may_be_left_open_and_nonsense_is_refused() {
        // {_ "a": [_ 1, 2], "b": (_ "x", "y")}
        let open = [0xbf, 0x61, 0x61, 0x9f, 1, 2, 0xff, 0x61, 0x62, 0x7f, 0x61, 0x78, 0x61, 0x79, 0xff, 0xff];
        assert_eq!(decode(&open).unwrap(), json!({"a": [1, 2], "b": "xy"}));
        for bytes in [&[0xa1, 0x01, 0x02][..], &[0xa1, 0x61], &[0xff], &[0x9f; 40]] {
            assert!(decode(bytes).is_err(), "{bytes:x?}");
        }
    }
}
