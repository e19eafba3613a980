//! Pictures and tables as markup, made by one function for the server and for the browser.
//!
//! For what is drawn from data and then only looked at, pressed or walked through: a `view!` of some hundred elements
//! would weigh many times more. Whatever is put in is escaped here, and only here is markup written by hand.

/// Markup being written. Elements are closed in the order in which they were opened.
#[derive(Debug, Default)]
pub struct Markup {
    text: String,
    open: Vec<&'static str>,
}

impl Markup {
    /// Opens an element. Attributes with an empty value are left out; `aria-label` and the like never need one.
    pub fn open(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) -> &mut Self {
        self.lone(tag, attributes);
        self.open.push(tag);
        self
    }

    /// An element that has no end, like a field.
    pub fn lone(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) -> &mut Self {
        self.text.push('<');
        self.text.push_str(tag);
        for (name, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
            self.text.push(' ');
            self.text.push_str(name);
            self.text.push_str("=\"");
            self.escape(value);
            self.text.push('"');
        }
        self.text.push('>');
        self
    }

    /// Closes the element that was opened last.
    pub fn close(&mut self) -> &mut Self {
        if let Some(tag) = self.open.pop() {
            self.text.push_str("</");
            self.text.push_str(tag);
            self.text.push('>');
        }
        self
    }

    /// An element with nothing in it.
    pub fn leaf(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) -> &mut Self {
        self.open(tag, attributes).close()
    }

    /// An element with a text in it.
    pub fn says(&mut self, tag: &'static str, class: &str, text: &str) -> &mut Self {
        self.open(tag, &[("class", class)]).text(text).close()
    }

    /// A text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.escape(text);
        self
    }

    /// Markup that was made before.
    pub fn put(&mut self, markup: &str) -> &mut Self {
        self.text.push_str(markup);
        self
    }

    /// The markup, with everything closed.
    #[must_use]
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.text
    }

    fn escape(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\'' => self.text.push_str("&#39;"),
                other => self.text.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Markup;

    #[test]
    fn f38_what_is_put_in_stays_text() {
        let mut markup = Markup::default();
        markup.open("b", &[("title", "\"><script>alert(1)</script>"), ("class", "")]);
        markup.text("<img src=x onerror='alert(1)'> & co");
        assert_eq!(
            markup.finish(),
            "<b title=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\">\
             &lt;img src=x onerror=&#39;alert(1)&#39;&gt; &amp; co</b>"
        );
    }

    #[test]
    fn everything_is_closed() {
        let mut markup = Markup::default();
        markup.open("svg", &[]).open("g", &[]).leaf("path", &[("d", "M0 0")]);
        assert_eq!(markup.finish(), "<svg><g><path d=\"M0 0\"></path></g></svg>");
    }
}
