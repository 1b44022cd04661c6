//! What the words of a header say about the values below it. The meaning of a column is decided in
//! `roles`; this module only tells whether numbers can be times and whether they identify things.

/// Words of columns that identify things, so their numbers are not quantities.
const ID_WORDS: &str = "id ids no nr num number nummer numero número numéro n° nº code código codigo \
     kod key sku ean upc isbn gtin asin barcode zip plz postal postcode postleitzahl cap cep phone \
     tel telefon telephone telefono teléfono téléphone mobile fax iban account konto invoice ref \
     reference номер код";

/// Endings of compound words that identify things: `Kundennummer`, `customerid`.
const ID_ENDINGS: [&str; 8] = ["nummer", "nr", "id", "code", "number", "numarası", "kodu", "sku"];

/// Words for customers, products and orders: a column with only such a word holds their ids.
const PARTIES: &str = "customer client user buyer member product item article stock order invoice \
     transaction kunde kunden produkt artikel bestellung auftrag rechnung client produit commande \
     cliente producto pedido produto articolo prodotto ordine klant product bestelling klient \
     zamówienie zamowienie müşteri musteri ürün urun sipariş siparis клиент товар заказ";

/// Words of columns that hold measurements and so never ids.
const MEASURES: &str = "price amount total qty quantity cost value sum rate discount weight count \
     sales revenue tax fee units preis betrag menge gesamt prix montant quantité quantite precio \
     importe cantidad preço preco valor quantidade prezzo importo aantal prijs bedrag cena kwota \
     ilość ilosc fiyat tutar adet цена сумма количество of name date time";

/// Words of columns of days and times.
const TIME_WORDS: &str = "date datetime timestamp ts dt created updated modified ordered placed \
     purchased paid shipped delivered sold when datum fecha data dia día day jour giorno dag dzień \
     dzien tag tarih tarihi дата created_at zeitpunkt tijdstip";

/// Words of columns of times, where numbers can also be durations.
const CLOCK_WORDS: &str =
    "time zeit hora heure ora tijd czas zaman saat время uhrzeit epoch unix at";

/// Endings of compound words: `Bestelldatum`, `orderdate`.
const TIME_ENDINGS: [&str; 5] = ["datum", "date", "timestamp", "tarihi", "datetime"];

/// True if the header identifies things: customers, articles, telephones.
pub(crate) fn is_id(header: &str) -> bool {
    let words = words(header);
    let compound = |word: &String| {
        let ends = |ending: &str| word.len() > ending.len() + 3 && word.ends_with(ending);
        ID_ENDINGS.iter().any(|ending| ends(ending)) && !word.ends_with("paid")
    };
    let measures = words.iter().any(|word| holds(MEASURES, word));
    !measures
        && words.iter().any(|word| holds(ID_WORDS, word) || holds(PARTIES, word) || compound(word))
}

/// True if the header names the ids of customers, products or orders.
pub(crate) fn is_party_id(header: &str) -> bool {
    let lower = header.to_lowercase();
    is_id(header)
        && PARTIES
            .split_whitespace()
            .chain(["sku", "asin", "bestell"])
            .any(|party| lower.contains(party))
}

/// True if numbers below the header can be dates or times.
pub(crate) fn is_time(header: &str) -> bool {
    let words = words(header);
    is_day(header) || words.iter().any(|word| holds(CLOCK_WORDS, word) || word.ends_with("time"))
}

/// True if numbers below the header can count days, as in spreadsheets.
pub(crate) fn is_day(header: &str) -> bool {
    let words = words(header);
    words.iter().any(|word| {
        holds(TIME_WORDS, word) || TIME_ENDINGS.iter().any(|ending| word.ends_with(ending))
    })
}

fn holds(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|other| other == word)
}

/// The words of a header in lower case; they are the same for `OrderDate`, `order_date` and `Order
/// Date`.
fn words(header: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_lower = false;
    for character in header.chars() {
        let splits = character.is_uppercase() && before_lower;
        if splits || !(character.is_alphanumeric() || matches!(character, '°' | 'º')) {
            words.push(String::new());
        }
        if character.is_alphanumeric() || matches!(character, '°' | 'º') {
            words.last_mut().into_iter().for_each(|word| word.extend(character.to_lowercase()));
        }
        before_lower = character.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_ids_differ_from_headers_of_measurements() {
        for header in [
            "CustomerID",
            "customer_id",
            "Order No",
            "Kundennummer",
            "N° commande",
            "SKU",
            "customer",
            "zip",
            "Lineitem sku",
            "userid",
            "Product Code",
        ] {
            assert!(is_id(header), "{header}");
        }
        for header in [
            "amount",
            "Number of items",
            "product_price",
            "paid",
            "Order Date",
            "Menge",
            "product name",
            "Order Quantity",
            "unpaid",
            "prepaid",
        ] {
            assert!(!is_id(header), "{header}");
        }
        assert!(is_party_id("CustomerID") && !is_party_id("zip"));
    }

    #[test]
    fn headers_of_times_are_recognized() {
        for header in [
            "Order Date",
            "orderdate",
            "Bestelldatum",
            "created_at",
            "event_time",
            "timestamp",
            "fecha",
            "Data do Pedido",
            "time",
            "EventTime",
            "дата заказа",
        ] {
            assert!(is_time(header), "{header}");
        }
        assert!(is_day("Order Date") && !is_day("delivery_time"));
        assert!(!is_time("amount") && !is_time("quantity") && !is_time("Category"));
    }
}
