//! What the scan lets in, yrs has to bear: no panic, nothing pending, and the document encodes and reads again.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use model::scan::{Ledger, scan, scan_state_vector};
use yrs::updates::decoder::Decode as _;
use yrs::{ClientID, Doc, OffsetKind, Options, ReadTxn as _, StateVector, Transact as _, Update};

/// A document with some history, that updates may build on.
const SEED: &[u8] = include_bytes!("../corpus/scan/good-document-2");

static LEDGER: LazyLock<Ledger> = LazyLock::new(|| {
    let mut ledger = Ledger::new();
    ledger.admit(SEED).expect("the seed passes");
    ledger
});

fn new_doc() -> Doc {
    let options = Options {
        client_id: ClientID::new(1),
        offset_kind: OffsetKind::Utf16,
        ..Options::default()
    };
    Doc::with_options(options)
}

fn apply(doc: &Doc, update: &[u8]) {
    let update = Update::decode_v1(update).expect("what was let in can be decoded");
    let mut txn = doc.transact_mut();
    txn.apply_update(update).expect("what was let in can be applied");
    drop(txn);
    assert!(!doc.transact().has_missing_updates());
}

fn encoded(doc: &Doc) -> Vec<u8> {
    doc.transact().encode_state_as_update_v1(&StateVector::default())
}

fn bears(doc: &Doc, update: &[u8]) {
    apply(doc, update);
    let whole = encoded(doc);
    Ledger::new().check(&whole).expect("its own encoding passes");
    apply(&new_doc(), &whole);
}

fuzz_target!(|bytes: &[u8]| {
    let _ = scan_state_vector(bytes);
    let _ = scan(bytes, |client| client as u32 & 3);
    if Ledger::new().check(bytes).is_ok() {
        bears(&new_doc(), bytes);
    }
    if LEDGER.check(bytes).is_ok() {
        let doc = new_doc();
        apply(&doc, SEED);
        bears(&doc, bytes);
    }
});
