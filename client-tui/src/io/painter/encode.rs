//! From pixels to what is drawn: blocks in any case, and what the terminal is told that can do better.
//! All of it is numbers and letters of our own making.

use std::{
    fmt::Write as _,
    io::Cursor,
    sync::atomic::{AtomicU32, Ordering},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use icy_sixel::{EncodeOptions, sixel_encode};
use image::{
    ImageFormat, Rgba, RgbaImage,
    imageops::{FilterType, overlay, resize},
};

use crate::model::room::pictures::{Drawn, Means, Pixel, Sight};

/// How many letters of base64 kitty takes at once.
const PIECE: usize = 4096;
/// How many pictures kitty can tell apart by a colour.
const IDS: u32 = 1 << 24;

/// What is drawn of a picture.
pub(super) fn encode(pixels: &RgbaImage, sight: &Sight) -> Option<Drawn> {
    let blocks = blocks(pixels, sight);
    let (sequence, id) = match sight.means {
        Means::Off | Means::Blocks => (None, 0),
        Means::Kitty => {
            let id = next_id();
            (Some(kitty(&png(&fitted(pixels, sight))?, sight, id)), id)
        }
        Means::Iterm2 => (Some(iterm2(&png(&fitted(pixels, sight))?, sight)), 0),
        Means::Sixel => (Some(sixel(&fitted(pixels, sight))?), 0),
    };
    Some(Drawn { blocks, sequence: sequence.map(Into::into), id })
}

/// The picture in the size of its cells, in the middle if the line told another shape of it.
fn fitted(pixels: &RgbaImage, sight: &Sight) -> RgbaImage {
    let (cell_wide, cell_tall) = sight.cell;
    let wide = u32::from(sight.columns) * u32::from(cell_wide);
    let tall = u32::from(sight.rows) * u32::from(cell_tall);
    within(pixels, (wide, tall), (1, 1))
}

/// The picture within so many pixels, each of which is so wide and so high.
fn within(pixels: &RgbaImage, (wide, tall): (u32, u32), shape: (u32, u32)) -> RgbaImage {
    let (wide, tall) = (wide.max(1), tall.max(1));
    let (own_wide, own_tall) = pixels.dimensions();
    let (across, down) = (u64::from(wide * shape.0), u64::from(tall * shape.1));
    let (own_across, own_down) = (u64::from(own_wide.max(1)), u64::from(own_tall.max(1)));
    let (to_wide, to_tall) = if own_across * down > own_down * across {
        (wide, own_down * across / own_across / u64::from(shape.1))
    } else {
        let to_wide = own_across * down / own_down / u64::from(shape.0);
        (u32::try_from(to_wide).unwrap_or(wide), u64::from(tall))
    };
    let to_tall = u32::try_from(to_tall).unwrap_or(tall);
    // A little less than a cell is a cell: no edge stays empty for a pixel.
    let near = |to: u32, most: u32| if most - to.min(most) <= 1 { most } else { to.max(1) };
    let (to_wide, to_tall) = (near(to_wide, wide), near(to_tall, tall));
    let scaled = resize(pixels, to_wide, to_tall, FilterType::Triangle);
    if (to_wide, to_tall) == (wide, tall) {
        return scaled;
    }
    let mut whole = RgbaImage::from_pixel(wide, tall, Rgba([0, 0, 0, 0]));
    overlay(&mut whole, &scaled, i64::from((wide - to_wide) / 2), i64::from((tall - to_tall) / 2));
    whole
}

/// Two pixels a cell, one above the other. What shows through is black.
fn blocks(pixels: &RgbaImage, sight: &Sight) -> Vec<[Pixel; 2]> {
    let (cell_wide, cell_tall) = sight.cell;
    let size = (u32::from(sight.columns), u32::from(sight.rows) * 2);
    let shape = (u32::from(cell_wide.max(1)), u32::from(cell_tall / 2).max(1));
    let small = within(pixels, size, shape);
    let pixel = |x, y| {
        let [red, green, blue, alpha] = small.get_pixel(x, y).0;
        let dim = |value: u8| {
            u8::try_from(u16::from(value) * u16::from(alpha) / u16::from(u8::MAX)).unwrap_or(value)
        };
        [dim(red), dim(green), dim(blue)]
    };
    let rows = (0..size.1).step_by(2);
    rows.flat_map(|y| (0..size.0).map(move |x| [pixel(x, y), pixel(x, y + 1)])).collect()
}

fn png(pixels: &RgbaImage) -> Option<String> {
    let mut content = Cursor::new(Vec::new());
    pixels.write_to(&mut content, ImageFormat::Png).ok()?;
    Some(STANDARD.encode(content.into_inner()))
}

/// Hands kitty the picture, which is drawn where its placeholders are; it answers nothing.
fn kitty(content: &str, sight: &Sight, id: u32) -> String {
    let Sight { columns, rows, .. } = sight;
    let mut sequence = String::with_capacity(content.len() + content.len() / 100 + 100);
    let mut keys = format!("a=T,U=1,f=100,i={id},c={columns},r={rows},q=2,");
    let mut rest = content;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.len().min(PIECE));
        let more = u8::from(!after.is_empty());
        // Writing to a string cannot fail.
        let _infallible = write!(sequence, "\x1b_G{keys}m={more};{piece}\x1b\\");
        keys = String::from("q=2,");
        rest = after;
    }
    sequence
}

fn iterm2(content: &str, sight: &Sight) -> String {
    let Sight { columns, rows, .. } = sight;
    let size = content.len() / 4 * 3;
    let how = format!("inline=1;size={size};width={columns};height={rows};preserveAspectRatio=0");
    format!("\x1b7\x1b]1337;File={how};doNotMoveCursor=1:{content}\x07\x1b8")
}

fn sixel(pixels: &RgbaImage) -> Option<String> {
    let (wide, tall) =
        (usize::try_from(pixels.width()).ok()?, usize::try_from(pixels.height()).ok()?);
    let sequence = sixel_encode(pixels.as_raw(), wide, tall, &EncodeOptions::default()).ok()?;
    Some(format!("\x1b7{sequence}\x1b8"))
}

/// A number that no other picture of this program has; the first is another for each program, as a
/// terminal may have several.
fn next_id() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let count = NEXT.fetch_add(1, Ordering::Relaxed);
    (std::process::id().wrapping_mul(4099).wrapping_add(count) % (IDS - 1)) + 1
}
