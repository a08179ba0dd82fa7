//! When a window is open: the hours of some days, by the clocks of a place. The time zones are those of the IANA database
//! that is compiled in, so that an image without one knows them too.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use sluice_api::{Day, WindowSchedule};

/// For how many days it is looked for the next opening: a window of one day a week, whose hours a change of the clocks may
/// pass over once.
const DAYS_AHEAD: i32 = 15;

/// The schedule of a window, read once.
#[derive(Debug)]
pub(super) struct Calendar {
    days: Vec<Weekday>,
    from: Clock,
    to: Clock,
    zone: TimeZone,
}

/// When a window is open next, or now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    /// From this moment, which is past where it is open now.
    pub from: Timestamp,
    /// The same by the clocks of the place, such as `Thu 09:00`.
    pub local: String,
}

/// Hours and minutes; 24:00 is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Clock(i8, i8);

impl Calendar {
    /// Reads a schedule; an error says what is wrong with it, and what to write.
    pub(super) fn read(schedule: &WindowSchedule) -> Result<Self, String> {
        let WindowSchedule { days, from, to, time_zone } = schedule;
        let clock = |field, text: &str, last| {
            Clock::read(text).filter(|clock| *clock <= last).ok_or_else(|| {
                format!("schedule.{field}: {text:?} is no time of a day: write hours and minutes, such as \"09:00\"")
            })
        };
        let (from_clock, to_clock) = (clock("from", from, Clock(23, 59))?, clock("to", to, Clock(24, 0))?);
        if days.is_empty() || from_clock == to_clock {
            return Err(format!(
                "it never opens: from {from} to {to} on {} days: name days, and two times that differ",
                days.len()
            ));
        }
        let zone = TimeZone::get(time_zone).ok().filter(is_of_a_place).ok_or_else(|| {
            format!("schedule.timeZone: there is no time zone {time_zone:?}: write one of the IANA database, such as Europe/Berlin or UTC")
        })?;
        Ok(Self { days: days.iter().map(|day| weekday(*day)).collect(), from: from_clock, to: to_clock, zone })
    }

    /// When it is open now, or next.
    pub(super) fn opening(&self, now: Timestamp) -> Option<Opening> {
        let mut date = now.to_zoned(self.zone.clone()).date().yesterday().ok()?;
        for _ in 0..=DAYS_AHEAD {
            if self.days.contains(&date.weekday()) {
                let (from, to) = (self.at(self.from.on(date)?)?, self.at(self.end(date)?)?);
                if from < to && now < to {
                    let local = from.to_zoned(self.zone.clone()).strftime("%a %H:%M").to_string();
                    return Some(Opening { from, local });
                }
            }
            date = date.tomorrow().ok()?;
        }
        None
    }

    /// When the window that opens on this day closes, by its clocks.
    fn end(&self, date: Date) -> Option<DateTime> {
        self.to.on(if self.to > self.from { date } else { date.tomorrow().ok()? })
    }

    /// The moment at which the clocks show this time. Of a time that they show twice it is the first; one that they pass over
    /// is the moment at which they do.
    fn at(&self, time: DateTime) -> Option<Timestamp> {
        let ambiguous = self.zone.to_ambiguous_timestamp(time);
        let is_passed_over = matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
        let moment = ambiguous.compatible().ok()?;
        let change = || self.zone.preceding(moment).next().map(|change| change.timestamp());
        Some(if is_passed_over { change().unwrap_or(moment) } else { moment })
    }
}

/// Whether the zone says what its clocks show. Two that the database, or its reader, has for clocks that nobody has set would
/// pass for UTC.
fn is_of_a_place(zone: &TimeZone) -> bool {
    !zone.is_unknown() && zone.iana_name() != Some("Factory")
}

impl Clock {
    fn read(text: &str) -> Option<Self> {
        let (hours, minutes) =
            text.split_once(':').filter(|(hours, minutes)| hours.len() == 2 && minutes.len() == 2)?;
        let number =
            |text: &str| text.bytes().all(|one| one.is_ascii_digit()).then(|| text.parse::<i8>().ok()).flatten();
        let clock = Self(number(hours)?, number(minutes)?);
        (clock.1 < 60 && clock <= Self(24, 0)).then_some(clock)
    }

    fn on(self, date: Date) -> Option<DateTime> {
        match self {
            Self(24, _) => Some(date.tomorrow().ok()?.at(0, 0, 0, 0)),
            Self(hours, minutes) => Some(date.at(hours, minutes, 0, 0)),
        }
    }
}

const fn weekday(day: Day) -> Weekday {
    match day {
        Day::Mon => Weekday::Monday,
        Day::Tue => Weekday::Tuesday,
        Day::Wed => Weekday::Wednesday,
        Day::Thu => Weekday::Thursday,
        Day::Fri => Weekday::Friday,
        Day::Sat => Weekday::Saturday,
        Day::Sun => Weekday::Sunday,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const WEEK: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    fn calendar(days: &[&str], from: &str, to: &str, zone: &str) -> Result<Calendar, String> {
        let schedule = json!({"days": days, "from": from, "to": to, "timeZone": zone});
        Calendar::read(&serde_json::from_value(schedule).unwrap())
    }

    /// What is said at this moment: open, or when it opens.
    fn said(calendar: &Calendar, now: &str) -> String {
        let now = now.parse().unwrap();
        match calendar.opening(now) {
            Some(opening) if opening.from <= now => "open".to_owned(),
            Some(opening) => format!("{} {}", opening.from, opening.local),
            None => "never".to_owned(),
        }
    }

    #[test]
    fn a_window_is_open_by_the_clocks_of_its_place() {
        type Row = (&'static [&'static str], [&'static str; 3], &'static str, &'static str);
        let berlin = "Europe/Berlin";
        let table: [Row; 25] = [
            // Winter and summer: the same hours by other clocks.
            (&["Thu"], ["09:00", "16:00", berlin], "2026-11-26T07:59:59Z", "2026-11-26T08:00:00Z Thu 09:00"),
            (&["Thu"], ["09:00", "16:00", berlin], "2026-11-26T08:00:00Z", "open"),
            (&["Thu"], ["09:00", "16:00", berlin], "2026-11-26T14:59:59Z", "open"),
            (&["Thu"], ["09:00", "16:00", berlin], "2026-11-26T15:00:00Z", "2026-12-03T08:00:00Z Thu 09:00"),
            (&["Thu"], ["09:00", "16:00", berlin], "2026-07-02T06:59:59Z", "2026-07-02T07:00:00Z Thu 09:00"),
            // The day is that of the place.
            (&["Fri"], ["00:30", "02:00", "Pacific/Auckland"], "2026-11-26T11:30:00Z", "open"),
            (&["Thu"], ["20:00", "23:00", "America/New_York"], "2026-11-27T01:00:00Z", "open"),
            (&["Mon"], ["09:00", "16:00", "Asia/Kolkata"], "2026-11-26T00:00:00Z", "2026-11-30T03:30:00Z Mon 09:00"),
            // Over midnight, and to the end of the day.
            (&["Fri"], ["22:00", "02:00", "UTC"], "2026-11-28T01:59:59Z", "open"),
            (&["Fri"], ["22:00", "02:00", "UTC"], "2026-11-28T02:00:00Z", "2026-12-04T22:00:00Z Fri 22:00"),
            (&["Fri"], ["22:00", "02:00", "UTC"], "2026-11-27T01:00:00Z", "2026-11-27T22:00:00Z Fri 22:00"),
            (&["Fri"], ["22:00", "24:00", "UTC"], "2026-11-27T23:59:59Z", "open"),
            (&["Fri"], ["22:00", "24:00", "UTC"], "2026-11-28T00:00:00Z", "2026-12-04T22:00:00Z Fri 22:00"),
            (&["Fri"], ["00:00", "24:00", "UTC"], "2026-11-27T12:00:00Z", "open"),
            (&["Fri"], ["16:00", "09:00", "UTC"], "2026-11-28T08:59:59Z", "open"),
            // Spring forward, on 2026-03-29 in Berlin: 02:00 to 03:00 is passed over.
            (&["Sun"], ["01:30", "04:00", berlin], "2026-03-29T01:59:59Z", "open"),
            (&["Sun"], ["01:30", "04:00", berlin], "2026-03-29T02:00:00Z", "2026-04-04T23:30:00Z Sun 01:30"),
            (&["Sun"], ["02:30", "04:00", berlin], "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z Sun 03:00"),
            (&["Sun"], ["02:15", "02:45", berlin], "2026-03-28T12:00:00Z", "2026-04-05T00:15:00Z Sun 02:15"),
            (&["Sun"], ["01:30", "02:30", berlin], "2026-03-29T01:00:00Z", "2026-04-04T23:30:00Z Sun 01:30"),
            // Fall back, on 2026-10-25: 02:00 to 03:00 comes twice. A time that comes twice is its first.
            (&["Sun"], ["02:15", "02:45", berlin], "2026-10-25T00:30:00Z", "open"),
            (&["Sun"], ["02:15", "02:45", berlin], "2026-10-25T01:30:00Z", "2026-11-01T01:15:00Z Sun 02:15"),
            (&["Sun"], ["02:30", "03:30", berlin], "2026-10-25T01:15:00Z", "open"),
            // A day that a place never had: Samoa went from Thursday to Saturday.
            (&["Fri"], ["09:00", "16:00", "Pacific/Apia"], "2011-12-29T12:00:00Z", "2012-01-05T19:00:00Z Fri 09:00"),
            (&WEEK, ["23:59", "00:00", "UTC"], "2026-12-31T23:59:30Z", "open"),
        ];
        for (days, [from, to, zone], now, expected) in table {
            let calendar = calendar(days, from, to, zone).unwrap();
            assert_eq!(said(&calendar, now), expected, "{days:?} {from} to {to} {zone} at {now}");
        }
    }

    #[test]
    fn every_hour_of_a_year_is_open_or_opens_later() {
        for zone in ["Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"] {
            let calendar = calendar(&["Sun"], "01:59", "02:01", zone).unwrap();
            let begin: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
            for hour in 0..24 * 365 {
                let now = begin + jiff::SignedDuration::from_hours(hour);
                let opening = calendar.opening(now).unwrap();
                let far = opening.from.duration_since(now);
                assert!(far <= jiff::SignedDuration::from_hours(24 * 7 + 1), "{zone} {now}: {opening:?}");
                assert!(opening.local.starts_with("Sun 0"), "{zone} {now}: {opening:?}");
            }
        }
    }

    #[test]
    fn what_never_opens_or_is_no_time_is_told_with_its_value_and_a_remedy() {
        let table = [
            (["09:00", "09:00", "UTC"], &WEEK[..], "never opens"),
            (["09:00", "16:00", "UTC"], &[], "never opens"),
            (["9:00", "16:00", "UTC"], &WEEK, "schedule.from: \"9:00\" is no time of a day: write"),
            (["09:60", "16:00", "UTC"], &WEEK, "schedule.from"),
            (["24:00", "16:00", "UTC"], &WEEK, "schedule.from"),
            (["09:00", "24:01", "UTC"], &WEEK, "schedule.to: \"24:01\""),
            (["09:00", "+1:00", "UTC"], &WEEK, "schedule.to"),
            (
                ["09:00", "16:00", "Europe/Berln"],
                &WEEK,
                "no time zone \"Europe/Berln\": write one of the IANA database",
            ),
            (["09:00", "16:00", "CEST-1"], &WEEK, "no time zone"),
            // Clocks that nobody has set, which would pass for UTC.
            (["09:00", "16:00", "Etc/Unknown"], &WEEK, "no time zone"),
            (["09:00", "16:00", "Factory"], &WEEK, "no time zone"),
            (["09:00", "16:00", "factory"], &WEEK, "no time zone"),
            (["09:00", "16:00", "../etc/localtime"], &WEEK, "no time zone"),
            (["09:00", "16:00", "Europe/Berlin "], &WEEK, "no time zone"),
            (["09:00", "16:00", "+01:00"], &WEEK, "no time zone"),
            (["٠٩:٠٠", "16:00", "UTC"], &WEEK, "schedule.from"),
            (["09:0０", "16:00", "UTC"], &WEEK, "schedule.from"),
            (["-1:00", "16:00", "UTC"], &WEEK, "schedule.from"),
            (["09:00", "1e:00", "UTC"], &WEEK, "schedule.to"),
            (["09:00", "16:00", ""], &WEEK, "no time zone"),
        ];
        for ([from, to, zone], days, words) in table {
            let told = calendar(days, from, to, zone).unwrap_err();
            assert!(told.contains(words), "{told}");
        }
    }
}
