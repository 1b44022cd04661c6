//! What the name of a file says about its contents.

use crate::name::fold::push_plain;
use crate::name::sql::snake_case;

const SALES: &str = "\
    transaction transactions order orders sale sales invoice invoices purchase purchases retail \
    events bestellung bestellungen auftrag auftrage rechnung rechnungen verkauf verkaufe umsatz \
    umsatze commande commandes vente ventes facture factures achat achats pedido pedidos venta \
    ventas factura facturas compra compras venda vendas encomenda encomendas ordine ordini \
    vendita vendite fattura fatture acquisti bestelling bestellingen verkoop verkopen factuur \
    facturen zamowienie zamowienia sprzedaz faktura faktury siparis siparisler satis satislar \
    fatura заказ заказы продажа продажи";
const CUSTOMERS: &str = "\
    customer customers client clients user users buyers members kunde kunden cliente clientes \
    clienti klant klanten klient klienci musteri musteriler клиент клиенты покупатели utilisateurs \
    usuarios";
const PRODUCTS: &str = "\
    product products item items catalog catalogue inventory articles produkt produkte artikel \
    produit produits producto productos articulo articulos produto produtos prodotto prodotti \
    articoli producten produkty urun urunler товар товары продукт продукты";
/// Files that belong to sales but do not hold sales themselves.
const BESIDE_SALES: &str = "\
    payment payments refund refunds return returns review reviews rating ratings shipment \
    shipments shipping delivery deliveries zahlung zahlungen retoure retouren bewertung \
    bewertungen lieferung lieferungen paiement paiements retour retours avis livraison livraisons \
    pago pagos devolucion devoluciones envio envios pagamento pagamentos devolucao devolucoes \
    avaliacao avaliacoes resi recensioni betaling betalingen platnosci zwroty odeme odemeler iade \
    iadeler оплата оплаты возвраты отзывы";

/// The words of a file name.
pub(crate) struct FileWords(Vec<String>);

impl FileWords {
    /// The words of a shown name; for a member of an archive the member counts, the extension does
    /// not.
    pub(crate) fn new(shown: &str) -> Self {
        let mut plain = String::new();
        push_plain(&mut plain, &snake_case(stem(shown)));
        Self(plain.split('_').map(str::to_owned).collect())
    }

    pub(crate) fn of_sales(&self) -> bool {
        self.has(SALES) || self.has(BESIDE_SALES)
    }

    pub(crate) fn of_customers(&self) -> bool {
        self.has(CUSTOMERS)
    }

    pub(crate) fn of_products(&self) -> bool {
        self.has(PRODUCTS)
    }

    /// True for payments, reviews and the like.
    pub(crate) fn beside_sales(&self) -> bool {
        self.has(BESIDE_SALES)
    }

    fn has(&self, list: &str) -> bool {
        self.0.iter().any(|word| list.split(' ').any(|known| known == word))
    }
}

/// True for a word that says what a file holds.
pub(crate) fn tells_a_kind(word: &str) -> bool {
    let words = FileWords(vec![word.to_owned()]);
    words.of_sales() || words.of_customers() || words.of_products()
}

/// A file name without its folders and its extension.
pub(crate) fn stem(shown: &str) -> &str {
    let name = shown.rsplit_once('/').map_or(shown, |(_, name)| name);
    let name = name.strip_suffix(".gz").unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
