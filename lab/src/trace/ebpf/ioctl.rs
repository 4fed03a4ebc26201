//! Counts ioctls in the kernel: loads `ioctl.bpf.c` and reads its sums.

use std::fmt;
use std::io;
use std::mem::MaybeUninit;

use libbpf_rs::skel::{OpenSkel, SkelBuilder};
use libbpf_rs::{Link, MapCore, MapFlags, OpenObject};

use super::skeleton::ioctl as skeleton;
use crate::trace::count::{BUCKETS, Cost, Count};
use crate::trace::missing;

/// How a process is watched, as in the program.
const COUNTED: u8 = 1;
const STARTS: u8 = 2;

/// The program in the kernel, attached.
struct Counter {
    _links: Vec<Link>,
    skeleton: skeleton::IoctlSkel<'static>,
}

impl fmt::Debug for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counter").finish_non_exhaustive()
    }
}

/// Loads and attaches the program; nobody is watched yet.
pub(in crate::trace) fn count() -> Result<Box<dyn Count>, String> {
    if let Some(reason) = missing::for_bpf() {
        return Err(reason);
    }
    libbpf_rs::set_print(None);
    load()
        .map(|counter| Box::new(counter) as Box<dyn Count>)
        .map_err(|error| format!("the kernel does not take the program: {error:#}"))
}

impl Counter {
    fn set(&self, process: u32, how: u8) -> io::Result<()> {
        let watched = &self.skeleton.maps.watched;
        watched
            .update(&process.to_ne_bytes(), &[how], MapFlags::ANY)
            .map_err(io::Error::other)
    }
}

impl Count for Counter {
    fn watch(&self, process: u32) -> io::Result<()> {
        self.set(process, COUNTED)
    }

    fn watch_children(&self) -> io::Result<()> {
        self.set(std::process::id(), STARTS)
    }

    fn costs(&self) -> io::Result<Vec<Cost>> {
        let costs = &self.skeleton.maps.costs;
        let mut all = Vec::new();
        for key in costs.keys() {
            let value = costs
                .lookup(&key, MapFlags::ANY)
                .map_err(io::Error::other)?;
            all.extend(value.and_then(|value| parse(&key, &value)));
        }
        Ok(all)
    }
}

fn load() -> libbpf_rs::Result<Counter> {
    // The loaded object borrows from this for as long as the tool runs.
    let storage: &'static mut MaybeUninit<OpenObject> = Box::leak(Box::new(MaybeUninit::uninit()));
    let skeleton = skeleton::IoctlSkelBuilder::default()
        .open(storage)?
        .load()?;
    let programs = &skeleton.progs;
    let links = vec![
        programs.process_fork.attach()?,
        programs.process_exec.attach()?,
        programs.sys_enter.attach()?,
        programs.sys_exit.attach()?,
    ];
    Ok(Counter {
        _links: links,
        skeleton,
    })
}

/// Reads one entry as the program lays it out.
fn parse(key: &[u8], value: &[u8]) -> Option<Cost> {
    let long = |index: usize| {
        let bytes = value.get(8 * index..8 * index + 8)?;
        Some(u64::from_ne_bytes(bytes.try_into().ok()?))
    };
    let buckets = value.get(48..48 + 4 * BUCKETS)?.chunks_exact(4);
    Some(Cost {
        request: u32::from_ne_bytes(key.try_into().ok()?),
        count: long(0)?,
        nanos: long(1)?,
        longest: long(2)?,
        slept: long(3)?,
        preempted: long(4)?,
        failed: long(5)?,
        buckets: buckets
            .map(|bytes| bytes.try_into().map_or(0, u32::from_ne_bytes))
            .collect(),
    })
}
