//! The gate in front of yrs: it lets in what honest replicas write, and nothing that hurts (F15–F18).
//!
//! Randomised tests print their seed when they fail; `TOUCHLOOP_SEED=… TOUCHLOOP_ROUNDS=…` takes it back.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use model::lib0::Writer;
use model::scan::{Ledger, Scan, ScanError, scan, scan_state_vector};
use yrs::types::ToJson as _;
use yrs::undo::UndoManager;
use yrs::updates::decoder::Decode as _;
use yrs::updates::encoder::Encode as _;
use yrs::{
    Any, Array as _, ArrayPrelim, ClientID, Doc, GetString as _, Map as _, MapPrelim, OffsetKind, Options, Out,
    ReadTxn as _, StateVector, Text as _, TextPrelim, Transact as _, Update, XmlElementPrelim, XmlFragment as _,
    XmlTextPrelim,
};

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u32) -> u32 {
        (self.next() % u64::from(n.max(1))) as u32
    }

    fn one_in(&mut self, n: u32) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u32) as usize]
    }
}

/// Runs `test` with many seeds, or with the one asked for.
fn with_seeds(rounds: u64, test: impl Fn(u64)) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (first, rounds) = match number("TOUCHLOOP_SEED") {
        Some(seed) => (seed, number("TOUCHLOOP_ROUNDS").unwrap_or(1)),
        None => (1, number("TOUCHLOOP_ROUNDS").unwrap_or(rounds)),
    };
    for seed in first..first + rounds {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| test(seed))) {
            eprintln!("failed with TOUCHLOOP_SEED={seed}");
            std::panic::resume_unwind(panic);
        }
    }
}

const WORDS: [&str; 7] = [
    "a",
    "điểm chạm",
    "e\u{323}\u{302}\u{301}",
    "😀👩‍👩‍👧",
    "x😀y",
    "Đ",
    "the quick brown fox",
];

fn new_doc(client: u64) -> Doc {
    Doc::with_options(Options {
        client_id: ClientID::new(client),
        offset_kind: OffsetKind::Utf16,
        ..Options::default()
    })
}

fn encoded(doc: &Doc) -> Vec<u8> {
    doc.transact().encode_state_as_update_v1(&StateVector::default())
}

fn since(doc: &Doc, other: &Doc) -> Vec<u8> {
    doc.transact()
        .encode_state_as_update_v1(&other.transact().state_vector())
}

fn contents(doc: &Doc) -> String {
    let (map, list) = (doc.get_or_insert_map("m"), doc.get_or_insert_array("a"));
    let (text, xml) = (doc.get_or_insert_text("t"), doc.get_or_insert_xml_fragment("x"));
    let txn = doc.transact();
    let diff = text.diff(&txn, |_| None::<()>);
    let xml: Vec<String> = xml
        .children(&txn)
        .map(|node| format!("{:?}", Out::from(node).to_json(&txn)))
        .collect();
    let json = |any: Any| serde_json::to_value(any).unwrap().to_string();
    format!(
        "{} {} {:?} {xml:?}",
        json(map.to_json(&txn)),
        json(list.to_json(&txn)),
        diff.len()
    )
}

/// Applies what was let in, and holds yrs to it.
fn apply(doc: &Doc, update: &[u8]) {
    let decoded = Update::decode_v1(update).expect("what was let in can be decoded");
    let mut txn = doc.transact_mut();
    txn.apply_update(decoded).expect("what was let in can be applied");
    txn.commit();
    drop(txn);
    assert!(
        !doc.transact().has_missing_updates(),
        "what was let in leaves nothing pending"
    );
}

/// A program that edits honestly, through yrs.
struct Replica {
    doc: Doc,
    undo: UndoManager<()>,
    ledger: Ledger,
    written: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Replica {
    fn new(client: u64) -> Self {
        let doc = new_doc(client);
        let written = Arc::new(Mutex::new(Vec::new()));
        let outbox = Arc::clone(&written);
        doc.observe_update_v1("outbox", move |txn, event| {
            if txn.origin().is_none_or(|origin| origin.as_ref() != b"remote") {
                outbox.lock().unwrap().push(event.update.clone());
            }
        })
        .unwrap();
        let mut undo = UndoManager::new();
        undo.expand_scope(&doc, &doc.get_or_insert_map("m"));
        undo.expand_scope(&doc, &doc.get_or_insert_array("a"));
        undo.expand_scope(&doc, &doc.get_or_insert_text("t"));
        undo.expand_scope(&doc, &doc.get_or_insert_xml_fragment("x"));
        Self {
            doc,
            undo,
            ledger: Ledger::new(),
            written,
        }
    }

    /// Makes an edit; the updates it wrote have passed its own ledger.
    fn edit(&mut self, dice: &mut Dice) -> Vec<Vec<u8>> {
        if dice.one_in(8) {
            if dice.one_in(3) {
                self.undo.redo_blocking()
            } else {
                self.undo.undo_blocking()
            };
        } else {
            change(&self.doc, dice);
        }
        if dice.one_in(3) {
            self.undo.reset();
        }
        let written = std::mem::take(&mut *self.written.lock().unwrap());
        for update in &written {
            let seen = self.ledger.admit(update).expect("an own update passes");
            same_blocks(&seen, update);
        }
        written
    }

    /// Takes in what passes; says what does not.
    fn take(&mut self, update: &[u8]) -> Result<(), ScanError> {
        let by_clock = scan(update, |client| self.ledger.clock_of(client));
        let fits = fits(&self.doc, update);
        match self.ledger.admit(update) {
            Ok(seen) => {
                assert!(fits, "let in, but yrs could not integrate it");
                assert_eq!(by_clock.as_ref(), Ok(&seen));
                same_blocks(&seen, update);
                let mut txn = self.doc.transact_mut_with("remote");
                txn.apply_update(Update::decode_v1(update).unwrap()).unwrap();
                drop(txn);
                assert!(!self.doc.transact().has_missing_updates());
                Ok(())
            }
            Err(error) => {
                assert_eq!(by_clock, Err(error));
                assert!(
                    matches!(error, ScanError::Incomplete { .. }),
                    "an honest update was refused: {error}"
                );
                assert!(!fits, "kept out, but yrs could have integrated it: {error}");
                Err(error)
            }
        }
    }
}

/// Whether yrs can integrate an update whole.
fn fits(doc: &Doc, update: &[u8]) -> bool {
    let scratch = new_doc(7);
    apply(&scratch, &encoded(doc));
    let decoded = Update::decode_v1(update).unwrap();
    let known = scratch.transact().state_vector();
    // yrs fills a gap before a client's blocks with a hole and does not call it pending.
    let gap = decoded
        .state_vector_lower()
        .iter()
        .any(|(client, clock)| *clock > known.get(client));
    scratch.transact_mut().apply_update(decoded).unwrap();
    !gap && !scratch.transact().has_missing_updates()
}

/// The blocks that the scan has seen are those that yrs decodes.
fn same_blocks(seen: &Scan, update: &[u8]) {
    let mut theirs = Vec::new();
    for (client, ranges) in Update::decode_v1(update).unwrap().insertions(true).iter() {
        theirs.extend(ranges.iter().map(|range| (client.get(), range.start, range.end)));
    }
    let mut ours = seen.blocks.clone();
    ours.sort_unstable();
    theirs.sort_unstable();
    assert_eq!(ours, theirs);
}

/// One edit of any kind that yrs knows, somewhere in the document.
fn change(doc: &Doc, dice: &mut Dice) {
    let (map, list) = (doc.get_or_insert_map("m"), doc.get_or_insert_array("a"));
    let (text, xml) = (doc.get_or_insert_text("t"), doc.get_or_insert_xml_fragment("x"));
    let mut txn = doc.transact_mut();
    for _ in 0..=dice.below(2) {
        let key = dice.pick(&["k", "l", "điểm"]);
        // Some way down into nested maps.
        let mut map = map.clone();
        while let Some(Out::YMap(inner)) = map.get(&txn, "nested") {
            if dice.one_in(3) {
                break;
            }
            map = inner;
        }
        let word = dice.pick(&WORDS);
        match dice.below(20) {
            0 => {
                map.insert(&mut txn, key, f64::from(dice.below(9)) / 2.0);
            }
            1 => {
                let deep = Any::from_json(r#"{"rank":"a0","tags":[1,-70000,null,true,"😀",[[]]],"x":{"y":1e300}}"#);
                map.insert(&mut txn, key, deep.unwrap());
            }
            2 => {
                map.insert(&mut txn, key, word);
            }
            3 => {
                map.remove(&mut txn, key);
            }
            4 => {
                let prelim = MapPrelim::from([("name", yrs::In::from(word)), ("place", yrs::In::from(Any::Null))]);
                let inner = map.insert(&mut txn, "nested", prelim);
                inner.insert(&mut txn, "notes", TextPrelim::new(word));
            }
            5 => {
                map.insert(&mut txn, key, TextPrelim::new(word));
            }
            6 => {
                if let Some(Out::YText(text)) = map.get(&txn, key) {
                    text.push(&mut txn, word);
                }
            }
            7 => {
                map.remove(&mut txn, "nested");
            }
            8 => {
                let at = dice.below(list.len(&txn) + 1);
                list.insert_range(&mut txn, at, [Any::from(1), Any::from(word), Any::Undefined]);
            }
            9 => {
                let at = dice.below(list.len(&txn) + 1);
                let inner = list.insert(&mut txn, at, ArrayPrelim::from([1, 2, 3]));
                inner.insert(&mut txn, 1, MapPrelim::from([("k", "v")]));
            }
            10 if list.len(&txn) > 0 => {
                let at = dice.below(list.len(&txn));
                let len = 1 + dice.below((list.len(&txn) - at).min(3));
                list.remove_range(&mut txn, at, len);
            }
            11 => {
                list.push_back(&mut txn, vec![1_u8, 2, 255]);
            }
            12 if text.len(&txn) > 2 => {
                let at = dice.below(text.len(&txn) - 1);
                let value = if dice.one_in(2) { Any::Null } else { Any::from(true) };
                text.format(&mut txn, at, 2, [("b".into(), value)].into());
            }
            13 => {
                let at = dice.below(text.len(&txn) + 1);
                text.insert_embed(&mut txn, at, Any::from_json(r#"{"src":"x","n":[1,2.5]}"#).unwrap());
            }
            14 | 15 if text.len(&txn) > 1 => {
                let at = dice.below(text.len(&txn));
                let len = 1 + dice.below((text.len(&txn) - at).min(9));
                text.remove_range(&mut txn, at, len);
            }
            16 => {
                let at = dice.below(xml.len(&txn) + 1);
                let element = xml.insert(&mut txn, at, XmlElementPrelim::empty("p"));
                element.insert(&mut txn, 0, XmlTextPrelim::new(word));
            }
            17 if xml.len(&txn) > 0 => {
                let at = dice.below(xml.len(&txn));
                xml.remove_range(&mut txn, at, 1);
            }
            _ => {
                let at = dice.below(text.len(&txn) + 1);
                text.insert(&mut txn, at, word);
            }
        }
    }
}

#[test]
fn f17_honest_replicas_pass_and_only_what_lacks_its_past_is_kept_out() {
    with_seeds(16, |seed| {
        let mut dice = Dice(seed);
        let mut replicas: Vec<Replica> = [5, 900, (1 << 53) - 1].map(Replica::new).into();
        // For each replica what it was sent and has not looked at.
        let mut inboxes: Vec<Vec<Vec<u8>>> = vec![Vec::new(); replicas.len()];
        let (mut passed, mut kept_out) = (0, 0);
        for _ in 0..120 {
            let who = dice.below(replicas.len() as u32) as usize;
            for update in replicas[who].edit(&mut dice) {
                for (to, inbox) in inboxes.iter_mut().enumerate() {
                    // Some are lost.
                    if to != who && !dice.one_in(12) {
                        inbox.push(update.clone());
                    }
                }
            }
            let reader = dice.below(replicas.len() as u32) as usize;
            while dice.below(3) > 0 && !inboxes[reader].is_empty() {
                let len = inboxes[reader].len() as u32;
                // Some come out of order, some twice.
                let at = if dice.one_in(4) { dice.below(len) } else { 0 } as usize;
                let update = if dice.one_in(9) {
                    inboxes[reader][at].clone()
                } else {
                    inboxes[reader].remove(at)
                };
                if replicas[reader].take(&update).is_ok() {
                    passed += 1;
                    continue;
                }
                kept_out += 1;
                let from = (reader + 1 + dice.below(2) as usize) % replicas.len();
                let difference = since(&replicas[from].doc, &replicas[reader].doc);
                replicas[reader].take(&difference).expect("a difference has its past");
            }
        }
        assert!(passed > 20 && kept_out > 0, "{passed} passed, {kept_out} kept out");
        for from in 0..replicas.len() {
            for to in 0..replicas.len() {
                let difference = since(&replicas[from].doc, &replicas[to].doc);
                replicas[to].take(&difference).expect("a difference has its past");
            }
        }
        for from in 0..replicas.len() {
            let difference = since(&replicas[from].doc, &replicas[0].doc);
            replicas[0].take(&difference).expect("a difference has its past");
        }
        let whole = encoded(&replicas[0].doc);
        let mut fresh = Replica::new(1);
        fresh.take(&whole).expect("a whole document passes");
        assert_eq!(contents(&fresh.doc), contents(&replicas[0].doc));
        assert_eq!(contents(&replicas[1].doc), contents(&replicas[0].doc));
        assert_eq!(contents(&replicas[2].doc), contents(&replicas[0].doc));
        let state = fresh.doc.transact().state_vector();
        let mut clocks = scan_state_vector(&state.encode_v1()).unwrap();
        clocks.sort_unstable();
        let mut theirs: Vec<(u64, u32)> = state.iter().map(|(client, clock)| (client.get(), *clock)).collect();
        theirs.sort_unstable();
        assert_eq!(clocks, theirs);
        assert!(
            clocks
                .iter()
                .all(|(client, clock)| fresh.ledger.clock_of(*client) == *clock)
        );
    });
}

/// Takes in a hostile update if it passes: yrs must bear it. Says whether it passed.
fn bears(doc: &Doc, ledger: &mut Ledger, update: &[u8]) -> bool {
    if ledger.admit(update).is_err() {
        return false;
    }
    apply(doc, update);
    true
}

fn still_whole(doc: &Doc) {
    let whole = encoded(doc);
    let copy = new_doc(3);
    let mut ledger = Ledger::new();
    assert!(
        bears(&copy, &mut ledger, &whole),
        "its own encoding passes: {:?}",
        Ledger::new().check(&whole)
    );
    read(&copy);
    read(doc);
}

/// Reads as the model does: fields and texts. (yrs never comes back from reading an array that holds a text with
/// characters beyond the basic plane.)
fn read(doc: &Doc) {
    let (map, text) = (doc.get_or_insert_map("m"), doc.get_or_insert_text("t"));
    let txn = doc.transact();
    text.get_string(&txn);
    for (_, value) in map.iter(&txn) {
        match value {
            Out::YText(text) => drop(text.get_string(&txn)),
            Out::YMap(map) => assert_eq!(map.iter(&txn).count(), map.keys(&txn).count()),
            _ => {}
        }
    }
}

#[test]
fn f11_mutated_updates_never_hurt() {
    with_seeds(12, |seed| {
        let mut dice = Dice(seed ^ 0x5eed);
        let mut author = Replica::new(300);
        let mut other = Replica::new(5);
        let (mut tried, mut passed) = (0, 0);
        for _ in 0..25 {
            let before = encoded(&author.doc);
            let known = author.ledger.clone();
            let mut updates = author.edit(&mut dice);
            if dice.one_in(4) {
                other.edit(&mut dice);
                other.take(&encoded(&author.doc)).unwrap();
                let difference = since(&other.doc, &author.doc);
                author.take(&difference).unwrap();
                updates.push(difference);
                updates.push(encoded(&author.doc));
            }
            for update in updates {
                for _ in 0..30 {
                    let mutant = mutated(&update, &mut dice);
                    tried += 1;
                    // On an empty document, and where the update was meant to go.
                    let on_empty = scan(&mutant, |_| 0).is_ok();
                    let on_known = known.check(&mutant).is_ok();
                    if on_empty {
                        let doc = new_doc(1);
                        if bears(&doc, &mut Ledger::new(), &mutant) {
                            still_whole(&doc);
                        }
                    }
                    if on_known {
                        let doc = new_doc(1);
                        apply(&doc, &before);
                        assert!(bears(&doc, &mut known.clone(), &mutant));
                        still_whole(&doc);
                        passed += 1;
                    }
                }
            }
        }
        assert!(tried > 500 && passed > 10, "{passed} of {tried} passed");
    });
}

fn mutated(update: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = update.to_vec();
    for _ in 0..=dice.below(3) {
        if bytes.is_empty() {
            break;
        }
        let at = dice.below(bytes.len() as u32) as usize;
        match dice.below(8) {
            0 => bytes[at] ^= 1 << dice.below(8),
            1 => bytes[at] = dice.next() as u8,
            2 => bytes[at] = bytes[at].wrapping_add(1),
            3 => bytes[at] = bytes[at].wrapping_sub(1),
            4 => {
                bytes.remove(at);
            }
            5 => bytes.insert(at, dice.next() as u8),
            6 => {
                let other = dice.below(bytes.len() as u32) as usize;
                bytes[at] = bytes[other];
            }
            _ => bytes.truncate(at),
        }
    }
    bytes
}

/// Well-formed updates without sense: what only looks like an update tests the walk, these test yrs.
struct Wild<'a> {
    dice: &'a mut Dice,
    ledger: &'a Ledger,
}

const CLIENTS: [u64; 4] = [2, 3, 1000, (1 << 53) - 1];

impl Wild<'_> {
    fn update(&mut self) -> Vec<u8> {
        let mut writer = Writer::new();
        let mut clients: Vec<u64> = CLIENTS.into_iter().filter(|_| self.dice.one_in(3)).collect();
        if self.dice.one_in(2) {
            clients.reverse();
        }
        writer.uint(clients.len() as u64);
        for client in clients {
            let blocks = 1 + if self.dice.one_in(3) { self.dice.below(5) } else { 0 };
            let next = self.ledger.clock_of(client);
            writer.uint(u64::from(blocks));
            writer.uint(client);
            writer.uint(u64::from(if self.dice.one_in(6) {
                self.dice.below(next + 2)
            } else {
                next
            }));
            for _ in 0..blocks {
                self.block(&mut writer);
            }
        }
        let deletes: Vec<u64> = CLIENTS.into_iter().filter(|_| self.dice.one_in(6)).collect();
        writer.uint(deletes.len() as u64);
        for client in deletes {
            let ranges = 1 + self.dice.below(3);
            writer.uint(client);
            writer.uint(u64::from(ranges));
            for _ in 0..ranges {
                let clock = self.dice.below(self.ledger.clock_of(client));
                writer.uint(u64::from(clock));
                writer.uint(u64::from(1 + self.dice.below(3)));
            }
        }
        writer.finish()
    }

    fn id(&mut self, writer: &mut Writer) {
        let client = self.dice.pick(&CLIENTS);
        let next = self.ledger.clock_of(client);
        // Often the latest, so that the same list is met again.
        let clock = if self.dice.one_in(8) {
            next + self.dice.below(3)
        } else if self.dice.one_in(2) {
            self.dice.below(next)
        } else {
            next.saturating_sub(1 + self.dice.below(4))
        };
        writer.uint(client);
        writer.uint(u64::from(clock));
    }

    fn block(&mut self, writer: &mut Writer) {
        let content = self.dice.pick(&[0, 0, 1, 3, 4, 4, 4, 5, 6, 7, 7, 7, 8, 8, 10]);
        if matches!(content, 0 | 10) {
            writer.byte(content);
            writer.uint(u64::from(1 + self.dice.below(3)));
            return;
        }
        let info = content | self.dice.pick(&[0, 0, 0x20, 0x20, 0x80, 0x80, 0x40, 0xc0, 0xa0]);
        writer.byte(info);
        if info & 0x80 != 0 {
            self.id(writer);
        }
        if info & 0x40 != 0 {
            self.id(writer);
        }
        if info & 0xc0 == 0 {
            if self.dice.one_in(2) {
                writer.byte(1);
                let root = self.dice.pick(&["m", "a", "t", "x"]);
                writer.string(root);
            } else {
                writer.byte(0);
                self.id(writer);
            }
            if info & 0x20 != 0 {
                let key = self.dice.pick(&["k", "l"]);
                writer.string(key);
            }
        }
        match content {
            1 => writer.uint(u64::from(1 + self.dice.below(3))),
            3 => writer.buffer(&[1, 2, 3]),
            4 => writer.string(self.dice.pick(&WORDS)),
            5 => writer.string("[1]"),
            6 => {
                writer.string("b");
                let value = self.dice.pick(&["null", "true", "1"]);
                writer.string(value);
            }
            7 => {
                let kind = self.dice.pick(&[0, 1, 2, 3, 4, 6]);
                writer.byte(kind);
                if kind == 3 {
                    writer.string("p");
                }
            }
            _ => {
                let values = 1 + self.dice.below(3);
                writer.uint(u64::from(values));
                for _ in 0..values {
                    writer.byte(self.dice.pick(&[120, 121, 126, 127]));
                }
            }
        }
    }
}

#[test]
fn f29_wild_updates_that_pass_never_hurt() {
    with_seeds(60, |seed| {
        let mut dice = Dice(seed ^ 0x011d);
        let doc = new_doc(1);
        let mut ledger = Ledger::new();
        let mut passed = 0;
        for step in 0..400 {
            let update = Wild {
                dice: &mut dice,
                ledger: &ledger,
            }
            .update();
            passed += u32::from(bears(&doc, &mut ledger, &update));
            if step % 100 == 99 {
                still_whole(&doc);
            }
        }
        assert!(passed > 40, "{passed} passed");
    });
}

/// An update of one client with one section, from its blocks.
fn section(client: u64, clock: u32, blocks: &[&[u8]]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.uint(1);
    writer.uint(blocks.len() as u64);
    writer.uint(client);
    writer.uint(u64::from(clock));
    blocks.iter().for_each(|block| writer.raw(block));
    writer.uint(0);
    writer.finish()
}

/// A block of values in the root list "a".
fn values(values: &[u8]) -> Vec<u8> {
    [&[8, 1, 1, b'a', 1][..], values].concat()
}

fn nested(depth: usize) -> Vec<u8> {
    [[117, 1].repeat(depth - 1), vec![117, 0]].concat()
}

fn refused(update: &[u8]) -> ScanError {
    scan(update, |_| 0).expect_err("refused")
}

#[test]
fn f15_length_bombs_are_refused() {
    for bomb in [
        &[1, 0xff, 0xff, 0xff, 0xff, 0x0f][..],
        &[0xff, 0xff, 0xff, 0xff, 0x0f],
        &section(1, 0, &[&[8, 1, 1, b'a', 0xff, 0xff, 0xff, 0x7f]]),
        &section(1, 0, &[&[4, 1, 1, b'a', 0xff, 0xff, 0xff, 0x7f, b'x']]),
        &section(1, 0, &[&values(&[118, 0xff, 0xff, 0xff, 0x7f])]),
        &section(1, 0, &[&values(&[116, 0xff, 0xff, 0xff, 0x7f])]),
        &[0, 0xff, 0xff, 0xff, 0x7f],
        &[0, 1, 1, 0xff, 0xff, 0xff, 0x7f],
    ] {
        assert!(matches!(refused(bomb), ScanError::Malformed { .. }), "{bomb:?}");
    }
    assert!(scan_state_vector(&[0xff, 0xff, 0xff, 0x7f]).is_err());
    assert_eq!(scan(&vec![0; 32 * 1024 * 1024 + 1], |_| 0), Err(ScanError::TooLong));
}

#[test]
fn f16_nested_values_are_refused() {
    let bomb = section(1, 0, &[&values(&nested(20_000))]);
    assert_eq!(bomb.len(), 40_010);
    assert!(matches!(refused(&bomb), ScanError::TooDeep { .. }));
    let deep = section(1, 0, &[&values(&nested(32))]);
    assert!(matches!(refused(&deep), ScanError::TooDeep { .. }));
    assert!(scan(&section(1, 0, &[&values(&nested(31))]), |_| 0).is_ok());
    let mut format = Writer::new();
    format.raw(&[6, 1, 1, b't', 1, b'b']);
    format.string(&format!("{}{}", "[".repeat(100), "]".repeat(100)));
    assert!(matches!(
        refused(&section(1, 0, &[&format.finish()])),
        ScanError::TooDeep { .. }
    ));
}

#[test]
fn f16_nested_types_are_refused_across_updates_too() {
    // Deleting the outermost of a chain of types recurses in yrs, and overflows the stack when it is long.
    let root: &[u8] = &[7, 1, 1, b'a', 0];
    let inner = |clock: u8| vec![7, 0, 1, clock, 0];
    let chain: Vec<Vec<u8>> = (0..100).map(inner).collect();
    let mut blocks = vec![root];
    blocks.extend(chain.iter().map(Vec::as_slice));
    assert!(matches!(refused(&section(1, 0, &blocks)), ScanError::TooDeep { .. }));
    let mut ledger = Ledger::new();
    ledger.admit(&section(1, 0, &[root])).unwrap();
    for clock in 0..31 {
        ledger
            .admit(&section(1, u32::from(clock) + 1, &[&inner(clock)]))
            .unwrap();
    }
    assert!(matches!(
        ledger.admit(&section(1, 32, &[&inner(31)])),
        Err(ScanError::TooDeep { .. })
    ));
    // As neighbours they may be many: the last in the chain, again and again.
    for clock in 32..100 {
        ledger
            .admit(&section(1, clock, &[&[0x87, 1, clock as u8 - 1, 0]]))
            .unwrap();
    }
}

#[test]
fn f17_a_missing_past_is_incomplete() {
    let missing = |client, clock| ScanError::Incomplete { client, clock };
    let tied = |client: u8, clock: u8| [0x84, client, clock, 1, b'x'];
    // The 18 bytes that yrs takes as pending and panics on at every later encoding.
    let pending = section(
        1,
        0,
        &[&[0x84, 2, 5, 9, b'b', b'r', b'o', b'k', b'e', b'n', b'!', b'!', b'!']],
    );
    assert_eq!(pending.len(), 18);
    assert_eq!(refused(&pending), missing(2, 5));
    assert_eq!(refused(&section(1, 3, &[&values(&[126])])), missing(1, 0));
    assert_eq!(refused(&section(1, 0, &[&[10, 3], &values(&[126])])), missing(1, 0));
    assert_eq!(refused(&section(1, 0, &[&tied(1, 0)])), missing(1, 0));
    assert_eq!(refused(&section(1, 0, &[&[0x44, 2, 0, 1, b'x']])), missing(2, 0));
    assert_eq!(refused(&section(1, 0, &[&[7, 0, 2, 0, 1]])), missing(2, 0));
    assert_eq!(refused(&[0, 1, 1, 1, 0, 1]), missing(1, 0));
    // Two that wait for each other.
    let cycle = [&[2, 1, 1, 0][..], &tied(2, 0), &[1, 2, 0], &tied(1, 0), &[0]].concat();
    assert!(matches!(refused(&cycle), ScanError::Incomplete { .. }));
    // Two of which the first waits for the second.
    let chain = [&[2, 1, 1, 0][..], &tied(2, 0), &[1, 2, 0, 4, 1, 1, b't', 1, b'y', 0]].concat();
    let doc = new_doc(3);
    assert!(bears(&doc, &mut Ledger::new(), &chain));
    assert_eq!(doc.get_or_insert_text("t").get_string(&doc.transact()), "yx");
}

#[test]
fn f18_client_ids_have_53_bits() {
    let widest = section((1 << 53) - 1, 0, &[&values(&[126])]);
    assert_eq!(scan(&widest, |_| 0).unwrap().blocks, [((1 << 53) - 1, 0, 1)]);
    assert!(matches!(
        refused(&section(1 << 53, 0, &[&values(&[126])])),
        ScanError::Malformed { .. }
    ));
    // Clocks stay below 2³¹.
    let far = section(1, 0, &[&[0, 0xff, 0xff, 0xff, 0xff, 0x07], &[0, 1]]);
    assert!(matches!(refused(&far), ScanError::Malformed { .. }));
}

#[test]
fn f11_what_yrs_and_yjs_read_differently_is_refused() {
    let text: &[u8] = &[4, 1, 1, b't', 1, b'x'];
    for update in [
        // Nothing, a cut, something behind the end, a section without blocks, a client twice.
        vec![],
        section(1, 0, &[text])[..9].to_vec(),
        [section(1, 0, &[text]), vec![0]].concat(),
        vec![1, 0, 1, 0, 0],
        [&[2, 1, 1, 0][..], text, &[1, 1, 0], text, &[0]].concat(),
        [&[1, 1, 1, 0][..], text, &[2, 1, 1, 0, 1, 1, 1, 0, 1]].concat(),
        // Empty: a text, values, deletions, a collected range, a range to delete.
        section(1, 0, &[&[4, 1, 1, b't', 0]]),
        section(1, 0, &[&[8, 1, 1, b't', 0]]),
        section(1, 0, &[&[1, 1, 1, b't', 0]]),
        section(1, 0, &[&[0, 0]]),
        [&[1, 1, 1, 0][..], text, &[1, 1, 1, 0, 0]].concat(),
        // JSON of old, a sub-document, an XML hook, a weak link, a type without a name, unknown contents.
        section(1, 0, &[&[2, 1, 1, b'a', 1, 1, b'1']]),
        section(1, 0, &[&[9, 1, 1, b'a', 1, b'g', 118, 0]]),
        section(1, 0, &[&[7, 1, 1, b'a', 5]]),
        section(1, 0, &[&[7, 1, 1, b'a', 7, 0]]),
        section(1, 0, &[&[7, 1, 1, b'a', 15]]),
        section(1, 0, &[&[11, 1, 1, b'a', 0]]),
        section(1, 0, &[&[0x14, 1, 1, b't', 1, b'x']]),
        section(1, 0, &[&[0x80, 1, 0, 1]]),
        section(1, 0, &[&values(&[115])]),
        // Not UTF-8, not JSON, a parent that is neither named nor numbered.
        section(1, 0, &[&[4, 1, 1, b't', 1, 0xff]]),
        section(1, 0, &[&[5, 1, 1, b't', 1, b'{']]),
        section(1, 0, &[&[4, 2, 1, b't', 1, b'x']]),
        // A parent that is a value, a neighbour in another list, a neighbour in a map.
        section(1, 0, &[text, &[4, 0, 1, 0, 1, b'x']]),
        section(1, 0, &[text, &values(&[126]), &[0xc4, 1, 0, 1, 1, 1, b'x']]),
        section(
            1,
            0,
            &[text, &[0x28, 1, 1, b't', 1, b'k', 1, 126], &[0xc4, 1, 0, 1, 1, 1, b'x']],
        ),
        // What does not belong there: characters in a map entry, in an array, beside a map's entries; values in a
        // text; two values alive in one entry.
        section(1, 0, &[&[0x24, 1, 1, b't', 1, b'k', 1, b'x']]),
        section(1, 0, &[&[7, 1, 1, b'a', 0], &[4, 0, 1, 0, 1, b'x']]),
        section(1, 0, &[&[7, 1, 1, b'a', 1], &[4, 0, 1, 0, 1, b'x']]),
        section(1, 0, &[&[7, 1, 1, b'a', 2], &[8, 0, 1, 0, 1, 126]]),
        section(1, 0, &[&[0x28, 1, 1, b'm', 1, b'k', 2, 126, 126]]),
    ] {
        assert!(matches!(refused(&update), ScanError::Malformed { .. }), "{update:?}");
    }
}

#[test]
fn an_entry_of_several_clocks_passes_when_it_is_deleted() {
    // yrs and Yjs write two overwritten values as one when an undo keeps both.
    let values: &[u8] = &[0x28, 1, 1, b'm', 1, b'k', 2, 126, 126];
    let with = |deletes: &[u8]| [&[1, 1, 1, 0][..], values, deletes].concat();
    assert!(scan(&with(&[1, 1, 1, 0, 2]), |_| 0).is_ok());
    assert!(scan(&with(&[1, 1, 1, 1, 1]), |_| 0).is_err());
    assert!(scan(&with(&[1, 1, 2, 0, 1, 1, 1]), |_| 0).is_err());
}

#[test]
fn a_past_known_twice_is_cut_off() {
    let doc = new_doc(3);
    let mut ledger = Ledger::new();
    assert!(bears(
        &doc,
        &mut ledger,
        &section(1, 0, &[&[4, 1, 1, b't', 2, b'a', b'b']])
    ));
    let longer = section(1, 0, &[&[4, 1, 1, b't', 4, b'a', b'b', b'c', b'd']]);
    assert_eq!(ledger.check(&longer).unwrap().blocks, [(1, 0, 4)]);
    assert!(bears(&doc, &mut ledger, &longer));
    assert!(bears(&doc, &mut ledger, &longer));
    assert_eq!(ledger.clock_of(1), 4);
    assert_eq!(doc.get_or_insert_text("t").get_string(&doc.transact()), "abcd");
    assert_eq!(
        ledger.check(&[0, 0]),
        Ok(Scan {
            empty: true,
            ..Scan::default()
        })
    );
    assert!(!ledger.check(&[0, 1, 1, 1, 0, 1]).unwrap().empty);
}

/// The committed corpus of the fuzzer, crashing inputs of FAULTS included.
#[test]
fn f11_the_corpus_never_hurts() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/scan");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let doc = new_doc(1);
        let passed = bears(&doc, &mut Ledger::new(), &bytes);
        still_whole(&doc);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert_eq!(passed, !name.starts_with("bad-"), "{name}");
        seen += 1;
    }
    assert!(seen >= 12, "{seen} inputs");
}

/// Writes the corpus. `cargo test -p model --test scan -- --ignored write_the_corpus`
#[test]
#[ignore = "writes files"]
fn write_the_corpus() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/scan");
    let mut dice = Dice(1);
    let mut replica = Replica::new(77);
    let mut inputs: Vec<(String, Vec<u8>)> = Vec::new();
    for step in 0..300 {
        let updates = replica.edit(&mut dice);
        // Those whose past is not needed, and the document now and then.
        inputs.extend(
            updates
                .into_iter()
                .filter(|update| scan(update, |_| 0).is_ok())
                .map(|update| ("good-edit".into(), update)),
        );
        if step % 100 == 10 {
            inputs.push(("good-document".into(), encoded(&replica.doc)));
        }
    }
    inputs.push((
        "good-chain".into(),
        vec![2, 1, 1, 0, 0x84, 2, 0, 1, b'x', 1, 2, 0, 4, 1, 1, b't', 1, b'y', 0],
    ));
    inputs.push(("good-empty".into(), vec![0, 0]));
    inputs.push((
        "bad-18-bytes-pending".into(),
        section(1, 0, &[b"\x84\x02\x05\x09broken!!!"]),
    ));
    inputs.push(("bad-nested-any-40k".into(), section(1, 0, &[&values(&nested(20_000))])));
    inputs.push(("bad-length-bomb-6-bytes".into(), vec![1, 0xff, 0xff, 0xff, 0xff, 0x0f]));
    inputs.push((
        "bad-cycle".into(),
        vec![2, 1, 1, 0, 0x84, 2, 0, 1, b'x', 1, 2, 0, 0x84, 1, 0, 1, b'x', 0],
    ));
    inputs.push(("bad-gap".into(), section(1, 3, &[&values(&[126])])));
    inputs.push(("bad-xml-hook".into(), section(1, 0, &[&[7, 1, 1, b'a', 5]])));
    inputs.push((
        "bad-sub-document".into(),
        section(1, 0, &[&[9, 1, 1, b'a', 1, b'g', 118, 0]]),
    ));
    inputs.push((
        "bad-parent-is-a-value".into(),
        section(1, 0, &[&[4, 1, 1, b't', 1, b'x'], &[4, 0, 1, 0, 1, b'x']]),
    ));
    inputs.push((
        "bad-clock-overflow".into(),
        section(1, 0, &[&[0, 0xff, 0xff, 0xff, 0xff, 0x07], &[0, 1]]),
    ));
    std::fs::create_dir_all(folder).unwrap();
    for (number, (name, bytes)) in inputs.into_iter().enumerate() {
        let name = if name == "good-edit" || name == "good-document" {
            format!("{name}-{number}")
        } else {
            name
        };
        std::fs::write(format!("{folder}/{name}"), bytes).unwrap();
    }
}
