//! From the bytes that somebody sent to pixels: the first picture in them, within bounds of size and
//! memory, reduced to what a window has room for.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbaImage};

/// How many pixels wide or high a picture may say that it is.
const MOST_PIXELS: u32 = 12_000;
/// How many bytes its pixels may take: 24 million of a photograph.
const MOST_MEMORY: u64 = 72 << 20;
/// What it is reduced to at most.
const REDUCED: (u32, u32) = (1024, 512);

/// The pixels, if it is a picture of a form that is known.
pub(super) fn decode(content: &[u8]) -> Option<RgbaImage> {
    let mut reader = ImageReader::new(Cursor::new(content)).with_guessed_format().ok()?;
    let known = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];
    reader.format().filter(|format| known.contains(format))?;
    reader.limits(limits());
    let mut decoder = reader.into_decoder().ok()?;
    let turned = decoder.orientation().ok();
    // The decoders do not count the pixels that they hand out.
    limits().reserve(decoder.total_bytes()).ok()?;
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    let (wide, tall) = REDUCED;
    if picture.width() > wide || picture.height() > tall {
        picture = picture.thumbnail(wide, tall);
    }
    if let Some(turned) = turned {
        picture.apply_orientation(turned);
    }
    Some(picture.into_rgba8())
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS);
    limits.max_image_height = Some(MOST_PIXELS);
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut content = Cursor::new(Vec::new());
        picture.write_to(&mut content, format).unwrap();
        content.into_inner()
    }

    fn red(width: u32, height: u32) -> DynamicImage {
        RgbaImage::from_pixel(width, height, image::Rgba([255, 0, 0, 255])).into()
    }

    #[test]
    fn pictures_of_every_form_become_pixels_of_a_size_that_fits() {
        for format in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
            let pixels = decode(&encoded(&red(6, 4), format)).unwrap();
            assert_eq!(pixels.dimensions(), (6, 4), "{format:?}");
            assert_eq!(pixels.get_pixel(5, 3).0, [255, 0, 0, 255], "{format:?}");
        }
        let jpeg = encoded(&DynamicImage::ImageRgb8(red(6, 4).into_rgb8()), ImageFormat::Jpeg);
        assert_eq!(decode(&jpeg).unwrap().dimensions(), (6, 4));
        let large = decode(&encoded(&red(3000, 3000), ImageFormat::Png)).unwrap();
        assert_eq!(large.dimensions(), (512, 512));
    }

    #[test]
    fn what_claims_to_be_huge_or_is_cut_short_is_no_picture() {
        let mut bomb = encoded(&red(6, 4), ImageFormat::Png);
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]); // 60,000 each way.
        assert!(decode(&bomb).is_none());
        let mut gif = encoded(&red(6, 4), ImageFormat::Gif);
        gif[6..10].copy_from_slice(&[0xff; 4]);
        assert!(decode(&gif).is_none());
        assert!(decode(&encoded(&red(300, 300), ImageFormat::Png)[..60]).is_none());
        // It compresses to little, and would be 144 million pixels.
        let white = DynamicImage::new_luma8(12_000, 12_000);
        assert!(decode(&encoded(&white, ImageFormat::Png)).is_none());
        for content in [&b""[..], b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"BM"] {
            assert!(decode(content).is_none(), "{content:?}");
        }
    }

    #[test]
    fn of_many_frames_the_first_is_drawn_and_the_others_cost_nothing() {
        let mut content = Vec::new();
        {
            let mut encoder = image::codecs::gif::GifEncoder::new(&mut content);
            let first = image::Frame::new(red(9, 9).into_rgba8());
            let rest = image::Frame::new(RgbaImage::new(9, 9));
            let frames = std::iter::once(first).chain(std::iter::repeat_n(rest, 5_000));
            encoder.encode_frames(frames).unwrap();
        }

        let pixels = decode(&content).unwrap();

        assert_eq!(pixels.get_pixel(4, 4).0, [255, 0, 0, 255]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whatever_comes_is_read_or_not(
            format in prop::sample::select(vec![ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP]),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        ) {
            let mut content = encoded(&red(20, 20), format);
            for (at, byte) in changes {
                let at = at.index(content.len());
                content[at] = byte;
            }
            let _any_verdict = decode(&content);
        }
    }
}
