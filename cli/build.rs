//! Tells the source which system it is built for, and compiles the kernel's part of `ttyring trace`
//! under the feature `trace`.
//!
//! Without the feature nothing is needed but the Rust toolchain.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(kernel_trace, steps)");
    let target = |what: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    if target("OS") == "linux" {
        println!("cargo::rustc-cfg=kernel_trace");
        if ["x86_64", "aarch64"].contains(&target("ARCH").as_str()) {
            println!("cargo::rustc-cfg=steps");
        }
    }
    bpf::build();
}

#[cfg(feature = "trace")]
mod bpf {
    use std::path::{Path, PathBuf};

    use libbpf_cargo::SkeletonBuilder;

    /// Compiles each program and writes the Rust code that loads it.
    pub(super) fn build() {
        let out = std::env::var_os("OUT_DIR").expect("Cargo sets it");
        let source = Path::new("src/trace/bpf");
        // Where Debian and its relatives keep asm/; elsewhere it is in /usr/include itself.
        let arch = std::env::var("CARGO_CFG_TARGET_ARCH").expect("Cargo sets it");
        let headers = format!("/usr/include/{arch}-linux-gnu");
        println!("cargo::rerun-if-changed={}", source.display());
        for name in ["keys", "ioctl"] {
            let program = source.join(format!("{name}.bpf.c"));
            SkeletonBuilder::new()
                .source(program)
                .clang_args(["-Wall", "-Werror", "-idirafter", &headers])
                .build_and_generate(PathBuf::from(&out).join(format!("{name}.skel.rs")))
                .unwrap_or_else(|error| panic!("feature `trace` needs clang: {error:?}"));
        }
    }
}

#[cfg(not(feature = "trace"))]
mod bpf {
    pub(super) fn build() {}
}
