//! What an operator orders, over the wire and over the control socket, and what comes of it.

use serde::{Deserialize, Serialize};

use crate::{
    invite::{self, Invite, MAX_USES},
    refusal::{Code, Refusal},
    text::steers_a_screen,
    whole,
};

/// How long a reason may be, in bytes.
pub const MAX_REASON_BYTES: usize = 256;
/// How long a ban, a silence or a pause may last, in seconds: ten years. Without an end it lasts
/// until it is lifted.
pub const MAX_SECONDS: u64 = 10 * 366 * 24 * 3600;

/// How many seconds each unit of a duration has.
const UNITS: [(char, u64); 5] =
    [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400), ('w', 7 * 86_400)];

/// A duration as people write it, such as `10m` or `2h`, in seconds.
pub fn seconds(written: &str) -> Option<u64> {
    let unit = written.chars().last()?;
    let (_, seconds) = UNITS.iter().find(|(known, _)| *known == unit)?;
    let digits = &written[..written.len() - unit.len_utf8()];
    digits.parse::<u64>().ok()?.checked_mul(*seconds)
}

/// What is to be done. `{"verb": "ban", "name": "吕布", "seconds": 600, "reason": "spam"}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "lowercase")]
pub enum Order {
    /// Close somebody's connections. Nothing keeps them from coming back.
    Kick {
        /// Who.
        name: String,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Keep somebody out.
    Ban(Measure),
    /// Let somebody in again.
    Unban {
        /// Who.
        name: String,
    },
    /// Say who is kept out, and who may not speak.
    Bans,
    /// Let somebody read but not speak.
    Mute(Measure),
    /// Let somebody speak again.
    Unmute {
        /// Who.
        name: String,
    },
    /// Let each one in the room speak once in so many seconds.
    Slow {
        /// How many; 0 ends it.
        #[serde(deserialize_with = "whole::required")]
        seconds: u64,
    },
    /// Take a name from its owner, so that it can be claimed anew.
    Release {
        /// Which.
        name: String,
    },
    /// Say something to everyone in every room, as the server.
    Announce {
        /// What.
        text: String,
    },
    /// Make an invite, which lets in who has its code.
    Invite {
        /// How many it lets in; one when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[serde(deserialize_with = "whole::optional")]
        uses: Option<u64>,
        /// For how long; a week when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[serde(deserialize_with = "whole::optional")]
        seconds: Option<u64>,
    },
    /// Say which invites there are.
    Invites,
    /// Take an invite back: it lets nobody in any more, nor those whom it has let in.
    Uninvite {
        /// Its number.
        #[serde(deserialize_with = "whole::required")]
        id: u64,
    },
    /// Make the owner of a name an operator.
    Op {
        /// Who.
        name: String,
    },
    /// Make them one no longer.
    Deop {
        /// Who.
        name: String,
    },
}

/// What is done to somebody for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// To whom.
    pub name: String,
    /// For how long; until it is lifted when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "whole::optional")]
    pub seconds: Option<u64>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Order {
    /// What it is called.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Kick { .. } => "kick",
            Self::Ban(_) => "ban",
            Self::Unban { .. } => "unban",
            Self::Bans => "bans",
            Self::Mute(_) => "mute",
            Self::Unmute { .. } => "unmute",
            Self::Slow { .. } => "slow",
            Self::Release { .. } => "release",
            Self::Announce { .. } => "announce",
            Self::Invite { .. } => "invite",
            Self::Invites => "invites",
            Self::Uninvite { .. } => "uninvite",
            Self::Op { .. } => "op",
            Self::Deop { .. } => "deop",
        }
    }

    /// Whom it is about.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Kick { name, .. }
            | Self::Ban(Measure { name, .. })
            | Self::Unban { name }
            | Self::Mute(Measure { name, .. })
            | Self::Unmute { name }
            | Self::Release { name }
            | Self::Op { name }
            | Self::Deop { name } => Some(name),
            Self::Bans
            | Self::Slow { .. }
            | Self::Announce { .. }
            | Self::Invite { .. }
            | Self::Invites
            | Self::Uninvite { .. } => None,
        }
    }

    /// Refuses what is too long, lasts too long, or would steer a screen.
    pub fn check(&self, text_bytes: usize) -> Result<(), Refusal> {
        let bad = |message: String| Err(Refusal::new(Code::BadRequest, message));
        let (seconds, words, most) = match self {
            Self::Invite { uses, seconds } => {
                if !(1..=MAX_USES).contains(&uses.unwrap_or(1)) {
                    return bad(format!("an invite lets in 1 to {MAX_USES}"));
                }
                if !(1..=invite::MAX_SECONDS).contains(&seconds.unwrap_or(invite::SECONDS)) {
                    return bad(format!("an invite holds 1 to {} seconds", invite::MAX_SECONDS));
                }
                return Ok(());
            }
            Self::Kick { reason, .. } => (None, reason.as_deref(), MAX_REASON_BYTES),
            Self::Ban(Measure { seconds, reason, .. })
            | Self::Mute(Measure { seconds, reason, .. }) => {
                (*seconds, reason.as_deref(), MAX_REASON_BYTES)
            }
            Self::Slow { seconds } => (Some(*seconds), None, 0),
            Self::Announce { text } => (None, Some(text.as_str()), text_bytes),
            _ => return Ok(()),
        };
        if seconds.is_some_and(|seconds| seconds > MAX_SECONDS) {
            return bad(format!("at most {MAX_SECONDS} seconds"));
        }
        let Some(words) = words else { return Ok(()) };
        if words.len() > most {
            return Err(Refusal::new(Code::TextTooLong, format!("at most {most} bytes")));
        }
        if words.chars().any(|letter| steers_a_screen(letter) || letter == '\n') {
            return Err(Refusal::new(Code::TextInvalid, "write it on one line, without controls"));
        }
        Ok(())
    }
}

/// Who is kept out, or may not speak.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sanction {
    /// Under which name it was given.
    pub name: String,
    /// Whether they may be here and only not speak.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mute: bool,
    /// Who gave it.
    pub by: String,
    /// When, in milliseconds since 1970, UTC.
    pub at: i64,
    /// Until when; until it is lifted when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// An order was carried out; what it has changed is on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordered {
    /// Always true.
    pub ok: bool,
    /// What was done.
    pub verb: String,
    /// To whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Until when, in milliseconds since 1970, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// For `slow`: how many seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// For `bans`: the newest, oldest of them first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sanctions: Vec<Sanction>,
    /// For `invites`: the newest, oldest of them first. For `invite`: the new one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invites: Vec<Invite>,
    /// For `invite`: its code, which is told only now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<invite::Code>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_order_is_read_by_its_verb_and_wants_what_it_is_about() {
        let read = |wire| serde_json::from_value::<Order>(wire);

        let ban = read(json!({"verb": "ban", "name": "吕布", "seconds": 600.0})).unwrap();
        let measure = Measure { name: "吕布".into(), seconds: Some(600), reason: None };
        assert_eq!(ban, Order::Ban(measure));
        assert_eq!((ban.verb(), ban.name()), ("ban", Some("吕布")));
        assert_eq!(read(json!({"verb": "bans"})).unwrap(), Order::Bans);
        for wrong in [
            json!({"verb": "ban"}),
            json!({"verb": "slow", "seconds": -1}),
            json!({"verb": "fly"}),
            json!(["ban"]),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_invite_lets_in_one_for_a_week_unless_told_otherwise_and_never_all_for_ever() {
        let read = |wire| serde_json::from_value::<Order>(wire).unwrap().check(4096);

        assert_eq!(read(json!({"verb": "invite"})), Ok(()));
        assert_eq!(read(json!({"verb": "invite", "uses": 1000, "seconds": 60.0})), Ok(()));
        for (uses, seconds) in [(0, 60), (1001, 60), (1, 0), (1, invite::MAX_SECONDS + 1)] {
            let wrong = read(json!({"verb": "invite", "uses": uses, "seconds": seconds}));
            assert_eq!(wrong.unwrap_err().code, Code::BadRequest, "{uses} {seconds}");
        }
    }

    #[test]
    fn what_steers_a_screen_or_never_ends_is_refused() {
        let ban = |seconds, reason: &str| {
            let (name, reason) = ("吕布".into(), Some(reason.into()));
            Order::Ban(Measure { name, seconds, reason })
        };

        assert_eq!(ban(Some(MAX_SECONDS), "刷屏").check(4096), Ok(()));
        let codes = [
            ban(Some(MAX_SECONDS + 1), "x"),
            ban(None, &"x".repeat(MAX_REASON_BYTES + 1)),
            ban(None, "\x1b[2J"),
            Order::Announce { text: "x".repeat(4097) },
        ]
        .map(|order| order.check(4096).unwrap_err().code);
        let expected = [Code::BadRequest, Code::TextTooLong, Code::TextInvalid, Code::TextTooLong];
        assert_eq!(codes, expected);
    }
}
