//! The non-ASCII letters of languages with their frequency per thousand letters, and words that
//! identify a language in a header.

/// A language, as far as it helps to distinguish encodings.
pub(crate) struct Language {
    pub(crate) name: &'static str,
    /// True if words mix ASCII letters with others.
    pub(crate) latin: bool,
    /// Letters in lower case, each with its share per thousand, separated by blanks.
    letters: &'static str,
    /// Words of headers without accents, separated by blanks; none for English, which is used above
    /// text in any language.
    words: &'static str,
}

impl Language {
    /// The natural logarithm of the share of a letter in lower case; `None` if the language does
    /// not have it.
    pub(crate) fn log_share(&self, letter: char) -> Option<f64> {
        let found = self.letters.split(' ').find_map(|item| item.strip_prefix(letter))?;
        found.parse().ok().map(|share: f64| (share / 1000.0).ln())
    }

    /// True for a word that occurs in headers of this language.
    pub(crate) fn has_word(&self, word: &str) -> bool {
        self.words.split(' ').any(|own| own == word)
    }
}

const fn latin(name: &'static str, letters: &'static str, words: &'static str) -> Language {
    Language { name, latin: true, letters, words }
}

const fn other(name: &'static str, letters: &'static str) -> Language {
    Language { name, latin: false, letters, words: "" }
}

/// The languages, those with the most files first.
pub(crate) const LANGUAGES: [Language; 28] = [
    latin("English", "é0.3 è0.05 ê0.03 ë0.02 ï1 ñ0.1 ü0.1 ö0.1 ç0.05 á0.05 ó0.05 í0.05 â0.02", ""),
    latin(
        "German",
        "ü6.5 ä5.6 ö2.5 ß3.1 é0.1",
        "datum menge preis kunde kunden produkt artikel betrag bestellung bestellnummer rechnung",
    ),
    latin(
        "French",
        "é19 à5 è3.5 ê2.2 ç0.9 û0.6 ù0.6 ô0.6 â0.5 î0.5 œ2 ë0.2 ï1 ü0.02",
        "commande client prix produit quantite montant ville pays facture libelle",
    ),
    latin(
        "Spanish",
        "ó8 í7 á5 é4 ñ3 ú1.7 ü0.1",
        "pedido fecha cliente precio producto cantidad importe ciudad venta pais",
    ),
    latin(
        "Portuguese",
        "ã7 ç5 é4 á4 í3 ó3 ê3.5 õ1.5 â1 ú1 à0.7 ô0.6",
        "pedido data cliente preco produto quantidade valor cidade estado vendedor",
    ),
    latin(
        "Italian",
        "à6 è3 ò2 ù1.7 é0.6 ì0.5",
        "ordine data cliente prezzo prodotto quantita importo citta vendita",
    ),
    latin(
        "Dutch",
        "ë1 é1 ï0.3 ö0.2 ü0.2 è0.2 ê0.1",
        "bestelling datum klant prijs product aantal bedrag plaats omschrijving",
    ),
    latin("Swedish", "ä18 å13 ö13 é0.3 ü0.05", "datum kund pris antal belopp vara bestallning"),
    latin("Danish", "å10 ø9 æ8 é0.3 ö0.1 ä0.1", "dato kunde pris antal ordre vare beløb"),
    latin("Finnish", "ä36 ö4.4 å0.1 é0.05", "tilaus asiakas hinta tuote maara"),
    latin(
        "Icelandic",
        "ð1 á1.7 í1.6 þ1.4 ó1 ö0.8 æ0.8 ú0.6 é0.6 ý0.3",
        "dagsetning vara magn verd",
    ),
    latin(
        "Polish",
        "ł18 ę11 ą9 ó8.5 ż8 ś7 ć4 ń2 ź0.6",
        "zamowienie zamowienia data klient cena produkt ilosc kwota miasto nazwa",
    ),
    latin(
        "Czech",
        "í32 á22 ě16 é13 ř12 ž10 ý10 č9.5 š8 ů7 ú1.5 ň0.8 ť0.5 ó0.3 ď0.3",
        "objednavka datum zakaznik cena produkt mnozstvi castka mesto nazev",
    ),
    latin(
        "Slovak",
        "á20 í10 č10 ž10 ý10 š9 ú9 é8 ľ5 ť5 ň2 ď2 ô1.5 ä1 ó1 ŕ0.1 ĺ0.1",
        "objednavka datum zakaznik cena produkt mnozstvo suma mesto nazov",
    ),
    latin(
        "Hungarian",
        "á36 é35 ö10 ó10 ő9 í7 ü6 ú3 ű3",
        "rendeles datum vevo ar termek mennyiseg osszeg varos",
    ),
    latin(
        "Romanian",
        "ă23 ş11 ș11 ţ10 ț10 î9 â5",
        "comanda data client pret produs cantitate suma oras",
    ),
    latin("Croatian", "č11 š9 ž6 ć6 đ3", "narudzba datum kupac cijena proizvod kolicina iznos"),
    latin(
        "Turkish",
        "ı51 ü19 ş18 ğ11 ç11 ö8 i5 â0.3",
        "siparis tarih musteri fiyat urun adet tutar miktar sehir",
    ),
    latin("Lithuanian", "ė15 š13 ų13 ž9 ą6 į6 ū5 č4 ę2", "uzsakymas data klientas kaina preke"),
    latin("Latvian", "ā39 ī20 ē17 š9 ņ6 ū5 ļ4 ž4 č1.5 ķ1.3 ģ1.1", "pasutijums datums klients cena"),
    latin("Estonian", "ä15 õ10 ü8 ö3 š0.1 ž0.1", "tellimus kuupaev klient hind toode kogus"),
    other(
        "Russian",
        "о110 е84 а80 и73 н67 т63 с55 р47 в45 л44 к35 м32 д30 п28 у26 я20 ы19 ь17 г17 з16 б16 \
         ч14 й12 х9.7 ж9.4 ш7.3 ю6.4 ц4.8 щ3.6 э3.2 ф2.6 ъ0.4 ё0.4",
    ),
    other(
        "Ukrainian",
        "о94 а83 н68 и63 і60 в55 т55 е49 р47 с43 к39 л37 у36 д33 м32 п29 з23 я22 ь18 б18 г16 \
         ч15 й14 х12 ц9 ю9 ж8 ш8 ї7 є6 щ5 ф4 ґ0.1",
    ),
    other(
        "Bulgarian",
        "а117 е93 о90 и90 т75 н70 р50 с50 в43 л34 д33 к32 п28 м24 з21 ч17 ъ16 я15 г15 у15 б14 \
         ж9 ц8 й7 х7 щ6 ш4 ф2 ю2 ь0.2",
    ),
    other(
        "Greek",
        "α110 ο95 ε82 ι80 τ80 ν66 σ49 η45 υ40 κ40 ρ40 π40 ς38 μ33 λ30 ί25 ό20 ω18 δ17 γ17 ά17 \
         έ16 ή13 θ13 χ12 ύ11 ώ9 φ8 β7 ζ4 ξ4 ψ2 ϊ0.5 ΐ0.2",
    ),
    other(
        "Hebrew",
        "י110 ו105 ה90 ל75 א65 ר60 ת55 ש50 ב50 מ50 ם30 נ30 ד28 ח25 ק22 ע33 פ20 ט15 כ20 \
         ג15 ס15 ן12 צ12 ז13 ך8 ף3 ץ2",
    ),
    other(
        "Arabic",
        "ا130 ل120 ي75 م65 و60 ن60 ر50 ت50 ب40 ة35 ع35 د35 س30 ه35 ف30 ك25 ق22 أ20 ح20 \
         ج15 ش12 ص10 ط10 خ10 ى8 إ8 ز7 ض7 ء6 ئ5 ث6 غ5 ذ6 ظ3 آ3 ؤ2",
    ),
    other(
        "Thai",
        "า70 น65 ร60 อ50 ก45 เ45 ง45 ม40 ย35 ว35 ล35 ด30 ท30 ส30 ต25 ั40 ี35 ่50 ้45 ิ30 \
         ค22 ป22 บ22 ะ22 แ20 ื18 ุ18 จ15 พ15 ห25 ใ15 ไ20 ็10 ์15 ู15 ข15 ช15 ผ8 โ10 ำ10 \
         ถ8 ซ6 ธ6 ณ5 ศ6 ภ5 ษ4 ญ4 ฐ2 ฟ5 ๆ2",
    ),
];
