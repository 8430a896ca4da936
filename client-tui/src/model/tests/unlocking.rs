//! The server wants its password.

use kpl_shared::{handshake::Password, refusal::Code};

use crate::model::{
    effect::Effect,
    event::{Event, Link},
    hand::mode::Mode,
    key::KeyCode,
    state::{Standing, State},
    tests::script::*,
};

fn asked() -> State {
    let mut state = start();
    types(&mut state, "八点");
    play(&mut state, [turned_away(Code::PasswordRequired)]);
    state
}

#[test]
fn a_password_is_asked_for_in_the_composers_place_and_the_draft_waits() {
    let mut state = asked();

    types(&mut state, "芝麻开们");
    let effects = play(
        &mut state,
        [press(KeyCode::Backspace), Event::Pasted("门\n".into()), press(KeyCode::Enter)],
    );

    assert_eq!(effects, [Effect::Unlock(Password::parse("芝麻开门").unwrap())]);
    assert_eq!((state.mode.clone(), state.composer.text()), (Mode::Writing, "八点"));
    play(&mut state, [Event::Link(Link::Dialled), greeted(0)]);
    assert_eq!(state.link, Standing::Live(None));
}

#[test]
fn a_wrong_password_is_told_and_another_may_be_tried() {
    let mut state = asked();
    let again = |state: &State| matches!(&state.mode, Mode::Unlocking(secret) if secret.again);

    let first = again(&state);
    types(&mut state, "x");
    play(&mut state, [press(KeyCode::Enter), turned_away(Code::PasswordRequired)]);
    let second = again(&state);
    play(&mut state, [press(KeyCode::Esc)]);

    assert_eq!((first, second, &state.mode), (false, true, &Mode::Writing));
    let effects = play(&mut state, [ctrl('u'), press(KeyCode::Enter)]);
    assert!(effects.contains(&Effect::Reconnect), "{effects:?}");
}

#[test]
fn a_password_is_nowhere_in_what_is_kept_or_shown() {
    let mut state = asked();

    types(&mut state, "opensesame");
    let shown = format!("{:?}", state.mode);
    let effects = play(&mut state, [press(KeyCode::Enter)]);

    assert!(!shown.contains("sesame"), "{shown}");
    assert!(!format!("{effects:?}").contains("sesame"), "{effects:?}");
    assert_eq!(effects.len(), 1, "it is no line that one said");
}
