//! The bounded reader and the writer of lib0, the byte encoding under Yjs documents and messages.
//!
//! Everything that comes from a socket is read through [`Reader`]: it borrows, never allocates, and every
//! length is checked against the bytes that are really there before it is believed.

/// Reads lib0 values out of bytes nobody trusts.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// The bytes are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed at byte {at}")]
pub struct Malformed {
    /// Offset of the value that could not be read.
    pub at: usize,
}

/// Client ids are 53 bits wide, so that they are exact in JavaScript too (F18).
pub const CLIENT_MAX: u64 = (1 << 53) - 1;

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Offset of the next byte.
    #[must_use]
    pub const fn at(&self) -> usize {
        self.at
    }

    /// How many bytes are left.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// Whether everything has been read.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.left() == 0
    }

    /// The error that names a place already passed.
    pub(crate) const fn malformed<T>(at: usize) -> Result<T, Malformed> {
        Err(Malformed { at })
    }

    /// One byte.
    pub fn byte(&mut self) -> Result<u8, Malformed> {
        match self.bytes.get(self.at) {
            Some(&byte) => {
                self.at += 1;
                Ok(byte)
            }
            None => Self::malformed(self.at),
        }
    }

    /// Exactly `len` bytes.
    pub fn take(&mut self, len: usize) -> Result<&'a [u8], Malformed> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        match rest.get(..len) {
            Some(taken) => {
                self.at += len;
                Ok(taken)
            }
            None => Self::malformed(self.at),
        }
    }

    /// All bytes that are left.
    pub fn rest(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at = self.bytes.len();
        rest
    }

    /// An unsigned integer of variable length; more than 64 bits is malformed (yrs would wrap it).
    #[inline]
    pub fn uint(&mut self) -> Result<u64, Malformed> {
        let start = self.at;
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(u64::from(first));
        }
        let mut value = u64::from(first & 0x7f);
        let mut shift = 7;
        loop {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift > 63 || (shift == 63 && bits > 1) {
                return Self::malformed(start);
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
            shift += 7;
        }
    }

    /// An unsigned integer that has to fit 32 bits: a clock or a length.
    #[inline]
    pub fn uint32(&mut self) -> Result<u32, Malformed> {
        let start = self.at;
        u32::try_from(self.uint()?).map_err(|_| Malformed { at: start })
    }

    /// A client id: at most [`CLIENT_MAX`].
    #[inline]
    pub fn client(&mut self) -> Result<u64, Malformed> {
        let start = self.at;
        match self.uint()? {
            client if client <= CLIENT_MAX => Ok(client),
            _ => Self::malformed(start),
        }
    }

    /// How many things follow. Each takes at least `each` bytes, so a count that cannot be true is refused
    /// before anyone reserves memory for it (F15).
    #[inline]
    pub fn count(&mut self, each: usize) -> Result<usize, Malformed> {
        let start = self.at;
        let count = self.uint()?;
        match usize::try_from(count) {
            Ok(count) if count <= self.left() / each.max(1) => Ok(count),
            _ => Self::malformed(start),
        }
    }

    /// Steps over a signed integer of variable length; its magnitude has to fit 63 bits.
    pub fn skip_int(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        let mut byte = self.byte()?;
        let mut shift = 6;
        while byte >= 0x80 {
            byte = self.byte()?;
            if shift > 62 || (shift > 55 && u64::from(byte & 0x7f) >> (63 - shift) != 0) {
                return Self::malformed(start);
            }
            shift += 7;
        }
        Ok(())
    }

    /// Bytes with their length in front.
    #[inline]
    pub fn buffer(&mut self) -> Result<&'a [u8], Malformed> {
        let start = self.at;
        let len = self.uint32()? as usize;
        self.take(len).map_err(|_| Malformed { at: start })
    }

    /// UTF-8 text with its length in bytes in front.
    #[inline]
    pub fn string(&mut self) -> Result<&'a str, Malformed> {
        let start = self.at;
        std::str::from_utf8(self.buffer()?).map_err(|_| Malformed { at: start })
    }
}

/// Writes lib0 values.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Nothing written yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: Vec::new() }
    }

    /// Nothing written yet, with room for `len` bytes.
    #[must_use]
    pub fn with_capacity(len: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(len),
        }
    }

    /// One byte.
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Bytes as they are, without a length.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// An unsigned integer of variable length.
    pub fn uint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// Bytes with their length in front.
    pub fn buffer(&mut self, bytes: &[u8]) {
        self.uint(bytes.len() as u64);
        self.raw(bytes);
    }

    /// UTF-8 text with its length in bytes in front.
    pub fn string(&mut self, text: &str) {
        self.buffer(text.as_bytes());
    }

    /// What was written.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Whether the brackets of a JSON text nest at most `max` deep. Looks at brackets only: what is not JSON at all
/// is for the parser to refuse, which this keeps from running out of stack.
#[must_use]
pub fn json_is_shallow(json: &str, max: usize) -> bool {
    let mut depth = 0_usize;
    let mut bytes = json.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => {
                depth += 1;
                if depth > max {
                    return false;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => {
                while let Some(byte) = bytes.next() {
                    match byte {
                        b'\\' => {
                            bytes.next();
                        }
                        b'"' => break,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    true
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn integers_come_back() {
        for value in [
            0,
            1,
            127,
            128,
            16_383,
            16_384,
            u64::from(u32::MAX),
            CLIENT_MAX,
            u64::MAX - 1,
            u64::MAX,
        ] {
            let mut writer = Writer::new();
            writer.uint(value);
            let bytes = writer.finish();
            let mut reader = Reader::new(&bytes);
            assert_eq!(reader.uint(), Ok(value));
            assert!(reader.is_done());
        }
    }

    #[test]
    fn integers_too_wide_are_malformed() {
        assert!(Reader::new(&[0xff; 11]).uint().is_err());
        assert!(
            Reader::new(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02])
                .uint()
                .is_err()
        );
        assert!(Reader::new(&[0x80, 0x80, 0x80, 0x80, 0x10]).uint32().is_err());
        assert!(
            Reader::new(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10])
                .client()
                .is_err()
        );
        assert!(Reader::new(&[0x80]).uint().is_err());
    }

    #[test]
    fn signed_integers_hold_63_bits() {
        // 6 bits in the first byte, 7 in each of the eight that follow, 1 in the last.
        let widest = [0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert!(Reader::new(&widest).skip_int().is_ok());
        let wider = [0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02];
        assert!(Reader::new(&wider).skip_int().is_err());
        assert!(Reader::new(&[0xff; 12]).skip_int().is_err());
    }

    #[test]
    fn f15_lengths_are_checked_before_they_are_believed() {
        assert!(Reader::new(&[0xff, 0xff, 0xff, 0xff, 0x0f, 1]).buffer().is_err());
        assert!(Reader::new(&[0xff, 0xff, 0xff, 0x7f, 1]).count(1).is_err());
        assert_eq!(Reader::new(&[2, 1, 1]).count(1), Ok(2));
        assert!(Reader::new(&[2, 1, 1]).count(2).is_err());
        assert!(Reader::new(&[2, 0xc3, 0x28]).string().is_err());
    }

    #[test]
    fn f16_json_depth() {
        assert!(json_is_shallow("[[\"[[[[\\\"[\"]]", 2));
        assert!(!json_is_shallow("[[[]]]", 2));
        assert!(json_is_shallow("[][][]", 1));
    }
}
