//! The structure of a plpgsql body: which statements it holds, and on which way they are reached (manual, chapter 43).

use std::ops::Range;

use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::syntax::Sql;

/// Deeper nesting is refused rather than followed.
const DEPTH_LIMIT: usize = 64;

/// One statement of a body. Ranges are ranges of the body's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// SQL that runs as it stands.
    Sql(Range<usize>),
    /// `EXECUTE expression`: the expression.
    Execute(Range<usize>),
    /// `IF … ELSIF … ELSE`, in order; the last alternative's condition is empty for an `ELSE`.
    If(Vec<Alternative>),
    /// `CASE` as a statement: the alternatives without their conditions.
    Case {
        head: Range<usize>,
        alternatives: Vec<Vec<Node>>,
    },
    /// Any loop, with what stands before `LOOP`.
    Loop {
        head: Range<usize>,
        body: Vec<Node>,
    },
    Block(Block),
    /// `RETURN`: the rest of the body does not run.
    Return(Range<usize>),
    /// An expression that is worked out: an assignment, `RAISE`, `PERFORM`'s list.
    Expression(Range<usize>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    pub condition: Option<Range<usize>>,
    pub body: Vec<Node>,
}

/// `BEGIN … EXCEPTION WHEN … THEN … END`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub body: Vec<Node>,
    pub handlers: Vec<Handler>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handler {
    /// The condition names in lower case: `duplicate_object`, `others`.
    pub conditions: Vec<String>,
    pub body: Vec<Node>,
}

/// Reads a body.
///
/// # Errors
/// A reason, when its structure cannot be followed.
pub fn read(body: &str) -> Result<Block, String> {
    let sql = Sql::new(body)?;
    let tokens = sql.words();
    let mut reader = Reader {
        cursor: Cursor::new(&tokens),
        depth: 0,
    };
    let block = reader.block().ok_or_else(|| {
        let near: String = reader.cursor.rest_text(&sql).chars().take(40).collect();
        format!("the structure of its body cannot be followed at `{near}`")
    })?;
    reader.cursor.symbol(&Token::SemiColon);
    if reader.cursor.is_at_end() {
        Ok(block)
    } else {
        Err("something follows the end of its body".to_owned())
    }
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    depth: usize,
}

impl Reader<'_> {
    /// `[<<label>>] [DECLARE …] BEGIN … [EXCEPTION …] END [label]`
    fn block(&mut self) -> Option<Block> {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return None;
        }
        self.label();
        if self.cursor.keywords(&["DECLARE"]) {
            while self.cursor.peek_word().as_deref() != Some("BEGIN") {
                self.cursor.skip_one()?;
            }
        }
        self.cursor.keywords(&["BEGIN"]).then_some(())?;
        let body = self.nodes(&["EXCEPTION", "END"])?;
        let handlers = if self.cursor.keywords(&["EXCEPTION"]) {
            self.handlers()?
        } else {
            Vec::new()
        };
        self.cursor.keywords(&["END"]).then_some(())?;
        if self.cursor.peek() != Some(&Token::SemiColon) {
            self.cursor.identifier();
        }
        self.depth -= 1;
        Some(Block { body, handlers })
    }

    fn label(&mut self) {
        if self.cursor.symbol(&Token::ShiftLeft) {
            self.cursor.identifier();
            self.cursor.symbol(&Token::ShiftRight);
        }
    }

    fn handlers(&mut self) -> Option<Vec<Handler>> {
        let mut handlers = Vec::new();
        while self.cursor.keywords(&["WHEN"]) {
            let mut conditions = Vec::new();
            while !self.cursor.keywords(&["THEN"]) {
                if let Token::Word(word) = self.cursor.advance()?
                    && !word.value.eq_ignore_ascii_case("or")
                {
                    conditions.push(word.value.to_ascii_lowercase());
                }
            }
            let body = self.nodes(&["WHEN", "END"])?;
            handlers.push(Handler { conditions, body });
        }
        Some(handlers)
    }

    /// Statements up to one of the words, which is left standing.
    fn nodes(&mut self, ends: &[&str]) -> Option<Vec<Node>> {
        let mut nodes = Vec::new();
        loop {
            let word = self.cursor.peek_word();
            if word.as_deref().is_some_and(|word| ends.contains(&word)) {
                return Some(nodes);
            }
            self.cursor.peek()?;
            nodes.extend(self.node(word.as_deref())?);
        }
    }

    fn node(&mut self, word: Option<&str>) -> Option<Option<Node>> {
        self.label();
        let node = match word {
            Some("IF") => self.if_node()?,
            Some("CASE") => self.case_node()?,
            Some("LOOP" | "WHILE" | "FOR" | "FOREACH") => self.loop_node()?,
            Some("DECLARE" | "BEGIN") => {
                let block = self.block()?;
                self.cursor.symbol(&Token::SemiColon).then_some(())?;
                Node::Block(block)
            }
            Some("EXECUTE") => {
                self.cursor.advance();
                Node::Execute(self.take_to_semicolon()?)
            }
            Some("RETURN") if !self.returns_rows() => Node::Return(self.take_to_semicolon()?),
            Some("NULL") => {
                self.take_to_semicolon()?;
                return Some(None);
            }
            Some(
                "RAISE" | "RETURN" | "PERFORM" | "EXIT" | "CONTINUE" | "GET" | "ASSERT" | "OPEN"
                | "FETCH" | "CLOSE" | "MOVE",
            ) => Node::Expression(self.take_to_semicolon()?),
            Some(_) if self.is_assignment() => Node::Expression(self.take_to_semicolon()?),
            Some(_) => Node::Sql(self.take_to_semicolon()?),
            None if self.cursor.symbol(&Token::SemiColon) => return Some(None),
            None => Node::Sql(self.take_to_semicolon()?),
        };
        Some(Some(node))
    }

    fn if_node(&mut self) -> Option<Node> {
        let mut alternatives = Vec::new();
        self.enter()?;
        while self.cursor.one_of(&["IF", "ELSIF", "ELSEIF"]).is_some() {
            let condition = Some(self.take_to_keyword("THEN")?);
            let body = self.nodes(&["ELSIF", "ELSEIF", "ELSE", "END"])?;
            alternatives.push(Alternative { condition, body });
        }
        if self.cursor.keywords(&["ELSE"]) {
            let body = self.nodes(&["END"])?;
            alternatives.push(Alternative {
                condition: None,
                body,
            });
        }
        self.leave(&["END", "IF"])?;
        Some(Node::If(alternatives))
    }

    fn case_node(&mut self) -> Option<Node> {
        self.enter()?;
        self.cursor.advance();
        let start = self.cursor.offset();
        while self.cursor.peek_word().as_deref() != Some("WHEN") {
            self.cursor.skip_one()?;
        }
        let head = start..self.cursor.last_end();
        let mut alternatives = Vec::new();
        while self.cursor.keywords(&["WHEN"]) {
            self.take_to_keyword("THEN")?;
            alternatives.push(self.nodes(&["WHEN", "ELSE", "END"])?);
        }
        if self.cursor.keywords(&["ELSE"]) {
            alternatives.push(self.nodes(&["END"])?);
        }
        self.leave(&["END", "CASE"])?;
        Some(Node::Case { head, alternatives })
    }

    fn loop_node(&mut self) -> Option<Node> {
        self.enter()?;
        let head = self.take_to_keyword("LOOP")?;
        let body = self.nodes(&["END"])?;
        self.cursor.keywords(&["END", "LOOP"]).then_some(())?;
        if self.cursor.peek() != Some(&Token::SemiColon) {
            self.cursor.identifier();
        }
        self.leave(&[])?;
        Some(Node::Loop { head, body })
    }

    fn enter(&mut self) -> Option<()> {
        self.depth += 1;
        (self.depth <= DEPTH_LIMIT).then_some(())
    }

    fn leave(&mut self, words: &[&str]) -> Option<()> {
        self.depth -= 1;
        self.cursor.keywords(words).then_some(())?;
        self.cursor.symbol(&Token::SemiColon).then_some(())
    }

    /// `RETURN NEXT` and `RETURN QUERY` add to the result and go on.
    fn returns_rows(&self) -> bool {
        let mut ahead = self.cursor;
        ahead.keywords(&["RETURN"])
            && matches!(ahead.peek_word().as_deref(), Some("NEXT" | "QUERY"))
    }

    /// `name := …`, `name = …`, `name.field := …`, `name[1] := …`
    fn is_assignment(&self) -> bool {
        let mut ahead = self.cursor;
        if ahead.name().is_none() {
            return false;
        }
        while ahead.peek() == Some(&Token::LBracket) {
            if ahead.skip_one().is_none() {
                return false;
            }
        }
        matches!(ahead.peek(), Some(Token::Assignment | Token::Eq))
    }

    /// The range up to the semicolon, which is taken.
    fn take_to_semicolon(&mut self) -> Option<Range<usize>> {
        let start = self.cursor.offset();
        while self.cursor.peek()? != &Token::SemiColon {
            self.cursor.skip_one()?;
        }
        let end = self.cursor.last_end();
        self.cursor.advance();
        Some(start..end)
    }

    /// The range up to the keyword, which is taken. A CASE expression's own keywords are passed over.
    fn take_to_keyword(&mut self, keyword: &str) -> Option<Range<usize>> {
        let start = self.cursor.offset();
        let mut open_cases = 0_usize;
        loop {
            let word = self.cursor.peek_word();
            match word.as_deref() {
                Some("CASE") => open_cases += 1,
                Some("END") if open_cases > 0 => open_cases -= 1,
                Some(word) if word == keyword && open_cases == 0 => {
                    let end = self.cursor.last_end();
                    self.cursor.advance();
                    return Some(start..end.max(start));
                }
                _ => {}
            }
            if self.cursor.peek()? == &Token::SemiColon {
                return None;
            }
            self.cursor.skip_one()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_taken_apart_along_its_ways() {
        let body = "DECLARE n int := 1; BEGIN\n\
            IF CASE WHEN n > 1 THEN true ELSE false END THEN DROP INDEX a; ELSIF n = 2 THEN NULL; ELSE n := 3; END IF;\n\
            FOR r IN SELECT 1 LOOP EXECUTE 'DROP INDEX b'; END LOOP;\n\
            BEGIN CREATE TYPE t AS ENUM ('x'); EXCEPTION WHEN duplicate_object OR others THEN NULL; END;\n\
            CASE n WHEN 1 THEN RAISE NOTICE 'x'; ELSE PERFORM f(); END CASE;\nEND";
        let block = read(body).unwrap();
        assert_eq!(block.body.len(), 4);
        let Node::If(alternatives) = &block.body[0] else {
            panic!("{block:?}")
        };
        assert_eq!(alternatives.len(), 3);
        let Node::Sql(range) = &alternatives[0].body[0] else {
            panic!("{block:?}")
        };
        assert_eq!(&body[range.clone()], "DROP INDEX a");
        let Node::Block(inner) = &block.body[2] else {
            panic!("{block:?}")
        };
        assert_eq!(inner.handlers[0].conditions, ["duplicate_object", "others"]);
    }

    #[test]
    fn an_unfinished_body_is_refused() {
        for body in [
            "BEGIN IF x THEN",
            "BEGIN SELECT 1",
            "BEGIN END; SELECT",
            "",
            &"BEGIN ".repeat(100),
        ] {
            assert!(read(body).is_err(), "{body}");
        }
    }
}
