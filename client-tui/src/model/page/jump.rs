//! Jumping: to a line by its number or by when it was said, wherever it is.

use crate::model::{
    effect::Effect,
    page::{follow, geometry::Geometry, reading, rows::laid},
    room::timeline::{Place, Target},
    state::{Standing, State},
    words::clock::Clock,
};

/// Goes there; what is not here yet is asked for, page after page, until it is.
pub(in crate::model) fn to(state: &mut State, target: Target) -> Option<Effect> {
    state.jump = None;
    let Some(seq) = find(state, target) else {
        if matches!(state.link, Standing::Live(_)) {
            state.jump = Some(target);
        }
        return onward(state);
    };
    if seq >= state.log.next() {
        state.reading = None;
        return None;
    }
    let place = Place { seq, local: 0 };
    let width = Geometry::now(state).map_or(80, |geometry| usize::from(geometry.columns));
    let row = laid(state, place, width).first();
    state.past = None;
    state.reading = Some(reading::anchor(state, place, row));
    follow::let_go(state);
    None
}

/// Older lines came: goes on to where one wanted to go.
pub(in crate::model) fn onward(state: &mut State) -> Option<Effect> {
    let target = state.jump?;
    if find(state, target).is_some() {
        return to(state, target);
    }
    state.log.older().map(Effect::Sync)
}

/// The number of the line, or of the one that comes next where there is none; `None` where it may
/// lie before the first line that is here.
fn find(state: &State, target: Target) -> Option<u64> {
    let log = &state.log;
    let (first, next) = (log.first(), log.next());
    match target {
        Target::Now => Some(next),
        Target::Number(seq) if seq >= first => Some(seq.min(next)),
        Target::Number(_) => log.is_whole().then_some(first),
        Target::Moment(at) => {
            let said = |index: usize| log.get(index).map_or(i64::MAX, |line| line.at);
            if !log.is_whole() && (log.is_empty() || said(0) >= at) {
                return None;
            }
            let (mut low, mut high) = (0, log.len());
            while low < high {
                let middle = low + (high - low) / 2;
                if said(middle) < at { low = middle + 1 } else { high = middle }
            }
            Some(first + low as u64)
        }
    }
}

/// Reads where somebody wants to go: a number, a time of day, a day, or a day and a time; nothing
/// is now. A time without a day is the last one that was.
pub fn read(text: &str, clock: &Clock) -> Option<Target> {
    let text = text.trim().replace('：', ":");
    if text.is_empty() {
        return Some(Target::Now);
    }
    if let Ok(seq) = text.strip_prefix(['#', '＃']).unwrap_or(&text).parse() {
        return Some(Target::Number(seq));
    }
    let mut words = text.split_whitespace();
    let (word, more) = (words.next()?, words.next());
    if words.next().is_some() {
        return None;
    }
    match (day(word, clock), more) {
        (Some(day), None) => clock.moment(day, (0, 0)).map(Target::Moment),
        (Some(day), Some(more)) => clock.moment(day, time(more)?).map(Target::Moment),
        (None, None) => {
            let time = time(word)?;
            let today = clock.moment((0, 0, 0), time)?;
            let at = if today > clock.now { clock.moment((0, 0, -1), time)? } else { today };
            Some(Target::Moment(at))
        }
        (None, Some(_)) => None,
    }
}

/// A day: year, month and day; without a month it is so many days from today.
fn day(word: &str, clock: &Clock) -> Option<(i16, i8, i8)> {
    match word.to_lowercase().as_str() {
        "today" | "今天" => return Some((0, 0, 0)),
        "yesterday" | "昨天" => return Some((0, 0, -1)),
        "前天" => return Some((0, 0, -2)),
        _ => {}
    }
    let numbers = word.replace(['年', '月', '/'], "-").replace(['日', '号'], "");
    let numbers: Option<Vec<i16>> = numbers.split('-').map(|part| part.parse().ok()).collect();
    match numbers?[..] {
        [month, day] => {
            let this = clock.day(clock.now)?;
            let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
            let year = this.year - i16::from((month, day) > (this.month, this.day));
            Some((year, month, day))
        }
        [year, month, day] => Some((year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)),
        _ => None,
    }
}

fn time(word: &str) -> Option<(i8, i8)> {
    let (hour, minute) = word.split_once(':')?;
    Some((hour.parse().ok()?, minute.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        tests::script::{EVENING, MINUTE},
        words::clock::Zone,
    };

    const DAY: i64 = 24 * 60 * MINUTE;

    #[test]
    fn times_days_and_numbers_are_read() {
        let clock = Clock { now: EVENING + 30 * MINUTE, zone: Zone::fixed(8 * 3600) };
        let midnight = EVENING - 20 * 60 * MINUTE;
        for (text, target) in [
            ("", Target::Now),
            ("#37", Target::Number(37)),
            ("37", Target::Number(37)),
            ("20:00", Target::Moment(EVENING)),
            ("20：31", Target::Moment(EVENING + 31 * MINUTE - DAY)),
            ("昨天", Target::Moment(midnight - DAY)),
            ("yesterday 20:00", Target::Moment(EVENING - DAY)),
            ("11-23", Target::Moment(midnight)),
            ("11月22日 20:00", Target::Moment(EVENING - DAY)),
            ("2026-11-23", Target::Moment(midnight)),
            ("11-24", Target::Moment(midnight - 364 * DAY)),
        ] {
            assert_eq!(read(text, &clock), Some(target), "{text}");
        }
        for text in ["soon", "25:00", "13-40", "#", "1-2-3-4", "20:00 yesterday", "a b c", "-5"] {
            assert_eq!(read(text, &clock), None, "{text}");
        }
    }
}
