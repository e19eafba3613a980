//! Lets cargo notice when the built site changes, so that its new hashed names get into the binary.

fn main() -> std::io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=migrations");
    // Cargo would start over at every build while a watched folder is missing.
    std::fs::create_dir_all("../target/site")?;
    println!("cargo:rerun-if-changed=../target/site");
    Ok(())
}
