//! Given names and family names, each with its form in email addresses.

/// A name, and its form in an email address.
#[derive(Debug)]
pub(crate) struct Name(pub(crate) &'static str, pub(crate) &'static str);

pub(crate) const ENGLISH_GIVEN: &[Name] = &[
    Name("Olivia", "olivia"),
    Name("James", "james"),
    Name("Amelia", "amelia"),
    Name("William", "william"),
    Name("Chloë", "chloe"),
    Name("Henry", "henry"),
    Name("Zoë", "zoe"),
    Name("Daniel", "daniel"),
    Name("Grace", "grace"),
    Name("D'Angelo", "dangelo"),
    Name("Mary-Jane", "mary-jane"),
    Name("Samuel", "samuel"),
];

pub(crate) const ENGLISH_FAMILY: &[Name] = &[
    Name("Smith", "smith"),
    Name("O'Brien", "obrien"),
    Name("Johnson", "johnson"),
    Name("MacLeod", "macleod"),
    Name("O'Connor", "oconnor"),
    Name("Williams", "williams"),
    Name("Brontë", "bronte"),
    Name("Taylor", "taylor"),
    Name("Smith-Jones", "smith-jones"),
    Name("Walker", "walker"),
    Name("Nguyen", "nguyen"),
    Name("Garcia", "garcia"),
];

pub(crate) const FRENCH_GIVEN: &[Name] = &[
    Name("Élodie", "elodie"),
    Name("François", "francois"),
    Name("Léa", "lea"),
    Name("Théo", "theo"),
    Name("Anaïs", "anais"),
    Name("Jean-Luc", "jean-luc"),
    Name("Chloé", "chloe"),
    Name("Noël", "noel"),
];

pub(crate) const FRENCH_FAMILY: &[Name] = &[
    Name("Lefèvre", "lefevre"),
    Name("Dubois", "dubois"),
    Name("D'Aubigné", "daubigne"),
    Name("Gauthier", "gauthier"),
    Name("L'Hôpital", "lhopital"),
    Name("Béranger", "beranger"),
    Name("Moreau", "moreau"),
    Name("Crépeau", "crepeau"),
];

pub(crate) const SPANISH_GIVEN: &[Name] = &[
    Name("José", "jose"),
    Name("Lucía", "lucia"),
    Name("Iñaki", "inaki"),
    Name("María", "maria"),
    Name("Andrés", "andres"),
    Name("Sofía", "sofia"),
    Name("Begoña", "begona"),
    Name("Ángel", "angel"),
];

pub(crate) const SPANISH_FAMILY: &[Name] = &[
    Name("García", "garcia"),
    Name("Muñoz", "munoz"),
    Name("Hernández", "hernandez"),
    Name("Ibáñez", "ibanez"),
    Name("Peña", "pena"),
    Name("López Ruiz", "lopez.ruiz"),
    Name("Núñez", "nunez"),
    Name("Castro", "castro"),
];

pub(crate) const GERMAN_GIVEN: &[Name] = &[
    Name("Jürgen", "juergen"),
    Name("Anna", "anna"),
    Name("Jörg", "joerg"),
    Name("Käthe", "kaethe"),
    Name("Lukas", "lukas"),
    Name("Björn", "bjoern"),
    Name("Sabine", "sabine"),
    Name("Götz", "goetz"),
];

pub(crate) const GERMAN_FAMILY: &[Name] = &[
    Name("Müller", "mueller"),
    Name("Schröder", "schroeder"),
    Name("Weiß", "weiss"),
    Name("Schmidt", "schmidt"),
    Name("Krämer", "kraemer"),
    Name("von Bülow", "von.buelow"),
    Name("Groß", "gross"),
    Name("Becker", "becker"),
];

pub(crate) const PORTUGUESE_GIVEN: &[Name] = &[
    Name("João", "joao"),
    Name("Conceição", "conceicao"),
    Name("Antônio", "antonio"),
    Name("Beatriz", "beatriz"),
    Name("Luís", "luis"),
    Name("Júlia", "julia"),
];

pub(crate) const PORTUGUESE_FAMILY: &[Name] = &[
    Name("Gonçalves", "goncalves"),
    Name("da Silva", "da.silva"),
    Name("Araújo", "araujo"),
    Name("Assunção", "assuncao"),
    Name("Oliveira", "oliveira"),
    Name("Simões", "simoes"),
];

pub(crate) const ITALIAN_GIVEN: &[Name] = &[
    Name("Niccolò", "niccolo"),
    Name("Giulia", "giulia"),
    Name("Matteo", "matteo"),
    Name("Desirée", "desiree"),
    Name("Lorenzo", "lorenzo"),
];

pub(crate) const ITALIAN_FAMILY: &[Name] = &[
    Name("D'Amico", "damico"),
    Name("Rossi", "rossi"),
    Name("Dell'Acqua", "dellacqua"),
    Name("Bianchi", "bianchi"),
    Name("Nicolò", "nicolo"),
];

pub(crate) const POLISH_GIVEN: &[Name] = &[
    Name("Małgorzata", "malgorzata"),
    Name("Paweł", "pawel"),
    Name("Łukasz", "lukasz"),
    Name("Święta", "swieta"),
    Name("Józef", "jozef"),
];

pub(crate) const POLISH_FAMILY: &[Name] = &[
    Name("Wójcik", "wojcik"),
    Name("Dąbrowski", "dabrowski"),
    Name("Żak", "zak"),
    Name("Wiśniewska", "wisniewska"),
    Name("Źrebiec", "zrebiec"),
];

pub(crate) const TURKISH_GIVEN: &[Name] = &[
    Name("İbrahim", "ibrahim"),
    Name("Ayşe", "ayse"),
    Name("Çağla", "cagla"),
    Name("Işıl", "isil"),
];

pub(crate) const TURKISH_FAMILY: &[Name] = &[
    Name("Yılmaz", "yilmaz"),
    Name("Öztürk", "ozturk"),
    Name("Şahin", "sahin"),
    Name("Güneş", "gunes"),
];

pub(crate) const GREEK_GIVEN: &[Name] = &[
    Name("Ελένη", "eleni"),
    Name("Γιώργος", "giorgos"),
    Name("Κατερίνα", "katerina"),
    Name("Νίκος", "nikos"),
];

pub(crate) const GREEK_FAMILY: &[Name] = &[
    Name("Παπαδοπούλου", "papadopoulou"),
    Name("Οικονόμου", "oikonomou"),
    Name("Γεωργίου", "georgiou"),
    Name("Νικολάου", "nikolaou"),
];

pub(crate) const UKRAINIAN_GIVEN: &[Name] = &[
    Name("Олена", "olena"),
    Name("Андрій", "andrii"),
    Name("Юлія", "yuliia"),
    Name("Дем'ян", "demian"),
];

pub(crate) const UKRAINIAN_FAMILY: &[Name] = &[
    Name("Шевченко", "shevchenko"),
    Name("Коваленко", "kovalenko"),
    Name("Лук'яненко", "lukianenko"),
    Name("Бондар", "bondar"),
];

pub(crate) const IVORIAN_FAMILY: &[Name] = &[
    Name("N'Guessan", "nguessan"),
    Name("Koné", "kone"),
    Name("N'Diaye", "ndiaye"),
    Name("Traoré", "traore"),
];

pub(crate) const ARABIC_GIVEN: &[Name] = &[
    Name("فاطمة", "fatma"),
    Name("محمد", "mohamed"),
    Name("مريم", "mariam"),
    Name("يوسف", "youssef"),
];

pub(crate) const ARABIC_FAMILY: &[Name] = &[
    Name("حسن", "hassan"),
    Name("إبراهيم", "ibrahim"),
    Name("منصور", "mansour"),
    Name("السيد", "elsayed"),
];

pub(crate) const INDIAN_GIVEN: &[Name] = &[
    Name("आरव", "aarav"),
    Name("Priya", "priya"),
    Name("Arjun", "arjun"),
    Name("दीपिका", "deepika"),
    Name("Kavya", "kavya"),
];

pub(crate) const INDIAN_FAMILY: &[Name] = &[
    Name("शर्मा", "sharma"),
    Name("Patel", "patel"),
    Name("D'Souza", "dsouza"),
    Name("सिंह", "singh"),
    Name("Iyer", "iyer"),
];

pub(crate) const JAPANESE_GIVEN: &[Name] = &[
    Name("太郎", "taro"),
    Name("さくら", "sakura"),
    Name("健一", "kenichi"),
    Name("美咲", "misaki"),
    Name("ユキ", "yuki"),
];

pub(crate) const JAPANESE_FAMILY: &[Name] = &[
    Name("山田", "yamada"),
    Name("佐藤", "sato"),
    Name("鈴木", "suzuki"),
    Name("髙橋", "takahashi"),
    Name("𠮷田", "yoshida"),
];

pub(crate) const KOREAN_GIVEN: &[Name] = &[
    Name("지우", "jiwoo"),
    Name("서연", "seoyeon"),
    Name("민준", "minjun"),
    Name("하은", "haeun"),
];

pub(crate) const KOREAN_FAMILY: &[Name] =
    &[Name("김", "kim"), Name("이", "lee"), Name("박", "park"), Name("최", "choi")];

pub(crate) const VIETNAMESE_GIVEN: &[Name] =
    &[Name("Thị Hương", "thi.huong"), Name("Đức", "duc"), Name("Ngọc", "ngoc"), Name("Bảo", "bao")];

pub(crate) const VIETNAMESE_FAMILY: &[Name] =
    &[Name("Nguyễn", "nguyen"), Name("Trần", "tran"), Name("Phạm", "pham"), Name("Đặng", "dang")];
