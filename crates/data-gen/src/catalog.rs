//! Products, each made from its number.

use std::fmt::Write as _;

use crate::draw::{Draw, Subject};

/// A kind of product, with its lowest and highest price in cents.
type Kind = (&'static str, u64, u64);

struct Category {
    name: &'static str,
    kinds: [Kind; 8],
    variants: [&'static str; 6],
}

const BRANDS: [&str; 12] = [
    "Nordlys",
    "Café Lumière",
    "O'Hara",
    "Ångström",
    "Pixelwerk",
    "Señor Sol",
    "Höller & Söhne",
    "D'Arcy",
    "Tierra Verde",
    "Łódź Works",
    "春日堂",
    "Bluebird",
];

const CATEGORIES: [Category; 8] = [
    Category {
        name: "Electronics",
        kinds: [
            ("Wireless Headphones", 2_900, 34_900),
            ("Monitor 27\"", 11_900, 89_900),
            ("Smart Speaker", 3_900, 24_900),
            ("Phone Case", 900, 4_900),
            ("Action Camera", 8_900, 49_900),
            ("USB-C Charger", 1_200, 7_900),
            ("E-Reader", 7_900, 32_900),
            ("Laptop 15.6\"", 39_900, 219_900),
        ],
        variants: [
            "",
            ", Black",
            ", 2nd Generation",
            ", White, 2-Year Warranty",
            ", Refurbished, Grade A",
            ", Édition Noire",
        ],
    },
    Category {
        name: "Home & Kitchen",
        kinds: [
            ("Desk Lamp", 1_900, 12_900),
            ("Chef's Knife", 2_400, 18_900),
            ("Crème Brûlée Set", 1_900, 6_900),
            ("Cast-Iron Pan 12\"", 2_900, 14_900),
            ("Duvet Cover", 2_500, 11_900),
            ("Espresso Machine", 9_900, 89_900),
            ("Storage Box", 600, 3_900),
            ("Wall Clock", 1_500, 9_900),
        ],
        variants: [
            "",
            ", White",
            ", Set of 2",
            ", Matte Black, Compact",
            ", Hand-Finished, Gift-Boxed",
            ", Large",
        ],
    },
    Category {
        name: "Clothing",
        kinds: [
            ("Men's Running Shoes", 4_900, 17_900),
            ("Women's Rain Jacket", 5_900, 24_900),
            ("Wool Scarf", 1_900, 8_900),
            ("Children's T-Shirt", 700, 2_900),
            ("Jeans", 3_900, 12_900),
            ("Appliqué Dress", 4_900, 19_900),
            ("Ski Socks", 900, 2_900),
            ("Leather Belt", 1_900, 7_900),
        ],
        variants: [
            "",
            ", Blue",
            ", Size M",
            ", Slim Fit, Organic Cotton",
            ", Size XL, Grey",
            ", Limited Edition",
        ],
    },
    Category {
        name: "Sports & Outdoors",
        kinds: [
            ("Yoga Mat", 1_500, 7_900),
            ("Tent", 7_900, 49_900),
            ("Climber's Rope", 5_900, 21_900),
            ("Water Bottle", 900, 3_900),
            ("Mountain Bike 29\"", 34_900, 249_900),
            ("Kettlebell", 1_900, 9_900),
            ("Hiking Poles", 2_900, 12_900),
            ("Kayak", 29_900, 119_900),
        ],
        variants: [
            "",
            ", Green",
            ", Red, Large",
            ", Ultralight, Waterproof",
            ", Competition",
            ", Junior, Blue",
        ],
    },
    Category {
        name: "Beauty",
        kinds: [
            ("Shampoo", 500, 2_900),
            ("Crème de Nuit", 1_400, 8_900),
            ("Men's Shaving Cream", 500, 2_400),
            ("Eau de Toilette", 2_900, 14_900),
            ("Hand Soap", 300, 1_400),
            ("Nail Polish", 400, 1_900),
            ("Body Lotion", 600, 3_900),
            ("Sun Lotion", 700, 2_900),
        ],
        variants: [
            "",
            ", 50 ml",
            ", 100 ml",
            ", Aloë, Unscented",
            ", Twin Pack",
            ", Travel Size, 30 ml",
        ],
    },
    Category {
        name: "Toys & Games",
        kinds: [
            ("Building Blocks", 1_200, 14_900),
            ("Children's Puzzle", 600, 2_900),
            ("Board Game", 1_900, 7_900),
            ("Plush Unicorn", 900, 4_900),
            ("Magician's Kit", 1_900, 5_900),
            ("Model Train", 4_900, 39_900),
            ("Kite", 1_200, 4_900),
            ("Doll's House", 4_900, 24_900),
        ],
        variants: [
            "",
            ", Large, Blue",
            ", Ages 3+",
            ", Deluxe",
            ", Wood, Hand-Painted",
            ", Gift Edition",
        ],
    },
    Category {
        name: "Grocery",
        kinds: [
            ("Olive Oil", 600, 3_900),
            ("Coffee Beans", 700, 3_400),
            ("Jalapeño Salsa", 300, 900),
            ("Beekeeper's Honey", 500, 1_900),
            ("Dark Chocolate", 200, 900),
            ("Sencha 煎茶", 600, 4_900),
            ("Açaí Powder", 900, 2_900),
            ("Pasta", 150, 600),
        ],
        variants: [
            "",
            ", 500 g",
            ", Organic",
            ", 1 kg",
            ", Fair Trade, Single Origin",
            ", Gift Box",
        ],
    },
    Category {
        name: "Office Supplies",
        kinds: [
            ("Notebook", 300, 2_400),
            ("Fountain Pen", 1_900, 19_900),
            ("Architect's Ruler", 500, 2_900),
            ("Stapler", 600, 3_900),
            ("Desk Organiser", 1_200, 5_900),
            ("Résumé Folder", 200, 1_200),
            ("Printer Paper", 400, 4_900),
            ("Whiteboard 24\" × 36\"", 2_400, 18_900),
        ],
        variants: [
            "",
            ", Recycled",
            ", Pack of 2",
            ", Blue, Black, Red",
            ", Grey",
            ", Déluxe, Gift-Boxed",
        ],
    },
];

/// A product.
#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) category: &'static str,
    /// The price of one, in cents.
    pub(crate) price: u64,
    /// How many are in stock.
    pub(crate) stock: u64,
}

/// Makes products. No two have the same name.
#[derive(Debug)]
pub(crate) struct Catalog {
    draw: Draw,
    first_brand: u64,
}

impl Catalog {
    /// The catalog of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut draw = Draw::new(seed, Subject::Product, u64::from(u32::MAX));
        let first_brand = draw.below(BRANDS.len() as u64);
        Self { draw, first_brand }
    }

    /// The product with that number.
    pub(crate) fn product(&mut self, number: u64) -> Product {
        self.draw.turn_to(Subject::Product, number);
        let (category, (_, cheapest, dearest), _) = kind(number);
        // The lower of two draws: cheap products are more frequent than expensive ones.
        let range = dearest - cheapest + 1;
        let above = self.draw.below(range).min(self.draw.below(range));
        let ending = *self.draw.pick(&[99, 99, 95, 90, 50, 49, 0]);
        let price = cheapest.max((cheapest + above) / 100 * 100 + ending);
        let stock = if self.draw.chance(8) { self.draw.below(10) } else { self.draw.below(500) };
        Product { category: category.name, price, stock }
    }

    /// Writes the name of the product with that number.
    pub(crate) fn name(&self, number: u64, name: &mut String) {
        let (category, (noun, ..), round) = kind(number);
        let brands = BRANDS.len() as u64;
        let variants = category.variants.len() as u64;
        // Neighbors in the list get different brands and variants, and in every round a kind of product
        // gets another pair of both.
        let shift = number % (CATEGORIES.len() * 8) as u64;
        let brand = item(&BRANDS, (round + shift * 5 + self.first_brand) % brands);
        let variant = item(&category.variants, (round / brands + shift * 7 / 2) % variants);
        name.clear();
        // Cannot fail: a String takes every text.
        let _ = write!(name, "{brand} {noun}{variant}");
        let series = round / (brands * variants);
        if series > 0 {
            let _ = write!(name, ", Series {}", series + 1);
        }
    }
}

/// The category and kind of the product with that number, and how many of that kind come before it.
fn kind(number: u64) -> (&'static Category, Kind, u64) {
    let categories = CATEGORIES.len() as u64;
    let category = item(&CATEGORIES, number % categories);
    let kinds = category.kinds.len() as u64;
    let kind = *item(&category.kinds, number / categories % kinds);
    (category, kind, number / (categories * kinds))
}

fn item<T>(list: &[T], index: u64) -> &T {
    &list[usize::try_from(index).expect("an index of the list")]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_products_have_the_same_name() {
        let catalog = Catalog::new(42);
        let mut name = String::new();
        let mut seen = HashSet::new();
        for number in 0..20_000 {
            catalog.name(number, &mut name);
            assert!(seen.insert(name.clone()), "{name}");
        }
    }

    #[test]
    fn prices_are_within_their_kinds_range() {
        let mut catalog = Catalog::new(42);
        for number in 0..1000 {
            let (_, (_, cheapest, dearest), _) = kind(number);
            let price = catalog.product(number).price;
            assert!(price >= cheapest && price < dearest + 100, "{number}: {price}");
        }
    }
}
