//! Converts the tiles of a text to the coordinates of an editor: lines and UTF-16 code units.

use crate::check::{Tile, TileKind};

/// Returns four numbers for each piece: its line from 0, where it starts and ends in the line, and its kind (0 may be
/// shown, 1 is a key, 2 is a comment, which may not be shown). A tile over several lines is a piece on each of them,
/// without the line ends.
pub(super) fn by_line(text: &[u8], tiles: &[Tile]) -> Vec<u32> {
    let mut pieces = Vec::with_capacity(4 * tiles.len());
    let mut cursor = Cursor::default();
    for tile in tiles {
        cursor.go(text, tile.span.start as usize, &mut |_, _, _| ());
        let kind = match tile.kind {
            TileKind::Plain => 0,
            TileKind::Key => 1,
            TileKind::Comment => 2,
        };
        cursor.go(text, tile.span.end as usize, &mut |line, start, end| {
            pieces.extend([line, start, end, kind]);
        });
    }
    pieces
}

/// A position in a text, in an editor's units.
#[derive(Default)]
struct Cursor {
    at: usize,
    line: u32,
    column: u32,
}

impl Cursor {
    /// Moves forward to `to`, and calls `passed` for every part of a line on the way.
    fn go(&mut self, text: &[u8], to: usize, passed: &mut dyn FnMut(u32, u32, u32)) {
        let mut from = self.column;
        while self.at < to {
            let byte = text[self.at];
            self.at += 1;
            match byte {
                b'\n' | b'\r' => {
                    if self.column > from {
                        passed(self.line, from, self.column);
                    }
                    // CR and LF are one line end; a tile may end between them.
                    if byte == b'\n' || text.get(self.at) != Some(&b'\n') {
                        self.line += 1;
                        self.column = 0;
                    }
                    from = self.column;
                }
                0x80..=0xBF => {}
                0xF0.. => self.column += 2,
                _ => self.column += 1,
            }
        }
        if self.column > from {
            passed(self.line, from, self.column);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn a_tile_over_several_lines_is_a_piece_on_each() {
        let text = "a\r\n😀é=\rb\n\n".as_bytes();
        let tile = |start, end, kind| Tile {
            span: Span::new(start, end),
            kind,
        };
        let whole = [tile(0, text.len(), TileKind::Plain)];
        assert_eq!(by_line(text, &whole), [0, 0, 1, 0, 1, 0, 4, 0, 2, 0, 1, 0]);
        let parts = [
            tile(0, 2, TileKind::Key),
            tile(3, 7, TileKind::Comment),
            tile(9, 10, TileKind::Plain),
        ];
        assert_eq!(by_line(text, &parts), [0, 0, 1, 1, 1, 0, 2, 2, 1, 3, 4, 0]);
    }
}
