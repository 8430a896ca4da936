//! Whether whoever asks may bring files: they may if they may enter and speak.

use std::net::IpAddr;

use axum::http::{HeaderMap, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kpl_shared::{
    handshake::{Key, Password},
    refusal::{Code, Refusal},
};

use crate::{
    clock::now,
    house::{self, sanction::Marks},
    socket::{
        Context,
        door::{self, Way},
        enter,
    },
    store::Bringer,
};

/// Lets in whoever may enter and speak, and says whom their files count against.
pub(super) async fn admit(
    context: &Context,
    address: IpAddr,
    headers: &HeaderMap,
) -> Result<Bringer, Refusal> {
    let Credentials { key, password } = Credentials::of(headers)?;
    let hash = key.as_ref().map(enter::hash);
    let way = door::open(context, address, hash.as_ref(), password.as_ref()).await?;
    if let Way::Invited(_) = way {
        return Err(door::closed()); // An invite is used up by entering, with the key to be known by.
    }
    let since = match hash {
        Some(hash) => context.store.owner_since(hash).await.map_err(enter::unavailable)?,
        None => None,
    };
    let (claims, site) = (Default::default(), context.house.site(address));
    let marks = Marks { claims: &claims, key: hash, site, known_since: since };
    if let Some(ban) = context.house.ban(&marks, now()) {
        return Err(house::refusal(&ban.told));
    }
    if let Some(mute) = context.house.mute(&marks, now()) {
        return Err(house::muted(&mute.told));
    }
    if since.is_none() {
        door::admit_guest(context)?;
    }
    let uid = key.as_ref().filter(|_| since.is_some()).map(enter::identity);
    let bringer = context.bringer(uid.as_deref(), address);
    context.take_upload(&bringer.owner).map_err(|retry_ms| {
        let message = "you bring files faster than this server allows";
        Refusal::for_now(Code::TooFast, message, retry_ms)
    })?;
    Ok(bringer)
}

/// What the `Authorization` of a request says: the key as its user, the password as its password.
#[derive(Debug, Default)]
struct Credentials {
    key: Option<Key>,
    password: Option<Password>,
}

impl Credentials {
    fn of(headers: &HeaderMap) -> Result<Self, Refusal> {
        let Some(said) = headers.get(header::AUTHORIZATION) else { return Ok(Self::default()) };
        let both = said.to_str().ok().and_then(|said| said.split_once(' ')).and_then(basic);
        let both = both.ok_or_else(|| {
            let message = "Authorization is Basic, with KEY:PASSWORD in base64";
            Refusal::new(Code::BadRequest, message)
        })?;
        let (key, password) = both.split_once(':').unwrap_or((&both, ""));
        let key = (!key.is_empty()).then(|| {
            Key::parse(key).ok_or_else(|| Refusal::new(Code::KeyInvalid, "a key is 64 hex digits"))
        });
        let password = (!password.is_empty()).then(|| {
            let message = "a password is a string of 1 to 256 bytes";
            Password::parse(password).map_err(|_| Refusal::new(Code::PasswordRequired, message))
        });
        Ok(Self { key: key.transpose()?, password: password.transpose()? })
    }
}

fn basic((scheme, token): (&str, &str)) -> Option<String> {
    let is_basic = scheme.eq_ignore_ascii_case("basic");
    let bytes = STANDARD.decode(token.trim()).ok().filter(|_| is_basic)?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(authorization: Option<&str>) -> Result<(bool, Option<String>), Code> {
        let mut headers = HeaderMap::new();
        if let Some(said) = authorization {
            headers.insert(header::AUTHORIZATION, said.parse().unwrap());
        }
        let read = Credentials::of(&headers).map_err(|refusal| refusal.code)?;
        let password = read.password.map(|password| password.secret().to_owned());
        Ok((read.key.is_some(), password))
    }

    fn encoded(both: &str) -> String {
        format!("Basic {}", STANDARD.encode(both))
    }

    #[test]
    fn the_user_is_the_key_and_the_password_the_password() {
        let key = "0f".repeat(32);
        assert_eq!(said(None), Ok((false, None)));
        assert_eq!(said(Some(&encoded(&key))), Ok((true, None)));
        assert_eq!(said(Some(&encoded(&format!("{key}:")))), Ok((true, None)));
        assert_eq!(said(Some(&encoded(":王者:1"))), Ok((false, Some("王者:1".into()))));
        assert_eq!(said(Some(&encoded(&format!("{key}:x")))), Ok((true, Some("x".into()))));
    }

    #[test]
    fn what_is_not_of_that_form_is_refused_and_not_passed_over() {
        for wrong in ["Basic", "Basic !", "Bearer 0f", "Basic /w=="] {
            assert_eq!(said(Some(wrong)), Err(Code::BadRequest), "{wrong}");
        }
        assert_eq!(said(Some(&encoded("0f:x"))), Err(Code::KeyInvalid));
        let long = encoded(&format!(":{}", "x".repeat(257)));
        assert_eq!(said(Some(&long)), Err(Code::PasswordRequired));
    }
}
