//! Times of day and days, as the reader's zone has them.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Time},
    tz::Offset,
};

/// The moment that the screen shows, and the zone in which it is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Clock {
    /// Milliseconds since 1970, UTC.
    pub now: i64,
    /// The reader's zone, in seconds east of Greenwich.
    pub offset: i32,
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
    pub fn day(self, at: i64) -> Option<Day> {
        let date = self.civil(at)?.date();
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
        Some(Day { year: date.year(), month: date.month(), day: date.day(), weekday })
    }

    /// The time of day as `HH:MM`.
    pub fn time(self, at: i64) -> String {
        self.civil(at).map_or_else(
            || "--:--".into(),
            |moment| format!("{:02}:{:02}", moment.hour(), moment.minute()),
        )
    }

    /// The time of day if it is of today, and otherwise the day as `MM-DD`.
    pub fn when(self, at: i64) -> String {
        match (self.day(at), self.day(self.now)) {
            (Some(day), Some(today)) if day != today => {
                format!("{:02}-{:02}", day.month, day.day)
            }
            _ => self.time(at),
        }
    }

    /// The time of day as `HH:MM:SS`.
    pub fn exact_time(self, at: i64) -> String {
        let second = self.civil(at).map_or(0, DateTime::second);
        format!("{}:{second:02}", self.time(at))
    }

    /// The reader's zone, as `UTC+08:00`.
    pub fn zone(self) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.unsigned_abs() / 60;
        format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// The moment of a day and a time in the reader's zone. A day in no month is so many days from
    /// today.
    pub fn moment(self, day: (i16, i8, i8), time: (i8, i8)) -> Option<i64> {
        let date = match day {
            (_, 0, days) => {
                self.civil(self.now)?.date().checked_add(i64::from(days).days()).ok()?
            }
            (year, month, day) => Date::new(year, month, day).ok()?,
        };
        let time = Time::new(time.0, time.1, 0, 0).ok()?;
        let offset = Offset::from_seconds(self.offset).ok()?;
        Some(offset.to_timestamp(date.to_datetime(time)).ok()?.as_millisecond())
    }

    fn civil(self, at: i64) -> Option<DateTime> {
        let moment = Timestamp::from_millisecond(at).ok()?;
        Some(Offset::from_seconds(self.offset).ok()?.to_datetime(moment))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_in_the_readers_zone() {
        let beijing = Clock { now: 0, offset: 8 * 3600 };

        assert_eq!(beijing.time(1_795_430_280_000), "18:38");
        let day = beijing.day(1_795_430_280_000).unwrap();
        assert_eq!((day.year, day.month, day.day, day.weekday), (2026, 11, 23, 0));
    }

    #[test]
    fn what_was_on_another_day_is_told_by_its_day() {
        let beijing = Clock { now: 1_795_430_280_000, offset: 8 * 3600 };

        assert_eq!(beijing.when(1_795_430_280_000 - 3_600_000), "17:38");
        assert_eq!(beijing.when(1_795_430_280_000 - 24 * 3_600_000), "11-22");
    }

    #[test]
    fn a_moment_that_no_calendar_has_does_no_harm() {
        for clock in [Clock::default(), Clock { now: 0, offset: i32::MAX }] {
            assert_eq!(clock.time(i64::MAX), "--:--");
            assert_eq!(clock.day(i64::MIN), None);
        }
    }
}
