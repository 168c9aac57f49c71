//! The seed of the engine's hash tables: always the same.
//!
//! The JSON Schema engine seeds them at random, which in WebAssembly is an import of the host. The module has none, and the same
//! input must give the same report. What an attacker who knows the seed could slow down is the check of a schema of their own.

/// What the `getrandom` crate calls where it is built with `--cfg getrandom_backend="custom"`, as `make wasm` does.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "the interface of getrandom")]
unsafe extern "Rust" fn __getrandom_v03_custom(dest: *mut u8, len: usize) -> Result<(), getrandom::Error> {
    // SAFETY: getrandom hands over `len` writable bytes at `dest`.
    unsafe { std::ptr::write_bytes(dest, 0x5A, len) };
    Ok(())
}
