use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::protocol::json::decode;

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Person {
    first_name: String,
    #[serde(alias = "years")]
    age: i32,
    best_friend: Option<Box<Self>>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Twins {
    a: i32,
    #[serde(rename = "A")]
    big: i32,
}

#[derive(Debug, PartialEq, Deserialize)]
enum Shape {
    Nothing,
    Circle(Person),
    Line(Person, Person),
    Box { width: i32 },
}

#[derive(Debug, PartialEq, Deserialize)]
struct Wrapper(Person);

fn read<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    decode(value.to_string().as_bytes()).map_err(|error| error.to_string())
}

fn ada() -> Person {
    Person {
        first_name: "Ada".to_owned(),
        age: 36,
        best_friend: None,
    }
}

#[test]
fn members_are_found_in_any_case() {
    let spelled = [
        json!({ "firstName": "Ada", "age": 36 }),
        json!({ "FIRSTNAME": "Ada", "AGE": 36 }),
        json!({ "FirstName": "Ada", "Years": 36 }),
    ];
    for person in spelled {
        assert_eq!(read(person.clone()), Ok(ada()), "{person}");
    }
    assert_eq!(
        decode::<Person>(br#"{"FIRST\u004eAME":"Ada","age":36}"#).expect("an escaped name"),
        ada()
    );
}

#[test]
fn other_names_stay_unknown() {
    let person = json!({ "firstName": "Ada", "age": 36, "first_name": "Bob", "äge": 1 });
    assert_eq!(read(person), Ok(ada()));
}

#[test]
fn letters_beyond_ascii_have_cases_too() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Street {
        straße_ä: i32,
    }
    assert_eq!(read(json!({ "STRAßE_Ä": 1 })), Ok(Street { straße_ä: 1 }));
    assert!(read::<Street>(json!({ "STRASSE_Ä": 1 })).is_err());
}

#[test]
fn the_exact_name_comes_first() {
    assert_eq!(read(json!({ "A": 2, "a": 1 })), Ok(Twins { a: 1, big: 2 }));
}

#[test]
fn a_record_is_no_list() {
    let refused = "invalid type: sequence, expected struct Person";
    for list in [json!([]), json!(["Ada", 36, null])] {
        let error = read::<Person>(list).expect_err("a list");
        assert!(error.starts_with(refused), "{error}");
    }
    read::<Option<Vec<Person>>>(json!([["Ada"]])).expect_err("a list inside");
    read::<(i32, Person)>(json!([1, ["Ada"]])).expect_err("a list inside");
    read::<Wrapper>(json!([["Ada"]])).expect_err("a list inside");
    read::<Shape>(json!({ "Box": [1] })).expect_err("a list inside");
}

#[test]
fn the_rules_hold_wherever_a_record_lies() {
    let person = json!({ "FIRSTNAME": "Ada", "Age": 36 });
    assert_eq!(read(json!([person])), Ok(vec![ada()]));
    assert_eq!(read(json!([1, person])), Ok((1, ada())));
    assert_eq!(read(person.clone()), Ok(Some(ada())));
    assert_eq!(read(person.clone()), Ok(Wrapper(ada())));
    assert_eq!(
        read(json!({ "Who": person })),
        Ok(BTreeMap::from([("Who".to_owned(), ada())]))
    );
    let friend = read::<Person>(json!({ "bestFRIEND": person })).expect("a friend");
    assert_eq!(friend.best_friend, Some(Box::new(ada())));
    assert_eq!(read(json!({ "Circle": person })), Ok(Shape::Circle(ada())));
    assert_eq!(
        read(json!({ "Line": [person, person] })),
        Ok(Shape::Line(ada(), ada()))
    );
    assert_eq!(
        read(json!({ "Box": { "Width": 3 } })),
        Ok(Shape::Box { width: 3 })
    );
    assert_eq!(read(json!("Nothing")), Ok(Shape::Nothing));
}

#[test]
fn what_holds_no_record_is_read_as_ever() {
    let any = json!({ "A": [1, 2.5, null, true, "x"], "a": { "b": -1 } });
    assert_eq!(read(any.clone()), Ok(any));
    assert_eq!(read(json!({ "1": 2 })), Ok(HashMap::from([(1_u8, 2_i64)])));
    let raw: Box<serde_json::value::RawValue> = decode(br#"{ "x" : 1 }"#).expect("raw JSON");
    assert_eq!(raw.get(), r#"{ "x" : 1 }"#);
    decode::<i32>(b"1 2").expect_err("more than one value");
}
