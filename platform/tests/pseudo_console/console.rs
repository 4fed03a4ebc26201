//! A pseudo-console, and a program on it.

use std::fs::File;
use std::io::{Read, Write};
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle, RawHandle};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{mem, ptr, thread};

use windows_sys::Win32::Foundation::{INVALID_HANDLE_VALUE, WAIT_OBJECT_0};
use windows_sys::Win32::System::Console::{COORD, ClosePseudoConsole, CreatePseudoConsole, HPCON};
use windows_sys::Win32::System::Pipes::CreatePipe;
use windows_sys::Win32::System::Threading::{
    CreateProcessW, DeleteProcThreadAttributeList, EXTENDED_STARTUPINFO_PRESENT,
    GetExitCodeProcess, InitializeProcThreadAttributeList, PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE,
    PROCESS_INFORMATION, STARTF_USESTDHANDLES, STARTUPINFOEXW, TerminateProcess,
    UpdateProcThreadAttribute, WaitForSingleObject,
};

use super::plain::{ANSWERS, text};

/// The status of a program that took too long.
const LATE: i32 = 124;
/// The window, wide enough for the name of a test and its result.
const WINDOW: COORD = COORD { X: 200, Y: 50 };

/// Runs a program on a console of its own; returns its status.
pub(crate) fn run(words: &[String], limit: Duration) -> i32 {
    let (input, mut keyboard) = pipe();
    let (mut screen, output) = pipe();
    let mut console: HPCON = 0;
    // SAFETY: open pipes, of which the console keeps copies.
    let answer = unsafe {
        CreatePseudoConsole(
            WINDOW,
            input.as_raw_handle(),
            output.as_raw_handle(),
            0,
            &mut console,
        )
    };
    assert_eq!(answer, 0, "CreatePseudoConsole");
    let process = start(console, words);
    // The console's alone from now on, so that its end is the end of the screen.
    drop((input, output));
    let (sender, shown) = mpsc::channel();
    let reader = thread::spawn(move || {
        let (mut all, mut buffer) = (Vec::new(), [0; 4096]);
        while let Ok(count @ 1..) = screen.read(&mut buffer) {
            for (question, answer) in ANSWERS {
                if buffer[..count]
                    .windows(question.len())
                    .any(|part| part == question)
                {
                    // A console that is gone needs no answer.
                    let _ = keyboard.write_all(answer);
                }
            }
            all.extend_from_slice(&buffer[..count]);
        }
        let _ = sender.send(all);
    });
    let status = wait(&process, limit);
    // SAFETY: made above. What is shown still is read meanwhile, by the thread.
    unsafe { ClosePseudoConsole(console) };
    let shown = shown
        .recv_timeout(Duration::from_secs(10))
        .unwrap_or_default();
    print!("{}", text(&shown));
    drop(reader);
    status
}

/// Both ends of a pipe, to read and to write.
fn pipe() -> (File, File) {
    let (mut read, mut write): (RawHandle, RawHandle) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: places for two handles; no attributes.
    let made = unsafe { CreatePipe(&mut read, &mut write, ptr::null(), 0) };
    assert_ne!(made, 0, "CreatePipe: {}", std::io::Error::last_os_error());
    // SAFETY: made above, and owned by nobody else.
    unsafe { (File::from_raw_handle(read), File::from_raw_handle(write)) }
}

fn start(console: HPCON, words: &[String]) -> OwnedHandle {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    let mut line: Vec<u16> = quoted.join(" ").encode_utf16().chain([0]).collect();
    let mut size = 0;
    // SAFETY: asks for the size of a list of one attribute.
    unsafe { InitializeProcThreadAttributeList(ptr::null_mut(), 1, 0, &mut size) };
    let mut list = vec![0_usize; size.div_ceil(size_of::<usize>())];
    let list = list.as_mut_ptr().cast();
    // SAFETY: a struct of numbers and pointers, for which zero is nothing.
    let mut startup: STARTUPINFOEXW = unsafe { mem::zeroed() };
    startup.StartupInfo.cb = size_of::<STARTUPINFOEXW>() as u32;
    // Without this the program would inherit the standard streams of this one, which are pipes. What
    // is invalid becomes the console; Wine leaves it as it is.
    if std::env::var_os("WINEPREFIX").is_none() {
        startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
        startup.StartupInfo.hStdInput = INVALID_HANDLE_VALUE;
        startup.StartupInfo.hStdOutput = INVALID_HANDLE_VALUE;
        startup.StartupInfo.hStdError = INVALID_HANDLE_VALUE;
    }
    startup.lpAttributeList = list;
    // SAFETY: as above.
    let mut started: PROCESS_INFORMATION = unsafe { mem::zeroed() };
    // SAFETY: a list of the size that was asked for; the attribute's value is the console itself; the
    // line ends with NUL and may be written to.
    let made = unsafe {
        InitializeProcThreadAttributeList(list, 1, 0, &mut size);
        UpdateProcThreadAttribute(
            list,
            0,
            PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE as usize,
            console as *const _,
            size_of::<HPCON>(),
            ptr::null_mut(),
            ptr::null(),
        );
        let made = CreateProcessW(
            ptr::null(),
            line.as_mut_ptr(),
            ptr::null(),
            ptr::null(),
            0,
            EXTENDED_STARTUPINFO_PRESENT,
            ptr::null(),
            ptr::null(),
            &startup.StartupInfo,
            &mut started,
        );
        DeleteProcThreadAttributeList(list);
        made
    };
    assert_ne!(
        made,
        0,
        "CreateProcessW: {}",
        std::io::Error::last_os_error()
    );
    // SAFETY: made above, and owned by nobody else; the thread is not needed.
    unsafe {
        drop(OwnedHandle::from_raw_handle(started.hThread));
        OwnedHandle::from_raw_handle(started.hProcess)
    }
}

fn wait(process: &OwnedHandle, limit: Duration) -> i32 {
    let (start, handle) = (Instant::now(), process.as_raw_handle());
    // SAFETY: an open process.
    while unsafe { WaitForSingleObject(handle, 100) } != WAIT_OBJECT_0 {
        if start.elapsed() > limit {
            println!("ended after {} seconds", limit.as_secs());
            // SAFETY: as above.
            unsafe { TerminateProcess(handle, LATE as u32) };
            return LATE;
        }
    }
    let mut code = 0;
    // SAFETY: an open process, and a place for its code.
    unsafe { GetExitCodeProcess(handle, &mut code) };
    code as i32
}
