//! What a picture is, and how large: read from its first bytes, whatever it is called.

use std::{
    io::{BufRead, Seek},
    panic::{AssertUnwindSafe, catch_unwind},
};

use exif::{In, Tag};
use imagesize::ImageType;

/// What is known of a picture: its media type, its width and its height, in pixels.
pub type Looks = (&'static str, u32, u32);

/// What this is, if it is a picture of a form that everybody can show. Of what claims to have no
/// size, or fails to be read, nothing is known.
pub fn looks(content: &mut (impl BufRead + Seek)) -> Option<Looks> {
    // It reads whatever somebody sends: should a panic be left in it, it is no picture.
    catch_unwind(AssertUnwindSafe(|| read(content))).ok().flatten()
}

fn read(content: &mut (impl BufRead + Seek)) -> Option<Looks> {
    let kind = imagesize::reader_type(&mut *content).ok()?;
    let media = match kind {
        ImageType::Png => "image/png",
        ImageType::Jpeg => "image/jpeg",
        ImageType::Gif => "image/gif",
        ImageType::Webp => "image/webp",
        _ => return None,
    };
    content.rewind().ok()?;
    let size = imagesize::reader_size(&mut *content).ok()?;
    let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
    let (width, height) = if lies_on_its_side(content) { (height, width) } else { (width, height) };
    (width > 0 && height > 0).then_some((media, width, height))
}

/// Whether it is to be turned by a quarter before it is seen, as the photographs of phones are.
fn lies_on_its_side(content: &mut (impl BufRead + Seek)) -> bool {
    if content.rewind().is_err() {
        return false;
    }
    let about = exif::Reader::new().read_from_container(content).ok(); // Most say nothing of it.
    let turn = about.as_ref().and_then(|about| about.get_field(Tag::Orientation, In::PRIMARY));
    turn.and_then(|turn| turn.value.get_uint(0)).is_some_and(|turn| (5..=8).contains(&turn))
}

/// What a picture is called that nobody has named.
pub fn nameless(looks: Option<Looks>) -> String {
    match looks.and_then(|(media, ..)| media.split_once('/')) {
        Some((_, form)) => format!("picture.{form}"),
        None => "file".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn looks_of(content: &[u8]) -> Option<Looks> {
        looks(&mut Cursor::new(content))
    }

    /// The head of a PNG of this size.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend(width.to_be_bytes());
        png.extend(height.to_be_bytes());
        png.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
        png
    }

    #[test]
    fn a_picture_is_known_by_its_first_bytes() {
        assert_eq!(looks_of(&png(1280, 720)), Some(("image/png", 1280, 720)));
        assert_eq!(looks_of(b"GIF89a\x10\0\x20\0\0\0\0"), Some(("image/gif", 16, 32)));
        assert_eq!(nameless(looks_of(&png(1, 1))), "picture.png");
    }

    #[test]
    fn a_photograph_that_lies_on_its_side_is_as_wide_as_it_is_seen() {
        let photograph = |turn: u8| {
            let mut jpeg = b"\xff\xd8\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01".to_vec();
            jpeg.extend(b"\x01\x12\0\x03\0\0\0\x01\0");
            jpeg.push(turn);
            jpeg.extend(b"\0\0\0\0\0\0\xff\xc0\0\x11\x08\0\xc8\x01\x90\x03");
            jpeg.extend([1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xff, 0xda, 0, 2, 0xff, 0xd9]);
            jpeg
        };

        assert_eq!(looks_of(&photograph(1)), Some(("image/jpeg", 400, 200)));
        assert_eq!(looks_of(&photograph(6)), Some(("image/jpeg", 200, 400)));
        assert_eq!(looks_of(&photograph(9)), Some(("image/jpeg", 400, 200)));
    }

    #[test]
    fn what_is_none_is_not_taken_for_one() {
        let cut = &png(9, 9)[..18];
        for content in [&b""[..], b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", cut] {
            assert_eq!(looks_of(content), None, "{content:?}");
        }
        assert_eq!(looks_of(&png(0, 9)), None);
        assert_eq!(nameless(None), "file");
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_not(
            start in prop::sample::select(vec![
                &b"\xff\xd8\xff\xe1"[..], b"RIFF\x10\0\0\0WEBPVP8 ", b"RIFF\x10\0\0\0WEBPVP8X",
                b"GIF89a", b"\x89PNG\r\n\x1a\n",
            ]),
            rest in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let _any_looks = read(&mut Cursor::new([start, &rest].concat()));
        }
    }
}
