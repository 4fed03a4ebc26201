//! Answers that a single terminal, or a few, give.

use ttyring::Reply;

use super::{assert_replies, bytes, params};

#[test]
fn reports_of_single_terminals() {
    let resource = |resource, value| Reply::KeyModifiers { resource, value };
    let scrollbar = |absolute, numbers: &[u32]| Reply::Scrollbar {
        absolute,
        params: params(numbers),
    };
    assert_replies(vec![
        ("\x1b[>4;2m", resource(4, 2)),
        ("\x1b[>1;0m", resource(1, 0)),
        (
            "\x1b[>4;1f",
            Reply::KeyFormat {
                resource: 4,
                value: 1,
            },
        ),
        (
            "\x1b[>1;2;3;29;30;40;100;101 q",
            Reply::Cursors(bytes("1;2;3;29;30;40;100;101")),
        ),
        (
            "\x1b[>100;1:2:3:4;29:4:5:5:6:7 q",
            Reply::Cursors(bytes("100;1:2:3:4;29:4:5:5:6:7")),
        ),
        ("\x1b[> q", Reply::Cursors(bytes(""))),
        (
            "\x1b[?1;0;256S",
            Reply::GraphicsAttribute(params(&[1, 0, 256])),
        ),
        (
            "\x1b[?2;0;800;600S",
            Reply::GraphicsAttribute(params(&[2, 0, 800, 600])),
        ),
        ("\x1b[?2;1S", Reply::GraphicsAttribute(params(&[2, 1]))),
        (
            "\x1b[2;1;1;120;120;1;0x",
            Reply::TerminalParameters(params(&[2, 1, 1, 120, 120, 1, 0])),
        ),
        (
            "\x1b[24;80;1;1;1\"w",
            Reply::DisplayedExtent(params(&[24, 80, 1, 1, 1])),
        ),
        ("\x1b[1;4;5;6;0&w", Reply::Locator(params(&[1, 4, 5, 6, 0]))),
        ("\x1b[?1;2#Q", Reply::ColorStack(params(&[1, 2]))),
        (
            "\x1b[=67;84;101;114;109;1;318c",
            Reply::PrimaryAttributes(params(&[67, 84, 101, 114, 109, 1, 318])),
        ),
        ("\x1b[3;10#S", Reply::TitleStack(params(&[3, 10]))),
        ("\x1b[1024*{", Reply::MacroSpace(1024)),
        ("\x1b[5#e", scrollbar(false, &[5])),
        ("\x1b[66;2#e", scrollbar(false, &[66, 2])),
        ("\x1b[81#d", scrollbar(true, &[81])),
        ("\x1b[2W", Reply::AmbiguousWidth(2)),
    ]);
}

#[test]
fn strings_of_single_terminals() {
    let title = |icon, text| Reply::Title {
        icon,
        text: bytes(text),
    };
    assert_replies(vec![
        ("\x1b]lTitle\x1b\\", title(false, "Title")),
        ("\x1b]LIcon; 2\x07", title(true, "Icon; 2")),
        ("\x1b]l\x1b\\", title(false, "")),
        ("\x1b]22;text\x1b\\", Reply::PointerShape(bytes("text"))),
        ("\x1b]22;1,0,1\x1b\\", Reply::PointerShape(bytes("1,0,1"))),
        (
            "\x1bP0!u%5\x1b\\",
            Reply::SupplementalSet {
                size: 0,
                set: bytes("%5"),
            },
        ),
        (
            "\x1bP1!uA\x1b\\",
            Reply::SupplementalSet {
                size: 1,
                set: bytes("A"),
            },
        ),
        (
            "\x1bP1+R6661=62\x1b\\",
            Reply::Resource {
                ok: true,
                pairs: bytes("6661=62"),
            },
        ),
        (
            "\x1bP0+R6661\x1b\\",
            Reply::Resource {
                ok: false,
                pairs: bytes("6661"),
            },
        ),
        (
            "\x1bP@kitty-cmd{\"ok\":true}\x1b\\",
            Reply::KittyCommand(bytes("{\"ok\":true}")),
        ),
        ("\x1b]50;fixed\x07", Reply::Font(bytes("fixed"))),
        (
            "\x1b]60;allowTitleOps\x07",
            Reply::Allowed(bytes("allowTitleOps")),
        ),
        (
            "\x1b]5522;type=read:status=DATA:mime=dGV4dA==;aGk=\x1b\\",
            Reply::KittyClipboard {
                metadata: bytes("type=read:status=DATA:mime=dGV4dA=="),
                base64: bytes("aGk="),
            },
        ),
        (
            "\x1b]5522;type=read:status=OK\x1b\\",
            Reply::KittyClipboard {
                metadata: bytes("type=read:status=OK"),
                base64: bytes(""),
            },
        ),
        (
            "\x1b]99;i=mine;2\x1b\\",
            Reply::Notification {
                metadata: bytes("i=mine"),
                payload: bytes("2"),
            },
        ),
        (
            "\x1b]99;i=q:p=?;p=title,body:a=focus\x1b\\",
            Reply::Notification {
                metadata: bytes("i=q:p=?"),
                payload: bytes("p=title,body:a=focus"),
            },
        ),
        (
            "\x1b]1337;ReportCellSize=17.50;8.00;2.0\x1b\\",
            Reply::Iterm {
                name: bytes("ReportCellSize"),
                value: bytes("17.50;8.00;2.0"),
            },
        ),
        (
            "\x1bP1$s\u{a4}\x1b\\",
            Reply::TerminalState {
                format: 1,
                data: bytes("\u{a4}"),
            },
        ),
        (
            "\x1bP1$u1;1;1;@;@;@;0;2;@;BBBB\x1b\\",
            Reply::PresentationState {
                format: 1,
                data: bytes("1;1;1;@;@;@;0;2;@;BBBB"),
            },
        ),
        (
            "\x1bP2$u9/17/25\x1b\\",
            Reply::PresentationState {
                format: 2,
                data: bytes("9/17/25"),
            },
        ),
        (
            "\x1bP7!~FE4A\x1b\\",
            Reply::Checksum {
                id: 7,
                digits: bytes("FE4A"),
            },
        ),
    ]);
}
