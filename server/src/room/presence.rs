//! Who is here: one person may sit at several screens.

use std::collections::HashMap;

use kpl_shared::protocol::Member;

/// The people of one room.
#[derive(Debug, Default)]
pub struct Presence {
    people: HashMap<(String, String), Person>,
    arrivals: u64,
}

#[derive(Debug)]
struct Person {
    member: Member,
    screens: usize,
    /// The order of arrival, as two may come in one millisecond.
    arrival: u64,
}

impl Presence {
    /// A screen opens. True if its person was not here before.
    pub fn enter(&mut self, member: &Member) -> bool {
        if let Some(person) = self.people.get_mut(&identity(member)) {
            person.screens += 1;
            return false;
        }
        self.arrivals += 1;
        let person = Person { member: member.clone(), screens: 1, arrival: self.arrivals };
        self.people.insert(identity(member), person);
        true
    }

    /// A screen closes. The person, if that was the last.
    pub fn leave(&mut self, member: &Member) -> Option<Member> {
        let person = self.people.get_mut(&identity(member))?;
        person.screens -= 1;
        if person.screens > 0 {
            return None;
        }
        self.people.remove(&identity(member)).map(|person| person.member)
    }

    /// Somebody is an operator, or no longer.
    pub fn appoint(&mut self, member: &Member, op: bool) {
        if let Some(person) = self.people.get_mut(&identity(member)) {
            person.member.op = op;
        }
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

    #[test]
    fn one_person_at_two_screens_comes_once_and_goes_once() {
        let mut presence = Presence::default();
        let yao = member("瑶", "u1");

        assert!(presence.enter(&yao));
        assert!(!presence.enter(&yao));
        assert_eq!(presence.total(), 1);
        assert_eq!(presence.leave(&yao), None);
        assert_eq!(presence.leave(&yao), Some(yao.clone()));
        assert_eq!(presence.leave(&yao), None);
        assert_eq!(presence.total(), 0);
    }

    #[test]
    fn people_are_listed_in_the_order_in_which_they_came() {
        let mut presence = Presence::default();
        let people = ["李白", "瑶", "吕布", "后羿", "貂蝉"].map(|name| member(name, "one key"));

        for person in &people {
            presence.enter(person);
        }

        assert_eq!(presence.list(3), people[..3]);
        assert_eq!(presence.total(), 5);
    }
}
