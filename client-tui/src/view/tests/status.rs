//! What the status line says of being called, and of a server that is not trusted.

use super::draw;
use crate::model::{event::Event, state::State, tests::script::*, words::Language};

fn status(state: &State, columns: u16) -> String {
    draw(state, columns, 24).text.lines().next().unwrap().trim().to_owned()
}

/// A client that was named this often while its person looked elsewhere.
fn named(language: Language, count: u64) -> State {
    let mut state = start_with(|config| config.language = language);
    let lines = (1..=count).map(|seq| line(seq, "瑶", "@李白 在吗")).collect();
    play(
        &mut state,
        [greeted(0), measured(23), listed(&["李白", "瑶"]), Event::Focused(false), heard(lines)],
    );
    state
}

#[test]
fn mentions_are_counted_in_the_status_line() {
    let ends = |state: &State, columns, end: &str| {
        let status = status(state, columns);
        assert!(status.ends_with(end), "{status}");
    };
    ends(&named(Language::En, 1), 80, "live 23ms  2 online  1 mention");
    ends(&named(Language::En, 2), 80, "live 23ms  2 online  2 mentions");
    ends(&named(Language::Zh, 2), 80, "在线 23ms  2 人在线  2 次提到你");
    ends(&named(Language::En, 2), 40, "@2  23ms  2p");
    ends(&named(Language::En, 0), 80, "live 23ms  2 online");
    assert!(status(&named(Language::En, 2), 20).contains("@2"));
}

#[test]
fn that_one_is_not_to_be_disturbed_is_said() {
    let mut state = named(Language::En, 0);
    types(&mut state, "/dnd 30⏎");
    assert!(status(&state, 80).contains("do not disturb 30m  live"));
    play(&mut state, [tick(EVENING + 10 * MINUTE)]);
    assert!(status(&state, 40).contains("dnd 20m  23ms"), "{}", status(&state, 40));

    types(&mut state, "/dnd⏎/dnd⏎");

    assert!(status(&state, 80).contains("do not disturb  live"));
    state.language = Language::Zh;
    assert!(status(&state, 80).contains("免打扰  在线"));
}

#[test]
fn that_the_server_may_be_another_one_stands_there_until_somebody_looks() {
    let mut state = named(Language::En, 0);

    play(&mut state, [distrusted()]);

    assert!(status(&state, 80).ends_with("not trusted"));
    assert!(status(&state, 40).ends_with("not trusted"));
    state.language = Language::Zh;
    assert!(status(&state, 80).ends_with("证书不可信"));
}
