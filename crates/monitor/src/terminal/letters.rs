//! Large letters made of blocks, readable from the last row of a classroom.

/// Rows of dots in a letter.
const HEIGHT: usize = 5;

/// A word in three rows: two rows of dots in each row of the screen.
pub(super) fn halves(word: &str) -> Vec<String> {
    let dots = dots(word);
    let blank = vec![false; dots[0].len()];
    let rows: Vec<&Vec<bool>> = dots.iter().chain([&blank]).collect();
    let pair = |pair: &[&Vec<bool>]| {
        let both = pair[0].iter().zip(pair[1]);
        both.map(|dots| match dots {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        })
        .collect()
    };
    rows.chunks_exact(2).map(pair).collect()
}

/// A word in five rows: two columns of the screen for each dot.
pub(super) fn wholes(word: &str) -> Vec<String> {
    let line = |row: &Vec<bool>| row.iter().map(|dot| if *dot { "██" } else { "  " }).collect();
    dots(word).iter().map(line).collect()
}

fn dots(word: &str) -> [Vec<bool>; HEIGHT] {
    let mut rows: [Vec<bool>; HEIGHT] = Default::default();
    for letter in word.chars() {
        for (row, dots) in rows.iter_mut().zip(letter_dots(letter)) {
            row.extend(dots.chars().map(|dot| dot == '#'));
            row.push(false);
        }
    }
    rows
}

/// The letters of the verdicts' words.
fn letter_dots(letter: char) -> [&'static str; HEIGHT] {
    match letter {
        'A' => ["###", "# #", "###", "# #", "# #"],
        'B' => ["## ", "# #", "## ", "# #", "## "],
        'C' => ["###", "#  ", "#  ", "#  ", "###"],
        'D' => ["## ", "# #", "# #", "# #", "## "],
        'E' => ["###", "#  ", "## ", "#  ", "###"],
        'G' => ["####", "#   ", "# ##", "#  #", "####"],
        'H' => ["# #", "# #", "###", "# #", "# #"],
        'I' => ["#", "#", "#", "#", "#"],
        'L' => ["#  ", "#  ", "#  ", "#  ", "###"],
        'M' => ["#   #", "## ##", "# # #", "#   #", "#   #"],
        'N' => ["#  #", "## #", "# ##", "#  #", "#  #"],
        'O' => ["###", "# #", "# #", "# #", "###"],
        'P' => ["###", "# #", "###", "#  ", "#  "],
        'R' => ["###", "# #", "## ", "# #", "# #"],
        'S' => ["###", "#  ", "###", "  #", "###"],
        'T' => ["###", " # ", " # ", " # ", " # "],
        'U' => ["# #", "# #", "# #", "# #", "###"],
        'V' => ["# #", "# #", "# #", "# #", " # "],
        'W' => ["#   #", "#   #", "# # #", "## ##", "#   #"],
        _ => ["  "; HEIGHT],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_a_letter_is_as_wide_as_the_others() {
        for letter in "ABCDEGHILMNOPRSTUVW ".chars() {
            let widths = letter_dots(letter).map(str::len);
            assert!(widths.iter().all(|width| *width == widths[0]), "{letter}");
        }
    }

    #[test]
    fn every_word_has_all_its_letters() {
        for letter in "STARTING NO NEWS IDLE MOVING COMPLETE UNREACHABLE WRONG".chars() {
            assert!(letter == ' ' || letter_dots(letter)[0].contains('#'), "{letter}");
        }
    }

    #[test]
    fn half_blocks_show_two_rows_of_dots() {
        assert_eq!(halves("L"), ["█   ", "█   ", "▀▀▀ "]);
    }
}
