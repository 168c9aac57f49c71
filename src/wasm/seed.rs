//! Provides the seed of the engine's hash tables, which is always the same.
//!
//! The JSON Schema engine seeds them at random, which in WebAssembly would be an import from the host. The module has
//! no imports, and the same input must give the same report. An attacker who knows the seed could only slow down the
//! check of their own schema.

/// Called by the `getrandom` crate when built with `--cfg getrandom_backend="custom"`, as `make wasm` does.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "the interface of getrandom")]
unsafe extern "Rust" fn __getrandom_v03_custom(dest: *mut u8, len: usize) -> Result<(), getrandom::Error> {
    // SAFETY: getrandom hands over `len` writable bytes at `dest`.
    unsafe { std::ptr::write_bytes(dest, 0x5A, len) };
    Ok(())
}
