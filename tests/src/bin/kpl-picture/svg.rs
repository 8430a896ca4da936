//! A terminal's screen as SVG.

use std::fmt::Write;

use vt100::{Cell, Color, Screen};

/// How wide a column is, how high a row, and how large the margin, in pixels.
const COLUMN: f32 = 9.0;
const ROW: f32 = 20.0;
const MARGIN: f32 = 12.0;
/// What a terminal has of its own: the background, and the colour of letters on it.
pub(crate) struct Paper {
    paper: &'static str,
    ink: &'static str,
}

impl Paper {
    /// The terminal that a theme is made for.
    pub(crate) fn of(theme: &str) -> Self {
        match theme {
            "light" => Self { paper: "#fafafa", ink: "#262626" },
            _ => Self { paper: "#15181e", ink: "#d7d7d7" },
        }
    }
}

/// The sixteen colours of a terminal.
const PALETTE: [&str; 16] = [
    "#3b4048", "#e06c75", "#98c379", "#d19a66", "#61afef", "#c678dd", "#56b6c2", "#abb2bf",
    "#7f848e", "#f08088", "#b5e890", "#e5c07b", "#82c4ff", "#dc9bf0", "#7fd6e0", "#ffffff",
];

/// Neighbouring cells that look alike, drawn as one.
struct Run {
    row: u16,
    column: u16,
    columns: u16,
    text: String,
    look: Look,
}

#[derive(PartialEq)]
struct Look {
    ink: String,
    paper: Option<String>,
    bold: bool,
    dim: bool,
    underlined: bool,
}

/// Draws the screen with its caret.
pub(crate) fn draw(screen: &Screen, terminal: &Paper) -> String {
    let Paper { paper, ink } = terminal;
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let width = f32::from(columns).mul_add(COLUMN, 2.0 * MARGIN);
    let height = f32::from(rows).mul_add(ROW, 2.0 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{paper}\"/>\n\
         <g font-family=\"'DejaVu Sans Mono','Noto Sans Mono CJK SC','Noto Sans CJK SC',monospace\" \
         font-size=\"15\">\n"
    );
    for run in (0..rows).flat_map(|row| runs(screen, terminal, row, columns)) {
        draw_run(&mut svg, &run);
    }
    let (row, column) = screen.cursor_position();
    let (x, y) = place(row, column);
    push(
        &mut svg,
        format_args!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"2\" height=\"{ROW}\" fill=\"{ink}\"/>\n</g>\n</svg>\n"
        ),
    );
    svg
}

fn runs(screen: &Screen, terminal: &Paper, row: u16, columns: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..columns {
        let Some(cell) = screen.cell(row, column) else { continue };
        if cell.is_wide_continuation() {
            continue;
        }
        let look = look(cell, terminal);
        let text = if cell.has_contents() { cell.contents() } else { " " };
        let columns = if cell.is_wide() { 2 } else { 1 };
        // Wide glyphs are placed one by one: fonts disagree on how wide they are.
        let joins = columns == 1
            && runs.last().is_some_and(|run| {
                run.look == look && run.column + run.columns == column && run.text.is_ascii()
            });
        match runs.last_mut().filter(|_| joins) {
            Some(run) => {
                run.text.push_str(text);
                run.columns += columns;
            }
            None => runs.push(Run { row, column, columns, text: text.into(), look }),
        }
    }
    runs.retain(|run| !run.text.trim().is_empty() || run.look.paper.is_some());
    runs
}

fn look(cell: &Cell, terminal: &Paper) -> Look {
    let (mut ink, mut paper) = (colour(cell.fgcolor()), colour(cell.bgcolor()));
    if cell.inverse() {
        (ink, paper) = (
            Some(paper.unwrap_or_else(|| terminal.paper.into())),
            Some(ink.unwrap_or_else(|| terminal.ink.into())),
        );
    }
    Look {
        ink: ink.unwrap_or_else(|| terminal.ink.into()),
        paper,
        bold: cell.bold(),
        dim: cell.dim(),
        underlined: cell.underline(),
    }
}

fn colour(colour: Color) -> Option<String> {
    match colour {
        Color::Default => None,
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        Color::Idx(index @ 0..=15) => Some(PALETTE[usize::from(index)].into()),
        Color::Idx(index @ 16..=231) => {
            let level = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
            let n = index - 16;
            let (red, green, blue) = (level(n / 36), level(n / 6 % 6), level(n % 6));
            Some(format!("#{red:02x}{green:02x}{blue:02x}"))
        }
        Color::Idx(index) => {
            let grey = 8 + 10 * (index - 232);
            Some(format!("#{grey:02x}{grey:02x}{grey:02x}"))
        }
    }
}

fn draw_run(svg: &mut String, run: &Run) {
    let (x, y) = place(run.row, run.column);
    let width = f32::from(run.columns) * COLUMN;
    if let Some(paper) = &run.look.paper {
        push(
            svg,
            format_args!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{ROW}\" fill=\"{paper}\"/>\n"
            ),
        );
    }
    let weight = if run.look.bold { " font-weight=\"bold\"" } else { "" };
    let opacity = if run.look.dim { " opacity=\"0.6\"" } else { "" };
    let line = if run.look.underlined { " text-decoration=\"underline\"" } else { "" };
    let (ink, base) = (&run.look.ink, y + 15.0);
    let text = run.text.replace('&', "&amp;").replace('<', "&lt;").replace(' ', "\u{a0}");
    push(
        svg,
        format_args!(
            "<text x=\"{x}\" y=\"{base}\" fill=\"{ink}\" textLength=\"{width}\" \
             lengthAdjust=\"spacingAndGlyphs\"{weight}{opacity}{line}>{text}</text>\n"
        ),
    );
}

fn place(row: u16, column: u16) -> (f32, f32) {
    (f32::from(column).mul_add(COLUMN, MARGIN), f32::from(row).mul_add(ROW, MARGIN))
}

fn push(svg: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _infallible = svg.write_fmt(line);
}
