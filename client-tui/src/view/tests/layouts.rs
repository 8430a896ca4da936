//! The layouts: the same evening in the four sizes that people have, in both languages, and which
//! ink is where.

use insta::assert_snapshot;
use ratatui::{
    Terminal,
    backend::TestBackend,
    style::{Color, Modifier, Style},
};

use super::{draw, screens::evening};
use crate::{
    model::{
        look::{
            colour::{Colour, Depth},
            theme::{self, INKS, Theme},
        },
        page::rows::Ink,
        state::State,
        words::Language,
    },
    view::{ink, view},
};

fn room(language: Language) -> State {
    let mut state = evening();
    state.language = language;
    state
}

/// Which ink is where: the first letter of its name, N for a name, a capital where it is reversed.
fn inks(columns: u16, rows: u16) -> String {
    let mut state = room(Language::En);
    let mut theme = Theme { names: vec![Colour::Index(0)].into(), ..Theme::default() };
    theme.background = Some(Colour::Index(u8::MAX));
    for (number, (_, ink)) in (1..).zip(INKS) {
        theme.colour_in(*ink, Colour::Index(number));
    }
    (state.look.theme, state.look.painted) = (theme, true);
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| view(&state, frame)).unwrap();
    let letter = |cell: &ratatui::buffer::Cell| match cell.fg {
        _ if cell.symbol() == " " => ' ',
        Color::Indexed(0) => 'N',
        Color::Indexed(number) => {
            let letter = INKS[usize::from(number) - 1].0.chars().next().unwrap();
            let reversed = cell.modifier.contains(Modifier::REVERSED);
            if reversed { letter.to_ascii_uppercase() } else { letter }
        }
        other => panic!("{other} is no ink's"),
    };
    let rows = terminal.backend().buffer().content.chunks(usize::from(columns));
    let rows = rows.map(|row| row.iter().map(letter).collect::<String>().trim_end().to_owned());
    rows.collect::<Vec<_>>().join("\n")
}

#[test]
fn at_80_by_24_there_is_no_sidebar() {
    assert_snapshot!(draw(&room(Language::En), 80, 24).text, @"
     #KPL  峡谷集合，八点开黑                         live 23ms, 2 queued  5 online
    --------------------------------------------------------------------------------
                                  -- 2026-11-22 Sun --
    20:01       貂蝉  今晚谁来？
                                  -- 2026-11-23 Mon --
    20:02       吕布  我来，打野
    20:03       后羿  射手位留我 👨‍👩‍👧 ❤️ the whole family is watching, so nobody
                      surrenders tonight
    20:04       貂蝉  第一行
                          第二行
    20:05             * 瑶 跟在李白后面
    20:06 guest-00…?  can I watch?
    20:07       李白  马上到                                                      ok
    20:00       李白  等我两分钟                                                sent
                      再等等                                                queued 2






    --------------------------------------------------------------------------------
    李白> 来了
     Enter send  Alt+Enter new line  PgUp/PgDn scroll  ^C quit              F1 help
    ");
    assert_snapshot!(draw(&room(Language::Zh), 80, 24).text, @"
     #KPL  峡谷集合，八点开黑                         在线 23ms, 2 条待发  5 人在线
    --------------------------------------------------------------------------------
                                -- 2026-11-22 星期日 --
    20:01       貂蝉  今晚谁来？
                                -- 2026-11-23 星期一 --
    20:02       吕布  我来，打野
    20:03       后羿  射手位留我 👨‍👩‍👧 ❤️ the whole family is watching, so nobody
                      surrenders tonight
    20:04       貂蝉  第一行
                          第二行
    20:05             * 瑶 跟在李白后面
    20:06 guest-00…?  can I watch?
    20:07       李白  马上到                                                      ok
    20:00       李白  等我两分钟                                              已发出
                      再等等                                                  待发 2






    --------------------------------------------------------------------------------
    李白> 来了
     Enter 发送  Alt+Enter 换行  Tab 补全  PgUp/PgDn 翻页  ^C 退出          F1 帮助
    ");
    assert_snapshot!(inks(80, 24), @"
     ssss  d d d d d d d d d                          ssss sssss s ssssss  s ssssss
    dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
                                  dd dddddddddd ddd dd
    ddddd       N N   s s s s s
                                  dd dddddddddd ddd dd
    ddddd       N N   s s s s s
    ddddd       N N   s s s s s  s  s  sss sssss ssssss ss sssssssss ss ssssss
                      ssssssssss sssssss
    ddddd       N N   s s s
                          s s s
    ddddd             N N  N N N N N N
    ddddd NNNNNNNNNN  sss s ssssss
    ddddd       N N   s s s                                                       dd
    ddddd       N N   s s s s s                                                 dddd
                      s s s                                                 dddddd d






    dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
    s s s s s
     ddddd dddd  ddddddddd ddd dddd  ddddddddd dddddd  dd dddd              dd dddd
    ");
}

#[test]
fn at_120_by_40_the_people_are_at_the_right() {
    assert_snapshot!(draw(&room(Language::En), 120, 40).text, @"
     #KPL  峡谷集合，八点开黑                                                                 live 23ms, 2 queued  5 online
    ------------------------------------------------------------------------------------------------------------------------
                                         -- 2026-11-22 Sun --                                       | 5 here
    20:01             貂蝉  今晚谁来？                                                              | 李白             20:00
                                         -- 2026-11-23 Mon --                                       | 貂蝉             20:00
    20:02             吕布  我来，打野                                                              | 瑶               20:00
    20:03             后羿  射手位留我 👨‍👩‍👧 ❤️ the whole family is watching, so nobody surrenders     | 吕布             20:00
                            tonight                                                                 | 后羿             20:00
    20:04             貂蝉  第一行                                                                  |
                                第二行                                                              |
    20:05                   * 瑶 跟在李白后面                                                       |
    20:06  guest-0000abcd?  can I watch?                                                            |
    20:07             李白  马上到                                                               ok |
    20:00             李白  等我两分钟                                                         sent |
                            再等等                                                         queued 2 |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
    ------------------------------------------------------------------------------------------------------------------------
    李白> 来了
     Enter send  Alt+Enter new line  Tab complete  PgUp/PgDn scroll  Alt+Up select  ^C quit                         F1 help
    ");
    // In Chinese it stands among the other screens.
    assert_snapshot!(inks(120, 40), @"
     ssss  d d d d d d d d d                                                                  ssss sssss s ssssss  s ssssss
    dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
                                         dd dddddddddd ddd dd                                       d h hhhh
    ddddd             N N   s s s s s                                                               d N N              ddddd
                                         dd dddddddddd ddd dd                                       d N N              ddddd
    ddddd             N N   s s s s s                                                               d N                ddddd
    ddddd             N N   s s s s s  s  s  sss sssss ssssss ss sssssssss ss ssssss ssssssssss     d N N              ddddd
                            sssssss                                                                 d N N              ddddd
    ddddd             N N   s s s                                                                   d
                                s s s                                                               d
    ddddd                   N N  N N N N N N                                                        d
    ddddd  NNNNNNNNNNNNNNN  sss s ssssss                                                            d
    ddddd             N N   s s s                                                                dd d
    ddddd             N N   s s s s s                                                          dddd d
                            s s s                                                          dddddd d d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
                                                                                                    d
    dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
    s s s s s
     ddddd dddd  ddddddddd ddd dddd  ddd dddddddd  ddddddddd dddddd  dddddd dddddd  dd dddd                         dd dddd
    ");
}

#[test]
fn at_40_by_15_a_name_stands_above_its_text() {
    assert_snapshot!(draw(&room(Language::En), 40, 15).text, @"
    #KPL  峡谷集合，八点开黑    23ms  2q  5p
    ----------------------------------------
     第一行
         第二行
    20:05
     * 瑶 跟在李白后面
    guest-0000abcd? 20:06
     can I watch?
    李白 20:07
     马上到                               ok
    李白 20:00
     等我两分钟                         sent
     再等等                         queued 2
    ----------------------------------------
    李白> 来了
    ");
    assert_snapshot!(draw(&room(Language::Zh), 40, 15).text, @"
    #KPL  峡谷集合，八点…   23ms  待发2  5人
    ----------------------------------------
     第一行
         第二行
    20:05
     * 瑶 跟在李白后面
    guest-0000abcd? 20:06
     can I watch?
    李白 20:07
     马上到                               ok
    李白 20:00
     等我两分钟                       已发出
     再等等                           待发 2
    ----------------------------------------
    李白> 来了
    ");
    assert_snapshot!(inks(40, 15), @"
    ssss  d d d d d d d d d     ssss  ss  ss
    dddddddddddddddddddddddddddddddddddddddd
     s s s
         s s s
    ddddd
     N N  N N N N N N
    NNNNNNNNNNNNNNN ddddd
     sss s ssssss
    N N  ddddd
     s s s                                dd
    N N  ddddd
     s s s s s                          dddd
     s s s                          dddddd d
    dddddddddddddddddddddddddddddddddddddddd
    s s s s s
    ");
}

#[test]
fn at_20_by_5_it_works_and_below_it_says_that_it_is_too_small() {
    assert_snapshot!(draw(&room(Language::En), 20, 5).text, @"
    #KPL    23ms  2q  5p
     等我两分钟     sent
     再等等     queued 2
    --------------------
    李白> 来了
    ");
    assert_snapshot!(draw(&room(Language::Zh), 20, 5).text, @"
    #KPL     23ms  待发2
     等我两分钟   已发出
     再等等       待发 2
    --------------------
    李白> 来了
    ");
    assert_snapshot!(inks(20, 5), @"
    ssss    ssss  ss  ss
     s s s s s      dddd
     s s s      dddddd d
    dddddddddddddddddddd
    s s s s s
    ");
    for (columns, rows) in [(19, 5), (20, 4)] {
        assert_eq!(draw(&room(Language::En), columns, rows).text.trim_end(), "too small");
        assert_eq!(draw(&room(Language::Zh), columns, rows).text.trim_end(), "窗口太小");
    }
}

#[test]
fn each_theme_has_its_styles() {
    let mut state = room(Language::En);
    let mut told = Vec::new();
    let inks = INKS.iter().copied().chain([("name 0", Ink::Name(0)), ("name 7", Ink::Name(7))]);
    for (name, ink) in inks {
        told.push(format!("{name}:"));
        for theme in theme::names() {
            assert!(state.look.take(theme));
            told.push(format!("  {theme:8} {}", spelled(ink::style(&state, ink))));
        }
        state.look.depth = Depth::None;
        told.push(format!("  {:8} {}", "none", spelled(ink::style(&state, ink))));
        state.look.depth = Depth::Full;
    }
    assert_snapshot!(told.join("\n"), @"
    said:
      dark     
      light    
      contrast 
      16       
      none     
    dim:
      dark     #9E9E9E
      light    #626262
      contrast #FFFFFF
      16       DIM
      none     DIM
    wrong:
      dark     #FF8787 BOLD
      light    #AF0000 BOLD
      contrast #FF8787 BOLD
      16       1 BOLD
      none     BOLD
    heading:
      dark     #FFD75F BOLD | UNDERLINED
      light    #870000 BOLD | UNDERLINED
      contrast #FFFF5F BOLD | UNDERLINED
      16       BOLD | UNDERLINED
      none     BOLD | UNDERLINED
    key:
      dark     #87D7FF BOLD
      light    #005FAF BOLD
      contrast #5FFFFF BOLD
      16       BOLD
      none     BOLD
    code:
      dark     #87D7FF
      light    #005FAF
      contrast #5FFFFF
      16       6
      none     
    link:
      dark     #87D7FF UNDERLINED
      light    #005FAF UNDERLINED
      contrast #5FFFFF UNDERLINED
      16       UNDERLINED
      none     UNDERLINED
    mention:
      dark     #FFD75F BOLD | REVERSED
      light    #870000 BOLD | REVERSED
      contrast #FFFF5F BOLD | REVERSED
      16       BOLD | REVERSED
      none     BOLD | REVERSED
    found:
      dark     #FFD75F BOLD | REVERSED
      light    #875F00 BOLD | REVERSED
      contrast #FFFF5F BOLD | REVERSED
      16       3 BOLD | REVERSED
      none     BOLD | REVERSED
    unread:
      dark     #FFD75F BOLD
      light    #870000 BOLD
      contrast #FFFF5F BOLD
      16       BOLD
      none     BOLD
    name 0:
      dark     #FFAF87 BOLD
      light    #875F00 BOLD
      contrast #FFFF5F BOLD
      16       1 BOLD
      none     BOLD
    name 7:
      dark     #5FD7FF BOLD
      light    #5F00AF BOLD
      contrast #AFFF5F BOLD
      16       10 BOLD
      none     BOLD
    ");
}

fn spelled(style: Style) -> String {
    assert_eq!(style.bg, None);
    let colour = style.fg.map(|colour| colour.to_string()).unwrap_or_default();
    let form = style.add_modifier;
    let form = if form.is_empty() { String::new() } else { format!("{form:?}") };
    format!("{colour} {form}").trim().to_owned()
}
