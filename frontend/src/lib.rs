//! The wasm entry point: starts the app in the browser.
