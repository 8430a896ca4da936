//! The rule for names: whatever passes is short, passes again unchanged, and looks like itself.

use kpl_shared::names::{MAX_BYTES, Name, RoomName};

/// The bytes are a name that somebody asks for.
pub fn target(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(name) = Name::parse(&text) {
        assert!(name.as_str().len() <= MAX_BYTES && !name.as_str().is_empty());
        assert!(!name.as_str().chars().any(|letter| letter.is_control() || letter.is_whitespace()));
        assert_eq!(Name::parse(name.as_str()).as_ref(), Ok(&name), "it does not pass again");
        assert!(name.skeleton().resembles(&name.skeleton()), "it does not look like itself");
        let _of_guests = name.is_of_guests();
    }
    if let Ok(room) = RoomName::parse(&text) {
        assert_eq!(RoomName::parse(room.as_str()).as_ref(), Ok(&room), "it does not pass again");
    }
}
