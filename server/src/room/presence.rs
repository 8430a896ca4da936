//! Who is here: one person may sit at several screens.
//!
//! Who comes and goes is told from time to time, so that it costs the same however many do. Who
//! has gone and come back meanwhile, or come and gone, is not worth a word.

use std::collections::HashMap;

use kpl_shared::protocol::{MAX_NAMED_PRESENCE, Member};

/// Up to so many comings and goings at a time each is told by itself; of more, who is here then.
const TOLD_ONE_BY_ONE: usize = 8;

/// The people of one room. By `S` somebody who has come is reached.
#[derive(Debug)]
pub struct Presence<S> {
    people: HashMap<(String, String), Person>,
    arrivals: u64,
    /// Who has come or gone since that was told last, and is not back where they were.
    changes: Vec<Change<S>>,
    /// Whether those were too many to remember.
    is_a_storm: bool,
    /// Whether there were too many people to name when that was told last.
    was_a_crowd: bool,
}

#[derive(Debug)]
struct Person {
    member: Member,
    screens: usize,
    /// The order of arrival, as two may come in one millisecond.
    arrival: u64,
}

/// Somebody who has come, or gone.
#[derive(Debug, PartialEq, Eq)]
pub enum Change<S> {
    /// They are here, and were not. They know it already.
    Came(Member, S),
    /// They were here, and are not.
    Left(Member),
}

/// What the others are to be told.
#[derive(Debug, PartialEq, Eq)]
pub enum News<S> {
    /// Who came and went, in that order.
    Changes(Vec<Change<S>>),
    /// All who are here: too many came and went to tell of each.
    All,
    /// How many are here: too many to name.
    Count,
}

impl<S> Default for Presence<S> {
    fn default() -> Self {
        Self {
            people: HashMap::new(),
            arrivals: 0,
            changes: Vec::new(),
            is_a_storm: false,
            was_a_crowd: false,
        }
    }
}

impl<S> Presence<S> {
    /// A screen opens, which is reached by `screen`.
    pub fn enter(&mut self, member: &Member, screen: S) {
        if let Some(person) = self.people.get_mut(&identity(member)) {
            person.screens += 1;
            return;
        }
        self.arrivals += 1;
        let person = Person { member: member.clone(), screens: 1, arrival: self.arrivals };
        self.people.insert(identity(member), person);
        self.note(Change::Came(member.clone(), screen));
    }

    /// A screen closes. With the last of them its person goes.
    pub fn leave(&mut self, member: &Member) {
        let Some(person) = self.people.get_mut(&identity(member)) else { return };
        person.screens -= 1;
        if person.screens == 0
            && let Some(gone) = self.people.remove(&identity(member))
        {
            self.note(Change::Left(gone.member));
        }
    }

    /// What there is to tell since the last time.
    pub fn news(&mut self) -> Option<News<S>> {
        let changes = std::mem::take(&mut self.changes);
        let was_a_storm = std::mem::take(&mut self.is_a_storm);
        if changes.is_empty() && !was_a_storm {
            return None;
        }
        let is_a_crowd = self.total() > MAX_NAMED_PRESENCE;
        let was_a_crowd = std::mem::replace(&mut self.was_a_crowd, is_a_crowd);
        Some(match (is_a_crowd, was_a_storm || was_a_crowd) {
            (true, _) => News::Count,
            (false, true) => News::All,
            (false, false) => News::Changes(changes),
        })
    }

    /// Remembers a change, or forgets the one that it takes back.
    fn note(&mut self, change: Change<S>) {
        let of = |change: &Change<S>| identity(change.member());
        let who = of(&change);
        if let Some(place) = self.changes.iter().position(|earlier| of(earlier) == who) {
            self.changes.remove(place);
        } else if self.changes.len() < TOLD_ONE_BY_ONE && !self.is_a_storm {
            self.changes.push(change);
        } else {
            self.is_a_storm = true;
            self.changes.clear();
        }
    }

    /// Somebody is an operator, or no longer.
    pub fn appoint(&mut self, member: &Member, op: bool) {
        let who = identity(member);
        let waiting = self.changes.iter_mut().filter_map(|change| match change {
            Change::Came(member, _) if identity(member) == who => Some(member),
            Change::Came(..) | Change::Left(_) => None,
        });
        let person = self.people.get_mut(&who).map(|person| &mut person.member);
        waiting.chain(person).for_each(|member| member.op = op);
    }

    /// How many people there are.
    pub fn total(&self) -> usize {
        self.people.len()
    }

    /// The people, longest here first, at most `limit`.
    pub fn list(&self, limit: usize) -> Vec<Member> {
        let mut people: Vec<&Person> = self.people.values().collect();
        people.sort_unstable_by_key(|person| person.arrival);
        people.into_iter().take(limit).map(|person| person.member.clone()).collect()
    }
}

impl<S> Change<S> {
    fn member(&self) -> &Member {
        let (Self::Came(member, _) | Self::Left(member)) = self;
        member
    }
}

/// One owner under two names is two people, two guests of one name as well.
fn identity(member: &Member) -> (String, String) {
    (member.uid.clone(), member.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, uid: &str) -> Member {
        Member { name: name.into(), uid: uid.into(), guest: false, since: 0, op: false }
    }

    fn crowd(from: usize, to: usize) -> impl Iterator<Item = Member> {
        (from..to).map(|number| member(&format!("p{number}"), "u"))
    }

    #[test]
    fn one_person_at_two_screens_comes_once_and_goes_once() {
        let mut presence = Presence::default();
        let yao = member("瑶", "u1");

        presence.enter(&yao, "first");
        presence.enter(&yao, "second");
        let came = presence.news();
        presence.leave(&yao);
        let stayed = presence.news();
        presence.leave(&yao);
        presence.leave(&yao);

        assert_eq!(came, Some(News::Changes(vec![Change::Came(yao.clone(), "first")])));
        assert_eq!(stayed, None);
        assert_eq!(presence.news(), Some(News::Changes(vec![Change::Left(yao)])));
        assert_eq!((presence.total(), presence.news()), (0, None));
    }

    #[test]
    fn who_is_back_where_they_were_before_it_is_told_is_no_news() {
        let mut presence = Presence::default();
        let (yao, libai) = (member("瑶", "u1"), member("李白", "u2"));
        presence.enter(&yao, ());
        presence.news();

        presence.leave(&yao);
        presence.enter(&libai, ());
        presence.enter(&yao, ());
        presence.leave(&libai);

        assert_eq!((presence.news(), presence.total()), (None, 1));
    }

    #[test]
    fn whoever_is_made_an_operator_before_their_coming_is_told_comes_as_one() {
        let mut presence = Presence::default();
        let (yao, libai) = (member("瑶", "u1"), member("李白", "u2"));
        presence.enter(&yao, ());
        presence.enter(&libai, ());

        presence.appoint(&yao, true);

        let op = Member { op: true, ..yao };
        let came = [op.clone(), libai.clone()].map(|member| Change::Came(member, ()));
        assert_eq!(presence.news(), Some(News::Changes(came.into())));
        assert_eq!(presence.list(2), [op, libai]);
    }

    #[test]
    fn changes_are_told_in_their_order() {
        let mut presence = Presence::default();
        let people: Vec<Member> = crowd(0, TOLD_ONE_BY_ONE).collect();

        for person in &people {
            presence.enter(person, ());
        }

        let came = people.into_iter().map(|person| Change::Came(person, ())).collect();
        assert_eq!(presence.news(), Some(News::Changes(came)));
    }

    #[test]
    fn of_a_storm_it_is_told_once_who_is_here_and_little_is_remembered() {
        let mut presence = Presence::default();

        for _ in 0..1000 {
            for person in crowd(0, 100) {
                presence.enter(&person, ());
                assert!(presence.changes.len() <= TOLD_ONE_BY_ONE);
            }
            crowd(1, 100).for_each(|person| presence.leave(&person));
        }

        assert_eq!(
            (presence.news(), presence.news(), presence.total()),
            (Some(News::All), None, 1)
        );
    }

    #[test]
    fn a_crowd_is_counted_and_once_it_is_none_any_more_it_is_told_who_they_are() {
        let mut presence = Presence::default();
        crowd(0, MAX_NAMED_PRESENCE + 1).for_each(|person| presence.enter(&person, ()));
        let many = presence.news();

        presence.enter(&member("one more", "u"), ());
        let more = presence.news();
        presence.leave(&member("one more", "u"));
        presence.leave(&member("p0", "u"));
        let few = presence.news();

        assert_eq!((many, more, few), (Some(News::Count), Some(News::Count), Some(News::All)));
    }

    #[test]
    fn people_are_listed_in_the_order_in_which_they_came() {
        let mut presence = Presence::default();
        let people = ["李白", "瑶", "吕布", "后羿", "貂蝉"].map(|name| member(name, "one key"));

        for person in &people {
            presence.enter(person, ());
        }

        assert_eq!(presence.list(3), people[..3]);
        assert_eq!(presence.total(), 5);
    }
}
