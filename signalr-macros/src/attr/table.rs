use super::Place;
use super::form::Form;

/// A key that an attribute takes.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) form: Form,
    pub(super) example: &'static str,
    pub(super) places: &'static [Place],
}

/// All keys of all attributes. A name may stand twice where it means different things.
pub(super) static KEYS: &[Key] = &[
    Key {
        name: "client",
        form: Form::Path,
        example: "client = ChatClient",
        places: &[Place::Hub],
    },
    Key {
        name: "implements",
        form: Form::Path,
        example: "implements = ChatApi",
        places: &[Place::Hub],
    },
    Key {
        name: "inject",
        form: Form::Word("explicit"),
        example: "inject = explicit",
        places: &[Place::Hub],
    },
    Key {
        name: "authorize",
        form: Form::List,
        example: "authorize(role = \"admin\")",
        places: &[Place::Hub],
    },
    Key {
        name: "proxy",
        form: Form::Name,
        example: "proxy = ChatProxy",
        places: &[Place::ClientInterface],
    },
    Key {
        name: "receiver",
        form: Form::Name,
        example: "receiver = ChatReceiver",
        places: &[Place::ClientInterface],
    },
    Key {
        name: "client",
        form: Form::Name,
        example: "client = ChatCalls",
        places: &[Place::HubInterface],
    },
    Key {
        name: "crate",
        form: Form::Path,
        example: "crate = ::my_signalr",
        places: &[Place::Hub, Place::ClientInterface, Place::HubInterface],
    },
    Key {
        name: "name",
        form: Form::Text,
        example: "name = \"SendMessage\"",
        places: &[Place::HubMethod, Place::ClientMethod, Place::ContractMethod],
    },
    Key {
        name: "skip",
        form: Form::Flag,
        example: "skip",
        places: &[Place::HubMethod],
    },
    Key {
        name: "extra",
        form: Form::Flag,
        example: "extra",
        places: &[Place::HubMethod],
    },
    Key {
        name: "stream",
        form: Form::Flag,
        example: "stream",
        places: &[Place::HubMethod],
    },
    Key {
        name: "role",
        form: Form::Text,
        example: "role = \"admin\"",
        places: &[Place::Authorize],
    },
    Key {
        name: "policy",
        form: Form::Text,
        example: "policy = \"owner\"",
        places: &[Place::Authorize],
    },
    Key {
        name: "key",
        form: Form::Text,
        example: "key = \"metrics\"",
        places: &[Place::Inject],
    },
];

pub(super) fn keys_of(place: Place) -> impl Iterator<Item = &'static Key> {
    KEYS.iter().filter(move |key| key.places.contains(&place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_each_key_once() {
        for key in KEYS {
            for &place in key.places {
                assert_eq!(
                    keys_of(place)
                        .filter(|other| other.name == key.name)
                        .count(),
                    1,
                    "{}",
                    key.name
                );
            }
        }
    }

    #[test]
    fn an_example_starts_with_its_key() {
        assert!(KEYS.iter().all(|key| key.example.starts_with(key.name)));
    }
}
