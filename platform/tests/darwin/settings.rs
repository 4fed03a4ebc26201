//! Settings, bytes and what the kernel's answers to reads and writes mean.

use std::io::IoSliceMut;

use ttyring_platform::darwin::DarwinTermios;
use ttyring_platform::darwin::abi::{Attributes, Errno, cc, cflag, iflag, lflag, oflag};
use ttyring_platform::{Backend, LineMode, Reading, Signals, Size, Termios, Transfer, Tty, When};
use ttyring_test_support::wait_until;

use super::Setting;
use super::kernel::{Call, Fault};

const POLLING: LineMode = LineMode {
    reading: Reading::Polling,
    ..LineMode::RAW
};

/// Every bit set, every character different.
fn full() -> DarwinTermios {
    let mut characters = [0; cc::COUNT];
    for (index, character) in characters.iter_mut().enumerate() {
        *character = 100 + index as u8;
    }
    DarwinTermios::new(Attributes {
        iflag: u32::MAX.into(),
        oflag: u32::MAX.into(),
        cflag: u32::MAX.into(),
        lflag: u32::MAX.into(),
        cc: characters,
        ispeed: 9600,
        ospeed: 9600,
    })
}

#[test]
fn raw_mask_has_the_bits_of_darwin() {
    let before = full().attributes();
    let raw = full().with(&LineMode::RAW).attributes();
    let input = iflag::IGNBRK
        | iflag::BRKINT
        | iflag::PARMRK
        | iflag::ISTRIP
        | iflag::INLCR
        | iflag::IGNCR
        | iflag::ICRNL
        | iflag::IXON;
    assert_eq!(before.iflag & !raw.iflag, input);
    assert_eq!(before.oflag & !raw.oflag, oflag::OPOST);
    assert_eq!(before.cflag & !raw.cflag, cflag::PARENB);
    let local = lflag::ECHO | lflag::ECHONL | lflag::ICANON | lflag::ISIG | lflag::IEXTEN;
    assert_eq!(before.lflag & !raw.lflag, local);
}

#[test]
fn raw_mask_leaves_clocal_and_the_characters_alone() {
    let none = DarwinTermios::new(Attributes::default());
    let raw = none.with(&LineMode::RAW).attributes();
    assert_eq!(raw.cflag, cflag::CS8, "CLOCAL would hide the hangup");
    let mut characters = full().attributes().cc;
    characters[cc::VMIN] = 1;
    characters[cc::VTIME] = 0;
    assert_eq!(full().with(&LineMode::RAW).attributes().cc, characters);
}

#[test]
fn presets_never_ask_for_no_bytes() {
    for mode in [LineMode::RAW, LineMode::CBREAK, LineMode::RAW_WITH_SIGNALS] {
        let set = full().with(&mode).attributes();
        assert!(
            set.cc[cc::VMIN] >= 1,
            "VMIN = 0 reads like the end of the terminal"
        );
    }
}

#[test]
fn settings_come_back_as_they_were_set() {
    let setting = Setting::new();
    let raw = setting.tty.termios().unwrap();
    assert_eq!(
        raw.line_mode(),
        LineMode {
            utf8: raw.line_mode().utf8,
            ..LineMode::RAW
        }
    );
    let cbreak = raw.with(&LineMode::CBREAK);
    setting.tty.set_termios(When::Drain, &cbreak).unwrap();
    assert_eq!(setting.tty.termios().unwrap(), cbreak);
}

#[test]
fn canonical_settings_come_back_as_they_were_set() {
    let mut setting = Setting::new();
    let password = setting.tty.termios().unwrap().with(&LineMode::PASSWORD);
    setting.type_bytes(b"unread");
    setting.tty.set_termios(When::Now, &password).unwrap();
    assert_eq!(
        setting.tty.termios().unwrap(),
        password,
        "PENDIN is no setting"
    );
}

#[test]
fn interrupted_change_of_settings_is_made_again() {
    let setting = Setting::new();
    let cbreak = setting.tty.termios().unwrap().with(&LineMode::CBREAK);
    setting
        .kernel
        .expect(Call::Ioctl, Fault::Errno(Errno::INTR));
    setting
        .kernel
        .expect(Call::Ioctl, Fault::Errno(Errno::INTR));
    setting.tty.set_termios(When::Now, &cbreak).unwrap();
    assert_eq!(setting.kernel.unmet(), 0);
    assert_eq!(setting.tty.termios().unwrap(), cbreak);
}

#[test]
fn settings_in_an_orphaned_group_are_an_error() {
    let setting = Setting::new();
    let same = setting.tty.termios().unwrap();
    setting.kernel.expect(Call::Ioctl, Fault::Errno(Errno::IO));
    let error = setting.tty.set_termios(When::Now, &same).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(Errno::IO.0));
}

#[test]
fn flush_throws_unread_input_away() {
    let mut setting = Setting::new();
    let raw = setting.tty.termios().unwrap();
    setting.type_bytes(b"lost");
    setting.tty.set_termios(When::Flush, &raw).unwrap();
    assert_eq!(setting.tty.pending().unwrap(), 0);
    setting.type_bytes(b"lost");
    setting.tty.discard_input().unwrap();
    assert_eq!(setting.tty.read(&mut [0; 8]).unwrap(), Transfer::NotReady);
}

#[test]
fn size_is_columns_by_rows() {
    let setting = Setting::new();
    setting.pty.resize(132, 43);
    let size = Size {
        columns: 132,
        rows: 43,
        width: 0,
        height: 0,
    };
    assert_eq!(setting.tty.size().unwrap(), size);
}

#[test]
fn short_read_leaves_the_rest() {
    let mut setting = Setting::new();
    setting.type_bytes(b"abc");
    setting.kernel.expect(Call::Read, Fault::Short(1));
    let mut buffer = [0; 8];
    assert_eq!(setting.tty.read(&mut buffer).unwrap(), Transfer::Bytes(1));
    assert!(setting.wait().tty);
    let (first, second) = buffer.split_at_mut(1);
    let mut buffers = [IoSliceMut::new(first), IoSliceMut::new(second)];
    assert_eq!(
        setting.tty.read_vectored(&mut buffers).unwrap(),
        Transfer::Bytes(2)
    );
    assert_eq!(&buffer[..2], b"bc");
}

#[test]
fn interrupted_read_is_made_again_unless_it_blocks() {
    let mut setting = Setting::new();
    setting.type_bytes(b"a");
    setting.kernel.expect(Call::Read, Fault::Errno(Errno::INTR));
    assert_eq!(setting.tty.read(&mut [0; 8]).unwrap(), Transfer::Bytes(1));
    setting.tty.set_blocking(true).unwrap();
    setting.kernel.expect(Call::Read, Fault::Errno(Errno::INTR));
    assert_eq!(setting.tty.read(&mut [0; 8]).unwrap(), Transfer::NotReady);
    setting.tty.set_blocking(false).unwrap();
    setting
        .kernel
        .expect(Call::Readv, Fault::Errno(Errno::INTR));
    let mut space = [0; 8];
    let mut buffers = [IoSliceMut::new(&mut space)];
    assert_eq!(
        setting.tty.read_vectored(&mut buffers).unwrap(),
        Transfer::NotReady
    );
    assert_eq!(setting.kernel.unmet(), 0);
}

/// Between the question whether there is something to read and the question how much, another
/// reader may take it.
#[test]
fn bytes_that_another_reader_took_are_no_hangup() {
    let mut setting = Setting::new();
    for _ in 0..10 {
        setting.type_bytes(b"a");
        setting.kernel.expect(Call::Select, Fault::Stolen);
        setting.tty.termios().unwrap();
        assert_eq!(setting.kernel.unmet(), 0);
    }
    let Setting { pty, tty, .. } = setting;
    pty.hang_up();
    assert_eq!(tty.termios().unwrap_err().raw_os_error(), Some(Errno::IO.0));
}

/// The read found nothing because VMIN was 0, and somebody has set it to 1 since.
#[test]
fn empty_read_of_a_live_terminal_is_not_the_end() {
    let setting = Setting::new();
    setting.kernel.expect(Call::Read, Fault::Short(0));
    assert_eq!(setting.tty.read(&mut [0; 8]).unwrap(), Transfer::NotReady);
    assert_eq!(setting.kernel.unmet(), 0);
}

#[test]
fn read_in_an_orphaned_group_is_an_error_and_not_the_end() {
    let setting = Setting::new();
    setting.kernel.expect(Call::Read, Fault::Errno(Errno::IO));
    let error = setting.tty.read(&mut [0; 8]).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(Errno::IO.0));
}

#[test]
fn nothing_typed_is_not_the_end_without_a_minimum() {
    let setting = Setting::new();
    let polling = setting.tty.termios().unwrap().with(&POLLING);
    setting.tty.set_termios(When::Now, &polling).unwrap();
    assert_eq!(setting.tty.read(&mut [0; 8]).unwrap(), Transfer::NotReady);
}

#[test]
fn hangup_is_the_end_and_stays_so() {
    for mode in [LineMode::RAW, POLLING] {
        let setting = Setting::new();
        let set = setting.tty.termios().unwrap().with(&mode);
        setting.tty.set_termios(When::Now, &set).unwrap();
        let Setting { pty, tty, .. } = setting;
        pty.hang_up();
        assert!(wait_until(
            || tty.read(&mut [0; 8]).unwrap() == Transfer::End
        ));
        assert_eq!(tty.read(&mut [0; 8]).unwrap(), Transfer::End);
        assert_eq!(tty.write(b"x").unwrap(), Transfer::End);
        let error = tty.termios().unwrap_err();
        assert_eq!(
            error.raw_os_error(),
            Some(Errno::IO.0),
            "the kernel would still answer"
        );
    }
}

#[test]
fn empty_buffers_are_not_the_end() {
    let setting = Setting::new();
    assert_eq!(setting.tty.read(&mut []).unwrap(), Transfer::NotReady);
    assert_eq!(
        setting.tty.read_vectored(&mut []).unwrap(),
        Transfer::NotReady
    );
    assert_eq!(setting.tty.write(&[]).unwrap(), Transfer::NotReady);
}

#[test]
fn written_bytes_reach_the_other_side() {
    let mut setting = Setting::new();
    assert_eq!(setting.tty.write(b"hello").unwrap(), Transfer::Bytes(5));
    setting.pty.expect("hello");
}

#[test]
fn clock_does_not_go_back() {
    let setting = Setting::with(Signals::empty());
    let first = setting.darwin.now();
    assert!(setting.darwin.now() >= first);
}
