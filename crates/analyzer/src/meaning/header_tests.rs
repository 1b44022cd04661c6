//! Headers as people write them in ten languages and as shops export them, and what they mean.

use ecom_core::plan::Role::{
    self, Amount, Category, CustomerId, CustomerName, Email, EventTime, EventType, LineId, OrderId,
    PaymentMethod, ProductId, ProductName, Quantity, Region, Status, UnitPrice,
};

use super::HeaderMeaning;

/// True if the header alone names the role, whatever its values.
fn speaks(header: &str, role: Role) -> bool {
    HeaderMeaning::of(header).rank(role).is_some()
}

fn assert_all(headers: &[(&str, Role)]) {
    let wrong: Vec<_> = headers.iter().filter(|(header, role)| !speaks(header, *role)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn english_headers() {
    assert_all(&[
        ("Order ID", OrderId),
        ("order_no", OrderId),
        ("ORDERNUMBER", OrderId),
        ("InvoiceNo", OrderId),
        ("Invoice", OrderId),
        ("Transaction_ID", OrderId),
        ("Receipt No.", OrderId),
        ("Order #", OrderId),
        ("BASKET_ID", OrderId),
        ("Row ID", LineId),
        ("ORDERLINENUMBER", LineId),
        ("order_item_id", LineId),
        ("Unnamed: 0", LineId),
        ("SalesOrderDetailID", LineId),
        ("order_purchase_timestamp", EventTime),
        ("InvoiceDate", EventTime),
        ("Date of Purchase", EventTime),
        ("order_created_at", EventTime),
        ("t_dat", EventTime),
        ("orders_id", OrderId),
        ("event_type", EventType),
        ("Cust ID", CustomerId),
        ("custkey", CustomerId),
        ("household_key", CustomerId),
        ("Customer Name", CustomerName),
        ("E-Mail", Email),
        ("StockCode", ProductId),
        ("SKU", ProductId),
        ("article_id", ProductId),
        ("Product Title", ProductName),
        ("Item", ProductName),
        ("product_detail", ProductName),
        ("Sub-Category", Category),
        ("PRODUCTLINE", Category),
        ("Product line", Category),
        ("Qty", Quantity),
        ("QUANTITYORDERED", Quantity),
        ("Units Sold", Quantity),
        ("Number of Items", Quantity),
        ("Price Each", UnitPrice),
        ("Price per Unit", UnitPrice),
        ("UnitPrice", UnitPrice),
        ("Purchase Amount (USD)", Amount),
        ("Total, USD", Amount),
        ("Weekly_Sales", Amount),
        ("LineTotal", Amount),
        ("Sales", Amount),
        ("Net Sales", Amount),
        ("Country", Region),
        ("Payment Type", PaymentMethod),
        ("Order Status", Status),
    ]);
}

#[test]
fn german_headers() {
    assert_all(&[
        ("Bestellnummer", OrderId),
        ("BestellNr", OrderId),
        ("Auftrags-Nr.", OrderId),
        ("Rechnungsnummer", OrderId),
        ("Belegnr", OrderId),
        ("Position", LineId),
        ("Bestelldatum", EventTime),
        ("Rechnungsdatum", EventTime),
        ("Datum und Uhrzeit", EventTime),
        ("Bestellt am", EventTime),
        ("Kundennummer", CustomerId),
        ("Kd.-Nr.", CustomerId),
        ("Kundenname", CustomerName),
        ("Name des Kunden", CustomerName),
        ("E-Mail-Adresse", Email),
        ("Artikelnummer", ProductId),
        ("Art.-Nr.", ProductId),
        ("Artikelbezeichnung", ProductName),
        ("Produkt", ProductName),
        ("Warengruppe", Category),
        ("Menge", Quantity),
        ("Stück", Quantity),
        ("Stueckzahl", Quantity),
        ("Anzahl Artikel", Quantity),
        ("Einzelpreis", UnitPrice),
        ("Stückpreis (EUR)", UnitPrice),
        ("Preis pro Stück", UnitPrice),
        ("Gesamtpreis", Amount),
        ("Betrag (EUR)", Amount),
        ("Rechnungsbetrag", Amount),
        ("UMSAETZE", Amount),
        ("Gesamtbetrag brutto", Amount),
        ("Bestellwert", Amount),
        ("Land", Region),
        ("Zahlungsart", PaymentMethod),
        ("Bestellstatus", Status),
    ]);
}

#[test]
fn french_headers() {
    assert_all(&[
        ("N° commande", OrderId),
        ("Numéro de commande", OrderId),
        ("Numero facture", OrderId),
        ("Réf. commande", OrderId),
        ("Ligne", LineId),
        ("Date de commande", EventTime),
        ("Date d'achat", EventTime),
        ("Date et heure", EventTime),
        ("Code client", CustomerId),
        ("Nom du client", CustomerName),
        ("Courriel", Email),
        ("Référence produit", ProductId),
        ("Produit", ProductName),
        ("Désignation", ProductName),
        ("LIBELLÉ", ProductName),
        ("Catégorie", Category),
        ("Quantité", Quantity),
        ("Qté", Quantity),
        ("Nombre d'articles", Quantity),
        ("Prix unitaire", UnitPrice),
        ("Prix unitaire HT", UnitPrice),
        ("Montant", Amount),
        ("Montant TTC (€)", Amount),
        ("Chiffre d'affaires", Amount),
        ("Total de la commande", Amount),
        ("Pays", Region),
        ("Mode de paiement", PaymentMethod),
        ("Statut de la commande", Status),
    ]);
}

#[test]
fn spanish_headers() {
    assert_all(&[
        ("pedido_id", OrderId),
        ("Nº de pedido", OrderId),
        ("Número de Factura", OrderId),
        ("fecha", EventTime),
        ("Fecha de compra", EventTime),
        ("FechaPedido", EventTime),
        ("Fecha y hora", EventTime),
        ("id_cliente", CustomerId),
        ("Código de cliente", CustomerId),
        ("Nombre del cliente", CustomerName),
        ("Correo electrónico", Email),
        ("Código producto", ProductId),
        ("Producto", ProductName),
        ("Descripción", ProductName),
        ("Categoría", Category),
        ("Cantidad", Quantity),
        ("Unidades vendidas", Quantity),
        ("precio_unitario", UnitPrice),
        ("P. Unitario", UnitPrice),
        ("Precio por unidad", UnitPrice),
        ("importe", Amount),
        ("Monto Total", Amount),
        ("Ventas", Amount),
        ("Total (€)", Amount),
        ("País", Region),
        ("Método de pago", PaymentMethod),
        ("Estado del pedido", Status),
    ]);
}

#[test]
fn portuguese_headers() {
    assert_all(&[
        ("Número do Pedido", OrderId),
        ("numero_pedido", OrderId),
        ("ID da Transação", OrderId),
        ("Nota Fiscal", OrderId),
        ("Data do Pedido", EventTime),
        ("Data da compra", EventTime),
        ("Data e hora", EventTime),
        ("Código do Cliente", CustomerId),
        ("Nome do Cliente", CustomerName),
        ("Código do Produto", ProductId),
        ("Produto", ProductName),
        ("Descrição do produto", ProductName),
        ("Categoria", Category),
        ("Quantidade", Quantity),
        ("Qtde", Quantity),
        ("Preço Unitário", UnitPrice),
        ("Valor unitário", UnitPrice),
        ("Preço R$", UnitPrice),
        ("Valor Total", Amount),
        ("Valor da venda", Amount),
        ("Faturamento", Amount),
        ("Estado", Region),
        ("Forma de pagamento", PaymentMethod),
        ("Situação", Status),
    ]);
}

#[test]
fn italian_headers() {
    assert_all(&[
        ("Numero ordine", OrderId),
        ("N. ordine", OrderId),
        ("ID Transazione", OrderId),
        ("Fattura n.", OrderId),
        ("Data ordine", EventTime),
        ("Data di acquisto", EventTime),
        ("Data e ora", EventTime),
        ("Codice cliente", CustomerId),
        ("Nome cliente", CustomerName),
        ("Codice articolo", ProductId),
        ("Prodotto", ProductName),
        ("Descrizione articolo", ProductName),
        ("Categoria prodotto", Category),
        ("Quantità", Quantity),
        ("Qta", Quantity),
        ("Prezzo unitario", UnitPrice),
        ("Importo", Amount),
        ("Importo totale", Amount),
        ("Totale ordine", Amount),
        ("Fatturato", Amount),
        ("Paese", Region),
        ("Metodo di pagamento", PaymentMethod),
        ("Stato ordine", Status),
    ]);
}

#[test]
fn dutch_headers() {
    assert_all(&[
        ("Bestelnummer", OrderId),
        ("Ordernr", OrderId),
        ("Factuurnummer", OrderId),
        ("Besteldatum", EventTime),
        ("Aankoopdatum", EventTime),
        ("Factuurdatum", EventTime),
        ("Klantnummer", CustomerId),
        ("Klantnaam", CustomerName),
        ("E-mailadres", Email),
        ("Artikelnummer", ProductId),
        ("Artikelomschrijving", ProductName),
        ("Product", ProductName),
        ("Categorie", Category),
        ("Aantal", Quantity),
        ("Stuks", Quantity),
        ("Prijs per stuk", UnitPrice),
        ("Stukprijs", UnitPrice),
        ("Eenheidsprijs", UnitPrice),
        ("Bedrag", Amount),
        ("Totaalbedrag", Amount),
        ("Omzet", Amount),
        ("Totaal", Amount),
        ("Land", Region),
        ("Betaalmethode", PaymentMethod),
        ("Betaalwijze", PaymentMethod),
        ("Bestelstatus", Status),
    ]);
}

#[test]
fn polish_headers() {
    assert_all(&[
        ("Nr zamówienia", OrderId),
        ("Numer zamowienia", OrderId),
        ("Numer faktury", OrderId),
        ("Data zamówienia", EventTime),
        ("Data sprzedaży", EventTime),
        ("Data i godzina", EventTime),
        ("ID klienta", CustomerId),
        ("Imię i nazwisko", CustomerName),
        ("Kod produktu", ProductId),
        ("Nazwa produktu", ProductName),
        ("Towar", ProductName),
        ("Kategoria", Category),
        ("Ilość", Quantity),
        ("Liczba sztuk", Quantity),
        ("Cena jednostkowa", UnitPrice),
        ("Cena (zł)", UnitPrice),
        ("Wartość", Amount),
        ("Wartość brutto", Amount),
        ("Kwota", Amount),
        ("Kwota całkowita", Amount),
        ("Kraj", Region),
        ("Metoda płatności", PaymentMethod),
        ("Status zamówienia", Status),
    ]);
}

#[test]
fn turkish_headers() {
    assert_all(&[
        ("Sipariş No", OrderId),
        ("Sipariş Numarası", OrderId),
        ("FATURA NO", OrderId),
        ("İşlem No", OrderId),
        ("Sipariş Tarihi", EventTime),
        ("TARİH", EventTime),
        ("Satış Tarihi", EventTime),
        ("Müşteri No", CustomerId),
        ("musteri_id", CustomerId),
        ("Müşteri Adı", CustomerName),
        ("Ürün Kodu", ProductId),
        ("Stok Kodu", ProductId),
        ("Ürün Adı", ProductName),
        ("Kategori", Category),
        ("Adet", Quantity),
        ("Miktar", Quantity),
        ("Birim Fiyat", UnitPrice),
        ("Birim Fiyatı", UnitPrice),
        ("Tutar", Amount),
        ("Toplam Tutar", Amount),
        ("Satış Tutarı", Amount),
        ("Şehir", Region),
        ("Ödeme Yöntemi", PaymentMethod),
        ("Sipariş Durumu", Status),
    ]);
}

#[test]
fn russian_headers() {
    assert_all(&[
        ("Номер заказа", OrderId),
        ("№ заказа", OrderId),
        ("Заказ", OrderId),
        ("Номер чека", OrderId),
        ("Дата заказа", EventTime),
        ("Дата", EventTime),
        ("Дата и время", EventTime),
        ("ID клиента", CustomerId),
        ("Клиент", CustomerId),
        ("Имя покупателя", CustomerName),
        ("Артикул", ProductId),
        ("Код товара", ProductId),
        ("Наименование товара", ProductName),
        ("Наименование", ProductName),
        ("Товар", ProductName),
        ("Категория", Category),
        ("Количество", Quantity),
        ("Кол-во", Quantity),
        ("Цена", UnitPrice),
        ("Цена за единицу", UnitPrice),
        ("Сумма", Amount),
        ("СУММА ЗАКАЗА", Amount),
        ("Стоимость, руб.", Amount),
        ("Выручка", Amount),
        ("Страна", Region),
        ("Способ оплаты", PaymentMethod),
        ("Статус заказа", Status),
    ]);
}

#[test]
fn headers_of_shop_exports() {
    assert_all(&[
        ("Created at", EventTime),
        ("Lineitem quantity", Quantity),
        ("Lineitem name", ProductName),
        ("Lineitem price", UnitPrice),
        ("Lineitem sku", ProductId),
        ("Billing Country", Region),
        ("Financial Status", Status),
        ("order_total", Amount),
        ("Order Total Amount", Amount),
        ("Item Total", Amount),
        ("Sales Record Number", OrderId),
        ("Item Title", ProductName),
        ("Total Price", Amount),
        ("Sold For", UnitPrice),
        ("amazon-order-id", OrderId),
        ("purchase-date", EventTime),
        ("item-price", UnitPrice),
        ("quantity-purchased", Quantity),
    ]);
}

#[test]
fn other_headers_have_no_role() {
    let nothing = [
        "Discount",
        "Tax 5%",
        "Shipping",
        "Freight",
        "Profit",
        "Unit Cost",
        "cogs",
        "Product Weight",
        "product_weight_g",
        "product_name_lenght",
        "Postal Code",
        "Rabatt",
        "Rabattbetrag",
        "MwSt",
        "Versandkosten",
        "Gewinn",
        "Remise",
        "TVA",
        "Coût",
        "Descuento",
        "Impuesto",
        "Desconto",
        "Frete",
        "Sconto",
        "Korting",
        "Rabat",
        "İndirim",
        "KDV",
        "Скидка",
        "НДС",
        "Unnamed: 22",
        "Discount Amount",
        "Tax Amount",
        "shipping_fee",
        "Kundengruppe",
        "store_id",
        "seller_id",
        "Paid at",
        "Fulfilled at",
        "Cancelled at",
        "Ship Date",
        "shipping_limit_date",
        "due_date",
        "Lieferdatum",
        "Versanddatum",
        "Zahlungsdatum",
        "Geburtsdatum",
        "Date de livraison",
        "Fecha de entrega",
        "Data de entrega",
        "Data di consegna",
        "Leverdatum",
        "Data wysyłki",
        "Teslim Tarihi",
        "Дата доставки",
        "order_delivered_customer_date",
        "order_estimated_delivery_date",
        "order_approved_at",
        "customer_zip_code_prefix",
        "days_since_prior_order",
        "Ship Mode",
        "Segment",
        "user_session",
        "Customers",
        "Orders",
        "Kunden",
        "Pedidos",
        "gross income",
    ];
    let all = || crate::meaning::shapes::roles();
    for header in nothing {
        let spoken: Vec<_> = all().filter(|role| speaks(header, *role)).collect();
        assert!(spoken.is_empty(), "{header}: {spoken:?}");
    }
}

#[test]
fn other_times_are_recognized_as_such() {
    for header in [
        "Paid at",
        "Fulfilled at",
        "shipping_limit_date",
        "Lieferdatum",
        "Geburtstag",
        "Fecha de envío",
        "Date d'expédition",
        "Data di nascita",
        "Verzenddatum",
        "Data dostawy",
        "Teslim Tarihi",
        "Дата отгрузки",
        "last_updated_xyz",
        "Data de vencimento",
    ] {
        assert!(HeaderMeaning::of(header).later, "{header}");
    }
    for header in ["Created at", "Bestelldatum", "Datum", "week_start"] {
        assert!(!HeaderMeaning::of(header).later, "{header}");
    }
}

#[test]
fn a_common_prefix_of_headers_means_nothing() {
    let headers = ["tb_order_id", "tb_order_date", "tb_total"];
    let all = HeaderMeaning::of_all(headers.into_iter());
    assert_eq!(all[0].rank(OrderId), Some(0));
    assert_eq!(HeaderMeaning::of("tb_order_id").rank(Role::OrderId), None);
}

#[test]
fn what_is_sold_may_have_any_name() {
    let headers = ["pizza_id", "order_id", "pizza_name", "pizza_category", "store_name"];
    let all = HeaderMeaning::of_all(headers.into_iter());
    assert!(all[0].rank(Role::ProductId).is_some() && all[2].rank(Role::ProductName).is_some());
    assert!(all[4].rank(Role::ProductName).is_none());
}
