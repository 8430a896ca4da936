//! Whole numbers, as clients of any language write them: JSON knows only numbers, and some
//! libraries write 7 as 7.0.

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Number;

/// The first whole number that is too large, which a float can hold exactly.
const TOO_LARGE: f64 = 18_446_744_073_709_551_616.0;

/// The whole number from 0 that is written so.
pub(crate) fn of(number: &Number) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "nothing is lost of a float that is whole and within bounds"
    )]
    let exact = |number: f64| number as u64;
    let is_whole = |number: &f64| number.fract() == 0.0 && (0.0..TOO_LARGE).contains(number);
    number.as_u64().or_else(|| number.as_f64().filter(is_whole).map(exact))
}

/// Reads a whole number from 0.
pub(crate) fn required<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    of(&Number::deserialize(from)?).ok_or_else(|| D::Error::custom("not a whole number from 0"))
}

/// Reads a whole number from 0, or `null` for none.
pub(crate) fn optional<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    let number: Option<Number> = Option::deserialize(from)?;
    number.map(required).transpose().map_err(D::Error::custom)
}

/// Reads how many at most, or `null` for no wish. Any whole number is a wish: one that is out of
/// bounds is brought within them, here and by whoever knows closer ones.
pub(crate) fn limit<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u16>, D::Error> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "nothing is lost of a float that is whole and within bounds"
    )]
    let clamped = |number: f64| number.clamp(0.0, f64::from(u16::MAX)) as u16;
    let Some(number) = Option::<Number>::deserialize(from)? else { return Ok(None) };
    // A number so large that a float cannot hold it exactly is out of bounds all the same.
    let whole = number.as_f64().filter(|number| number.fract() == 0.0).map(clamped);
    whole.map(Some).ok_or_else(|| D::Error::custom("not a whole number"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn read(value: &Value) -> Option<u64> {
        required(value).ok()
    }

    #[test]
    fn a_whole_number_may_be_written_as_a_float() {
        for (wire, number) in [("7", 7), ("7.0", 7), ("7e0", 7), ("70E-1", 7), ("-0.0", 0)] {
            assert_eq!(read(&serde_json::from_str(wire).unwrap()), Some(number), "{wire}");
        }
        assert_eq!(read(&json!(u64::MAX)), Some(u64::MAX));
        for wrong in [json!(7.5), json!(-1), json!(-1.0), json!(1e300), json!(TOO_LARGE)] {
            assert_eq!(read(&wrong), None, "{wrong}");
        }
        for wrong in [json!("7"), json!(true), json!([7]), json!(null)] {
            assert_eq!(read(&wrong), None, "{wrong}");
        }
        assert_eq!(optional(&json!(null)).unwrap(), None);
        assert_eq!(optional(&json!(7.0)).unwrap(), Some(7));
        assert!(optional(&json!(7.5)).is_err());
    }

    #[test]
    fn a_limit_is_any_whole_number_brought_within_bounds() {
        for (wish, expected) in [
            (json!(null), None),
            (json!(50.0), Some(50)),
            (json!(70_000), Some(u16::MAX)),
            (json!(u64::MAX), Some(u16::MAX)),
            (json!(1e300), Some(u16::MAX)),
            (json!(-5), Some(0)),
            (json!(i64::MIN), Some(0)),
            (json!(-5.0), Some(0)),
        ] {
            assert_eq!(limit(&wish).unwrap(), expected, "{wish}");
        }
        for wrong in [json!(1.5), json!("5"), json!([]), json!(true)] {
            assert!(limit(&wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_float_is_read_as_itself_or_not_at_all(number in any::<f64>()) {
            let Some(number) = Number::from_f64(number) else { return Ok(()) };
            if let Some(whole) = of(&number) {
                #[expect(clippy::cast_precision_loss, reason = "it came from a float")]
                let back = whole as f64;
                prop_assert_eq!(Some(back), number.as_f64());
            }
        }
    }
}
