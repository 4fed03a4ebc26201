//! Compiles the kernel's part of `ttyring-lab trace` under the feature `trace`; without it, nothing
//! is needed but the Rust toolchain.

/// Compiles each program and writes the Rust code that loads it.
#[cfg(feature = "trace")]
fn main() {
    let out = std::path::PathBuf::from(std::env::var_os("OUT_DIR").expect("Cargo sets it"));
    let source = std::path::Path::new("src/trace/ebpf");
    // Where Debian and its relatives keep asm/; elsewhere it is in /usr/include itself.
    let arch = std::env::var("CARGO_CFG_TARGET_ARCH").expect("Cargo sets it");
    let headers = format!("/usr/include/{arch}-linux-gnu");
    println!("cargo::rerun-if-changed={}", source.display());
    for name in ["keys", "ioctl"] {
        libbpf_cargo::SkeletonBuilder::new()
            .source(source.join(format!("{name}.bpf.c")))
            .clang_args(["-Wall", "-Werror", "-idirafter", &headers])
            .build_and_generate(out.join(format!("{name}.skel.rs")))
            .unwrap_or_else(|error| panic!("feature `trace` needs clang: {error:?}"));
    }
}

#[cfg(not(feature = "trace"))]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
