//! Times of day and days, as the reader's zone has them.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Time},
    tz::{Offset, TimeZone},
};

/// The moment that the screen shows, and the zone in which it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clock {
    /// Milliseconds since 1970, UTC.
    pub now: i64,
    /// The reader's zone.
    pub zone: Zone,
}

/// A zone: how far its clocks are from Greenwich, at each moment that was or will be. In the model
/// it is a value like another; whoever begins the program finds out which one it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone that this one is.
    pub fn new(zone: TimeZone) -> Self {
        Self(zone)
    }

    /// A zone that is always so many seconds east of Greenwich; Greenwich itself where there is no
    /// such zone.
    pub fn fixed(seconds: i32) -> Self {
        Self(Offset::from_seconds(seconds).map_or(TimeZone::UTC, TimeZone::fixed))
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// The year.
    pub year: i16,
    /// The month, from 1.
    pub month: i8,
    /// The day of the month, from 1.
    pub day: i8,
    /// The day of the week: 0 is Monday.
    pub weekday: usize,
}

impl Clock {
    /// The day of a moment; `None` where no calendar reaches, as only a broken server says.
    pub fn day(&self, at: i64) -> Option<Day> {
        let date = self.civil(at)?.date();
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
        Some(Day { year: date.year(), month: date.month(), day: date.day(), weekday })
    }

    /// The time of day as `HH:MM`.
    pub fn time(&self, at: i64) -> String {
        self.civil(at).map_or_else(
            || "--:--".into(),
            |moment| format!("{:02}:{:02}", moment.hour(), moment.minute()),
        )
    }

    /// The time of day if it is of today, and otherwise the day as `MM-DD`.
    pub fn when(&self, at: i64) -> String {
        match (self.day(at), self.day(self.now)) {
            (Some(day), Some(today)) if day != today => {
                format!("{:02}-{:02}", day.month, day.day)
            }
            _ => self.time(at),
        }
    }

    /// The time of day as `HH:MM:SS`.
    pub fn exact_time(&self, at: i64) -> String {
        let second = self.civil(at).map_or(0, DateTime::second);
        format!("{}:{second:02}", self.time(at))
    }

    /// How far the reader's clocks are from Greenwich at that moment, as `UTC+08:00`.
    pub fn offset(&self, at: i64) -> String {
        let offset = Timestamp::from_millisecond(at).map(|moment| self.zone.0.to_offset(moment));
        let seconds = offset.map_or(0, Offset::seconds);
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.unsigned_abs() / 60;
        format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// The moment of a day and a time in the reader's zone: the first one where the clocks show it
    /// twice. A day in no month is so many days from today.
    pub fn moment(&self, day: (i16, i8, i8), time: (i8, i8)) -> Option<i64> {
        let date = match day {
            (_, 0, days) => {
                self.civil(self.now)?.date().checked_add(i64::from(days).days()).ok()?
            }
            (year, month, day) => Date::new(year, month, day).ok()?,
        };
        let time = Time::new(time.0, time.1, 0, 0).ok()?;
        let moment = self.zone.0.to_ambiguous_timestamp(date.to_datetime(time));
        Some(moment.compatible().ok()?.as_millisecond())
    }

    fn civil(&self, at: i64) -> Option<DateTime> {
        Some(self.zone.0.to_datetime(Timestamp::from_millisecond(at).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_in_the_readers_zone() {
        let beijing = Clock { now: 0, zone: Zone::fixed(8 * 3600) };

        assert_eq!(beijing.time(1_795_430_280_000), "18:38");
        let day = beijing.day(1_795_430_280_000).unwrap();
        assert_eq!((day.year, day.month, day.day, day.weekday), (2026, 11, 23, 0));
    }

    #[test]
    fn what_was_on_another_day_is_told_by_its_day() {
        let beijing = Clock { now: 1_795_430_280_000, zone: Zone::fixed(8 * 3600) };

        assert_eq!(beijing.when(1_795_430_280_000 - 3_600_000), "17:38");
        assert_eq!(beijing.when(1_795_430_280_000 - 24 * 3_600_000), "11-22");
    }

    /// Berlin, whose clocks went from 03:00 back to 02:00 on 2026-10-25, at 01:00 in Greenwich.
    fn berlin() -> Zone {
        Zone::new(TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap())
    }

    #[test]
    fn what_was_before_the_clocks_were_set_is_told_by_the_time_that_they_showed() {
        let set_back: i64 = 1_792_890_000_000;
        let (minute, hour) = (60_000, 3_600_000);
        for now in [set_back - 24 * hour, set_back + 24 * hour, set_back + 300 * 24 * hour] {
            let clock = Clock { now, zone: berlin() };

            assert_eq!(clock.time(set_back - 90 * minute), "01:30");
            assert_eq!(clock.time(set_back - minute), "02:59");
            assert_eq!(clock.time(set_back), "02:00");
            assert_eq!(clock.time(set_back + 90 * minute), "03:30");
            assert_eq!(clock.offset(set_back - minute), "UTC+02:00");
            assert_eq!(clock.offset(set_back), "UTC+01:00");
            // The day had 25 hours.
            let days = |at| clock.day(at).map(|day| day.day);
            assert_eq!(
                (days(set_back - 3 * hour - 1), days(set_back - 3 * hour)),
                (Some(24), Some(25))
            );
            assert_eq!(
                (days(set_back + 22 * hour - 1), days(set_back + 22 * hour)),
                (Some(25), Some(26))
            );
        }
    }

    #[test]
    fn a_time_before_the_clocks_were_set_is_the_moment_at_which_they_showed_it() {
        let set_back: i64 = 1_792_890_000_000;
        let hour = 3_600_000;
        let clock = Clock { now: set_back + 30 * 24 * hour, zone: berlin() };

        assert_eq!(clock.moment((2026, 10, 24), (12, 0)), Some(set_back - 15 * hour));
        assert_eq!(clock.moment((2026, 10, 25), (2, 0)), Some(set_back - hour));
        assert_eq!(clock.moment((2026, 10, 25), (12, 0)), Some(set_back + 10 * hour));
    }

    #[test]
    fn a_moment_that_no_calendar_has_does_no_harm() {
        for clock in [Clock::default(), Clock { now: 0, zone: Zone::fixed(i32::MAX) }] {
            assert_eq!(clock.time(i64::MAX), "--:--");
            assert_eq!(clock.day(i64::MIN), None);
        }
    }
}
