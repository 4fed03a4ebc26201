//! Events by eBPF: loads `keys.bpf.c`, attaches it and takes what it tells.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::mem::MaybeUninit;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use libbpf_rs::skel::{OpenSkel, SkelBuilder};
use libbpf_rs::{Link, OpenObject, ProgramMut, RingBuffer, RingBufferBuilder, UprobeOpts};

use super::skeleton::keys as skeleton;
use crate::trace::collect::{self, Collect};
use crate::trace::event::Event;
use crate::trace::key::Point;
use crate::trace::missing;
use crate::trace::terminal::Terminal;

/// The functions of the line discipline that take bytes, the best first: which of them there is
/// depends on the kernel's version and on what its compiler made of it.
const LINE_DISCIPLINE: [&str; 3] = [
    "n_tty_receive_buf2",
    "n_tty_receive_buf",
    "n_tty_receive_buf_common",
];

/// The program in the kernel.
struct Bpf {
    ring: RingBuffer<'static>,
    told: Rc<RefCell<Vec<Event>>>,
    /// What is attached to the kernel.
    links: Vec<Link>,
    /// What is attached to programs.
    probes: Vec<Link>,
    watched: Vec<u32>,
    function: Option<String>,
    notes: Vec<String>,
    skeleton: skeleton::KeysSkel<'static>,
}

impl fmt::Debug for Bpf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let links = self.links.len();
        f.debug_struct("Bpf")
            .field("links", &links)
            .finish_non_exhaustive()
    }
}

/// Loads the program for `terminal`.
pub(in crate::trace) fn collect(
    terminal: &Terminal,
    function: Option<&str>,
) -> Result<Box<dyn Collect>, String> {
    if let Some(reason) = missing::for_bpf() {
        return Err(reason);
    }
    // Its own messages are for those who write such programs; ours name what is to be done.
    libbpf_rs::set_print(None);
    load(terminal, function)
        .map(|bpf| Box::new(bpf) as Box<dyn Collect>)
        .map_err(|error| format!("the kernel does not take the program: {error:#}"))
}

fn load(terminal: &Terminal, function: Option<&str>) -> libbpf_rs::Result<Bpf> {
    // The loaded object borrows from this for as long as the tool runs.
    let storage: &'static mut MaybeUninit<OpenObject> = Box::leak(Box::new(MaybeUninit::uninit()));
    let mut open = skeleton::KeysSkelBuilder::default().open(storage)?;
    if let Some(constants) = open.maps.rodata_data.as_deref_mut() {
        constants.target_major = terminal.major;
        constants.target_minor = terminal.minor;
        constants.target_fs = terminal.fs;
    }
    let skeleton = open.load()?;
    let told = Rc::new(RefCell::new(Vec::new()));
    let to = Rc::clone(&told);
    let mut ring = RingBufferBuilder::new();
    ring.add(&skeleton.maps.events, move |bytes: &[u8]| {
        to.borrow_mut().extend(Event::parse(bytes));
        0
    })?;
    Ok(Bpf {
        ring: ring.build()?,
        told,
        links: Vec::new(),
        probes: Vec::new(),
        watched: Vec::new(),
        function: function.map(str::to_owned),
        notes: Vec::new(),
        skeleton,
    })
}

impl Bpf {
    /// Attaches to the tracepoints; without one of them a stage would be missing.
    fn attach_tracepoints(&mut self) -> libbpf_rs::Result<()> {
        let programs = &self.skeleton.progs;
        let links = [
            programs.sys_enter.attach()?,
            programs.sys_exit.attach()?,
            programs.queue_work.attach()?,
            programs.execute_start.attach()?,
            programs.execute_end.attach()?,
            programs.sched_waking.attach()?,
            programs.sched_switch.attach()?,
            programs.cpu_idle.attach()?,
        ];
        self.links.extend(links);
        Ok(())
    }

    /// Attaches to two functions where the kernel lets one; they add stages.
    fn attach_functions(&mut self) {
        let programs = &self.skeleton.progs;
        let line = LINE_DISCIPLINE
            .iter()
            .find_map(|name| programs.line_discipline.attach_kprobe(false, name).ok());
        let push = programs
            .flip_buffer_push
            .attach_kprobe(false, "tty_flip_buffer_push");
        if line.is_none() || push.is_err() {
            self.notes = vec![
                "no kprobes in this kernel: the line discipline is a part of the stage to the wake-up".to_owned(),
            ];
        }
        self.links.extend(line);
        self.links.extend(push);
    }

    /// Attaches to the probes of the library, or to the function that was named.
    fn attach_program(&mut self, process: u32) -> libbpf_rs::Result<()> {
        let path = executable(process);
        let id = i32::try_from(process).unwrap_or(-1);
        let programs = &self.skeleton.progs;
        let links = match &self.function {
            Some(function) => vec![uprobe(&programs.function, id, &path, function)?],
            None => vec![
                programs
                    .decoded
                    .attach_usdt(id, &path, "ttyring", "decoded")?,
                programs
                    .handled
                    .attach_usdt(id, &path, "ttyring", "handled")?,
            ],
        };
        self.probes.extend(links);
        Ok(())
    }

    fn set_probes(&mut self, probes: bool) {
        if let Some(state) = self.skeleton.maps.bss_data.as_deref_mut() {
            state.has_probes = u32::from(probes);
        }
    }
}

fn uprobe(
    program: &ProgramMut<'_>,
    process: i32,
    path: &Path,
    function: &str,
) -> libbpf_rs::Result<Link> {
    let options = UprobeOpts {
        func_name: Some(function.to_owned()),
        ..UprobeOpts::default()
    };
    program.attach_uprobe_with_opts(process, path, 0, options)
}

/// The file that the process runs, also where its name says something else by now.
fn executable(process: u32) -> PathBuf {
    let link = PathBuf::from(format!("/proc/{process}/exe"));
    std::fs::canonicalize(&link).unwrap_or(link)
}

impl Collect for Bpf {
    fn label(&self) -> &'static str {
        "eBPF on tracepoints"
    }

    fn points(&self) -> &'static [Point] {
        collect::KERNEL
    }

    fn attach(&mut self) -> Result<(), String> {
        self.attach_tracepoints()
            .map_err(|error| format!("a tracepoint is missing: {error:#}"))?;
        self.attach_functions();
        for process in self.watched.clone() {
            // It may have ended meanwhile.
            let attached = self.attach_program(process).is_ok();
            self.set_probes(attached);
        }
        Ok(())
    }

    fn detach(&mut self) {
        self.links.clear();
        self.probes.clear();
        self.set_probes(false);
    }

    fn watch(&mut self, process: u32) -> bool {
        if self.watched.contains(&process) {
            return true;
        }
        let attached = self.attach_program(process).is_ok();
        if attached {
            self.watched.push(process);
            self.set_probes(true);
        }
        attached
    }

    fn events(&mut self) -> io::Result<Vec<Event>> {
        self.ring.consume().map_err(io::Error::other)?;
        Ok(self.told.take())
    }

    fn lost(&self) -> u64 {
        let state = self.skeleton.maps.bss_data.as_deref();
        state.map_or(0, |state| state.lost)
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }
}
