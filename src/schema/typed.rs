//! The values of an environment as the schema reads them, for a program that starts with them: it receives `PORT=8000`
//! as the number 8000.
//!
//! The reading is that of a check, so a program receives exactly what was checked. The resulting text holds values; it
//! goes back to the caller that provided them, and nowhere else.

use super::instance::{self, Constant, Reading, TEXT, Value};
use super::plan::KeyId;
use super::{EnvironmentId, Schema, shape};
use crate::json;

impl Schema {
    /// Returns the declared ones of these variables as a JSON object, in the order of the schema: each as its type
    /// reads it, or its default if it is absent, and omitted if it has none. A value that can't be read as its type
    /// is included as a string; a check reports it.
    #[must_use]
    pub fn typed<'v>(
        &'v self,
        environment: EnvironmentId,
        variables: &mut dyn Iterator<Item = (&'v str, &'v str)>,
    ) -> String {
        let mut json = String::from("{");
        self.each_typed(environment, variables, &mut |name, variable| {
            let value = match variable {
                Typed::Absent => return,
                Typed::AsGiven(text) => Value::Text(text),
                Typed::Read(value) => value,
            };
            if json.len() > 1 {
                json.push(',');
            }
            json::push_quoted(name, &mut json);
            json.push(':');
            write(&mut json, value);
        });
        json.push('}');
        json
    }

    /// Returns the same for whoever still has the variables, as a JSON array with one item for each declared key: 0 if
    /// it is absent, 1 if its value is the text as given, otherwise the value in an array of its own. Most values are
    /// text, and what is not in the answer needs neither escapes nor copies.
    #[cfg(any(test, feature = "wasm"))]
    pub(crate) fn typed_beside<'v>(
        &'v self,
        environment: EnvironmentId,
        variables: &mut dyn Iterator<Item = (&'v str, &'v str)>,
    ) -> String {
        let mut json = String::with_capacity(4 * self.properties.len() + 2);
        self.each_typed(environment, variables, &mut |_, variable| {
            json.push(if json.is_empty() { '[' } else { ',' });
            match variable {
                Typed::Absent => json.push('0'),
                Typed::AsGiven(_) => json.push('1'),
                Typed::Read(value) => {
                    json.push('[');
                    write(&mut json, value);
                    json.push(']');
                }
            }
        });
        if json.is_empty() {
            json.push('[');
        }
        json.push(']');
        json
    }

    /// Hands over each declared key, in the order of the schema, with what its variable is.
    fn each_typed<'v>(
        &'v self,
        environment: EnvironmentId,
        variables: &mut dyn Iterator<Item = (&'v str, &'v str)>,
        take: &mut dyn FnMut(&str, Typed<'v>),
    ) {
        let mut given = vec![None; self.properties.len()];
        let mut next = 0;
        for (key, text) in variables {
            if let Some(index) = self.index_from(&mut next, key.as_bytes()) {
                given[index] = Some(text);
            }
        }
        for ((property, &key), given) in self.properties.iter().zip(&self.plan.ids).zip(given) {
            let reading = self.reading(environment, key);
            // An empty value counts as not set unless the schema accepts it; the check has ignored it.
            let given = given
                .filter(|text| !text.is_empty() || shape::takes_empty(reading, &self.values_of(environment, property)));
            let default = || property.default_in[usize::from(environment.0)].as_deref();
            let variable = match given.or_else(default) {
                None => Typed::Absent,
                Some(text) => match instance::read(text, reading) {
                    Ok(Value::Text(_)) | Err(_) if given.is_some() => Typed::AsGiven(text),
                    read => Typed::Read(read.unwrap_or(Value::Text(text))),
                },
            };
            take(&property.name, variable);
        }
    }

    /// Returns how to read the text of a key in an environment.
    pub(super) fn reading(&self, environment: EnvironmentId, key: KeyId) -> &Reading {
        let overlay = self.plan.environments.get(usize::from(environment.0));
        let own = || Some(&overlay?.reading(key as usize)?.1);
        let reading = self.plan.keys[key as usize].reading.as_deref();
        reading.or_else(own).unwrap_or(&TEXT)
    }
}

/// What a program gets for a declared key.
enum Typed<'v> {
    Absent,
    /// The text that was given, which nothing reads as anything else.
    AsGiven(&'v str),
    Read(Value<'v>),
}

fn write(json: &mut String, value: Value<'_>) {
    match value {
        Value::Null | Value::Set => json.push_str("null"),
        Value::Bool(flag) => json.push_str(if flag { "true" } else { "false" }),
        Value::Number(number) => json.push_str(&Constant::Number(number).to_json()),
        Value::Text(text) => json::push_quoted(text, json),
        Value::List(list) => {
            json.push('[');
            for (index, item) in list.items().enumerate() {
                if index > 0 {
                    json.push(',');
                }
                write(json, item);
            }
            json.push(']');
        }
        Value::Object(object) => json.push_str(&object.to_constant().to_json()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Vocabulary;
    use crate::source::Source;

    fn compiled(schema: &str) -> Schema {
        let source = Source::new("env.schema.json", schema).unwrap();
        Schema::compile(&source, &Vocabulary::default()).unwrap()
    }

    fn typed(schema: &str, environment: &str, variables: &[(&str, &str)]) -> String {
        let schema = compiled(schema);
        let id = schema.find_environment(environment).unwrap();
        schema.typed(id, &mut variables.iter().copied())
    }

    fn typed_beside(schema: &str, variables: &[(&str, &str)]) -> String {
        compiled(schema).typed_beside(EnvironmentId(0), &mut variables.iter().copied())
    }

    #[test]
    fn as_the_type_reads_it() {
        let schema = r#"{ "properties": {
            "PORT": { "type": "integer" }, "RATIO": { "type": "number" }, "DEBUG": { "type": "boolean" }, "NONE": { "type": ["null", "string"] },
            "HOSTS": { "type": "array" }, "PORTS": { "type": "array", "separator": ";", "items": { "type": "integer" } },
            "KEYS": { "type": "object" }, "NAME": {}, "LEVEL": { "enum": [1, 2] }, "ABSENT": { "type": "string" }
        } }"#;
        let variables = [
            ("PORT", "8000"),
            ("RATIO", "-0.50"),
            ("DEBUG", "Yes"),
            ("NONE", ""),
            ("HOSTS", "a, b"),
            ("PORTS", "80;81"),
            ("KEYS", r#"{"a": [1]}"#),
            ("NAME", "say \"hi\"\n"),
            ("LEVEL", "2"),
            ("UNDECLARED", "1"),
        ];
        let expected = concat!(
            r#"{"PORT":8000,"RATIO":-0.5,"DEBUG":true,"NONE":null,"HOSTS":["a","b"],"PORTS":[80,81],"KEYS":{"a":[1]},"#,
            r#""NAME":"say \"hi\"\n","LEVEL":2}"#
        );
        assert_eq!(typed(schema, "default", &variables), expected);
        assert_eq!(
            typed_beside(schema, &variables),
            r#"[[8000],[-0.5],[true],[null],[["a","b"]],[[80,81]],[{"a":[1]}],1,[2],0]"#
        );
    }

    #[test]
    fn beside_what_was_given_there_is_nothing_of_it() {
        let schema = r#"{ "properties": { "A": {}, "B": { "type": "integer" }, "C": { "default": "c" }, "D": { "type": "integer", "default": 4 } } }"#;
        let given = [("A", "a"), ("B", "b"), ("C", ""), ("D", "")];
        assert_eq!(typed_beside(schema, &given), "[1,1,1,[4]]");
        assert_eq!(typed_beside(schema, &[]), r#"[0,0,["c"],[4]]"#);
        assert_eq!(typed_beside("{}", &[]), "[]");
    }

    #[test]
    fn defaults_of_the_environment() {
        let schema = r#"{ "environments": { "development": {}, "production": {} }, "properties": {
            "PORT": { "type": "integer", "default": 8000, "in": { "production": { "default": 80 } } },
            "LEVEL": { "in": { "production": { "default": "warning" } } }
        } }"#;
        let lists = r#"{ "properties": { "SIZES": { "type": "array", "items": { "type": "integer" }, "default": [1, 2] }, "NONE": { "type": "array", "default": [] },
            "HOSTS": { "default": ["a", "b"], "type": "array", "separator": " " }, "KEYS": { "type": "object", "default": { "a": [1] } } } }"#;
        assert_eq!(
            typed(lists, "default", &[]),
            r#"{"SIZES":[1,2],"NONE":[],"HOSTS":["a","b"],"KEYS":{"a":[1]}}"#
        );
        assert_eq!(typed(schema, "development", &[]), r#"{"PORT":8000}"#);
        assert_eq!(typed(schema, "production", &[]), r#"{"PORT":80,"LEVEL":"warning"}"#);
        // An empty value that its type does not accept counts as not set: the check ignores it.
        assert_eq!(typed(schema, "development", &[("PORT", "")]), r#"{"PORT":8000}"#);
        assert_eq!(
            typed(schema, "production", &[("PORT", "1")]),
            r#"{"PORT":1,"LEVEL":"warning"}"#
        );
    }
}
