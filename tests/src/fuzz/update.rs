//! Everything that can happen to the terminal client: whatever comes in whatever order, it is drawn
//! into the window, the caret is in it, and nothing drawn steers a terminal.

use arbitrary::{Arbitrary as _, Result, Unstructured};
use kpl_chat::{
    io::connection::wire::{self, Heard},
    model::{
        event::{Event, Link},
        hand::{
            complete::folder::{Entry, Glimpse, Seen},
            vi::Vi,
        },
        key::{Key, KeyCode},
        room::carrying::News,
        state::{Config, State},
        update::update,
        words::{Language, clock::Zone, files::FileTrouble, trouble::Trouble},
    },
    view::view,
};
use kpl_shared::{protocol::event, refusal, text::steers_a_screen};
use ratatui::{Terminal, backend::TestBackend};
use serde_json::{Value, json};

/// An evening, in milliseconds since 1970.
const EVENING: i64 = 1_795_435_200_000;
/// How many events one run has at most.
const MOST: usize = 64;

/// The bytes are the choice of what happens.
pub fn target(bytes: &[u8]) {
    let mut bytes = Unstructured::new(bytes);
    let Ok(mut state) = begin(&mut bytes) else { return };
    for _ in 0..MOST {
        if bytes.is_empty() {
            break;
        }
        let Ok(event) = event(&mut bytes) else { break };
        update(&mut state, event);
        assert!(state.wake_at().is_none_or(|wake| wake > state.clock.now), "it would never sleep");
        draw(&state);
    }
}

fn begin(bytes: &mut Unstructured<'_>) -> Result<State> {
    let language = if bool::arbitrary(bytes)? { Language::Zh } else { Language::En };
    let hyperlinks = bool::arbitrary(bytes)?;
    let config = Config {
        name: "李白".into(),
        cid_prefix: "p".into(),
        language,
        hyperlinks,
        ..Config::default()
    };
    let mut state = State::new(config);
    state.vi = bool::arbitrary(bytes)?.then(Vi::default);
    update(&mut state, Event::Ticked { now: EVENING, zone: Zone::fixed(28_800) });
    Ok(state)
}

fn event(bytes: &mut Unstructured<'_>) -> Result<Event> {
    Ok(match u8::arbitrary(bytes)? % 16 {
        0..=3 => Event::Pressed(key(bytes)?),
        4 => Event::Typed(text(bytes)?),
        5 => Event::Pasted(text(bytes)?),
        6 => Event::Scrolled(i16::arbitrary(bytes)?),
        7 => Event::Clicked(u16::arbitrary(bytes)? % 140, u16::arbitrary(bytes)? % 50),
        8 => Event::Resized(u16::arbitrary(bytes)? % 140, u16::arbitrary(bytes)? % 50),
        9 => Event::Ticked {
            now: EVENING + i64::from(u32::arbitrary(bytes)?),
            zone: Zone::fixed(i32::arbitrary(bytes)?),
        },
        10 => Event::Focused(bool::arbitrary(bytes)?),
        11 => Event::Carried(u64::from(u8::arbitrary(bytes)? % 4), news(bytes)?),
        12 => Event::Looked(seen(bytes)?),
        _ => Event::Link(link(bytes)?),
    })
}

/// What the shell tells of a file that it carries.
fn news(bytes: &mut Unstructured<'_>) -> Result<News> {
    Ok(match u8::arbitrary(bytes)? % 4 {
        0 => News::Moved { done: u64::arbitrary(bytes)?, of: u64::arbitrary(bytes)? },
        1 => News::Saved(text(bytes)?),
        2 => News::Failed(FileTrouble::Broke),
        _ => News::Failed(FileTrouble::Odd { status: text(bytes)? }),
    })
}

/// What the shell saw in a folder.
fn seen(bytes: &mut Unstructured<'_>) -> Result<Seen> {
    let of = Glimpse { folder: text(bytes)?, beginning: text(bytes)? };
    let entries = vec![Entry { name: text(bytes)?, is_folder: bool::arbitrary(bytes)? }];
    Ok(Seen { of, entries, all: bool::arbitrary(bytes)? })
}

fn key(bytes: &mut Unstructured<'_>) -> Result<Key> {
    const KEYS: &[KeyCode] = &[
        KeyCode::Enter,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::Esc,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::F(1),
        KeyCode::F(6),
        KeyCode::F(7),
    ];
    let code = if bool::arbitrary(bytes)? {
        *bytes.choose(KEYS)?
    } else {
        KeyCode::Char(char::arbitrary(bytes)?)
    };
    let held = u8::arbitrary(bytes)?;
    Ok(Key { code, ctrl: held.is_multiple_of(4), alt: held.is_multiple_of(5), shift: held > 200 })
}

fn text(bytes: &mut Unstructured<'_>) -> Result<String> {
    let length = usize::from(u8::arbitrary(bytes)?).min(bytes.len());
    Ok(String::from_utf8_lossy(bytes.bytes(length)?).into_owned())
}

/// What a server sends: of the form that the protocol gives it, but for what stands in it.
fn link(bytes: &mut Unstructured<'_>) -> Result<Link> {
    const TALKS: &[&str] = &[
        event::HELLO,
        event::MESSAGES,
        event::HEAD,
        event::FOUND,
        event::TYPING,
        event::MEMBERS,
        event::JOINED,
        event::LEFT,
        event::REFUSED,
        event::NOTICE,
        event::TALK,
    ];
    let number = |bytes: &mut Unstructured<'_>| {
        let small = u64::from(u8::arbitrary(bytes)?);
        if small == 255 { u64::arbitrary(bytes) } else { Ok(small) }
    };
    Ok(match u8::arbitrary(bytes)? % 20 {
        0 => Link::Dialled,
        1 => Link::FoundPlain,
        2 => Link::Lost { why: Trouble::HungUp, retry_ms: number(bytes)? },
        3 => Link::Measured(u32::arbitrary(bytes)?),
        4 => {
            let code = *bytes.choose(refusal::Code::ALL)?;
            Link::TurnedAway(refusal::Refusal::new(code, text(bytes)?))
        }
        5 => Link::Passed { cid: text(bytes)? },
        _ => {
            let name = *bytes.choose(TALKS)?;
            let (seq, who, said) = (number(bytes)?, text(bytes)?, text(bytes)?);
            let body = body(name, (seq, number(bytes)?), &who, &said);
            match wire::parse(name, vec![body]) {
                Some(Heard::Brought(link)) => link,
                _ => Link::Dialled,
            }
        }
    })
}

fn body(name: &str, (seq, head): (u64, u64), who: &str, said: &str) -> Value {
    let member = json!({"name": who, "uid": said, "guest": false, "since": seq});
    let line = |seq: u64| json!({"seq": seq, "at": EVENING, "from": who, "uid": who, "cid": "p-1", "text": said});
    let lines: Vec<Value> = (0..seq % 7).map(|more| line(seq.saturating_add(more))).collect();
    match name {
        event::HELLO => json!({
            "v": 1, "server": said, "epoch": "e", "room": "KPL", "head": head, "topic": said,
            "you": {"name": who, "uid": "me", "guest": seq % 2 == 0},
            "limits": {"text_bytes": head, "page": seq},
        }),
        event::MESSAGES => json!({
            "room": "KPL", "epoch": "e", "head": head, "messages": lines, "more": seq % 2 == 0,
            "req": head % 9,
        }),
        event::FOUND => json!({
            "room": "KPL", "epoch": "e", "hits": lines, "next": head, "more": true, "req": seq % 9,
        }),
        event::HEAD => json!({"rooms": {"KPL": head}}),
        event::TYPING => json!({"room": "KPL", "uid": who, "name": said}),
        event::MEMBERS => json!({"room": "KPL", "members": [member], "total": head}),
        event::JOINED | event::LEFT => json!({"room": "KPL", "member": member, "total": head}),
        event::REFUSED => {
            json!({"event": "talk", "cid": "p-1", "code": who, "message": said, "retry_ms": head})
        }
        event::NOTICE => json!({"code": who, "text": said}),
        _ => json!(said),
    }
}

fn draw(state: &State) {
    let (columns, rows) = (state.size.0.max(1), state.size.1.max(1));
    // A backend in memory fails at nothing.
    let Ok(mut terminal) = Terminal::new(TestBackend::new(columns, rows));
    let Ok(_) = terminal.draw(|frame| view(state, frame));
    let Ok(caret) = terminal.get_cursor_position();
    assert!(caret.x < columns && caret.y < rows, "the caret left the screen");
    for cell in &terminal.backend().buffer().content {
        // Links are told to the terminal by an escape of our own, in front and behind.
        let symbol = cell.symbol();
        let steers = symbol.chars().any(steers_a_screen) && !symbol.starts_with("\u{1b}]8;");
        assert!(!steers, "{symbol:?} is on the screen");
    }
}
