package ecom.spark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Analyzes the lake: runs one SELECT after the other over the lake's views, and writes each result as text in the
 * lake's form, which Sqoop exports as it is.
 *
 * <p>Standard input is a list of texts, each followed by U+0000: the statements that make the views, a SELECT that counts
 * the records of each, then a name and a SELECT for each result. Standard output has one JSON object a line: for each view its records, for each result its
 * rows and its columns with their types. A result goes to the folder .import-NAME below the folder of the argument: who
 * called compares the numbers, and gives it its name.
 *
 * <p>The view `sales` is written once, as Parquet, and read from there by every result.
 */
public final class Analytics {
    /** What a text is written as: ecom_core::lake_text. The backslash comes first. */
    private static final String[][] ESCAPES = {
        {"\\", "\\\\"}, {"\t", "\\t"}, {"\n", "\\n"}, {"\r", "\\r"}, {"\0", "\\0"}
    };

    private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]{0,63}");

    private final SparkSession spark;
    private final String folder;

    private Analytics(SparkSession spark, String folder) {
        this.spark = spark;
        this.folder = folder;
    }

    /** Arguments: local or yarn, the folder of the lake, the folder of the results. */
    public static void main(String[] args) throws Exception {
        List<String> texts = read();
        SparkSession spark = session(args[0], args[1]);
        try {
            new Analytics(spark, args[2]).run(texts);
        } catch (Refused refused) {
            System.err.println(refused.getMessage());
            System.exit(4);
        } finally {
            spark.stop();
        }
    }

    static SparkSession session(String master, String lake) {
        SparkSession.Builder builder = SparkSession.builder()
            .appName("analytics")
            .master(master.equals("local") ? "local[*]" : master)
            .config("spark.ecom.lake", lake)
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.catalogImplementation", "in-memory");
        if (master.equals("local")) {
            builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1");
        } else {
            // The image of the NodeManager has the same jars. Its containers may take 2,560 MB together.
            builder.config("spark.submit.deployMode", "client")
                .config("spark.yarn.jars", "local:" + System.getenv("ECOM_LIB_DIR") + "/spark/*")
                .config("spark.yarn.am.memory", "384m")
                .config("spark.executor.instances", "1")
                .config("spark.executor.cores", "2")
                .config("spark.executor.memory", "640m");
        }
        return builder.getOrCreate();
    }

    static List<String> read() throws IOException {
        String all = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        if (!all.endsWith("\0")) {
            throw new IOException("the list of statements is not complete");
        }
        return Arrays.asList(all.split("\0"));
    }

    private void run(List<String> texts) throws Exception {
        make(spark, texts.get(0));
        keepSales();
        count(texts.get(1));
        for (int index = 2; index + 1 < texts.size(); index += 2) {
            result(texts.get(index), texts.get(index + 1));
        }
    }

    /** Runs the statements that make the views. */
    static void make(SparkSession spark, String statements) {
        for (String statement : statements.split(";\\R")) {
            if (!statement.isBlank()) {
                spark.sql(statement);
            }
        }
    }

    /** Writes the view as Parquet, and replaces it with what was written. */
    private void keepSales() throws InterruptedException {
        String path = folder + "/.import-sales";
        Observation counted = new Observation();
        Dataset<Row> sales = spark.table("sales").observe(counted, functions.count(functions.lit(1)).as("rows"));
        sales.write().mode("overwrite").parquet(path);
        print("view", "sales", counted, "");
        spark.read().schema(sales.schema()).parquet(path).createOrReplaceTempView("sales");
    }

    /** The records of the other views, which the statement counts. */
    private void count(String statement) {
        for (Row row : spark.sql(statement).collectAsList()) {
            System.out.printf("{\"view\": \"%s\", \"rows\": %d}%n", row.getString(0), row.getLong(1));
        }
    }

    private void result(String name, String select) throws Exception {
        Dataset<Row> result = query(spark, "sql/analytics/" + name + ".sql", select);
        StructType schema = result.schema();
        String[] fields = Arrays.stream(schema.fields()).map(field -> form(name, field)).toArray(String[]::new);
        Observation counted = new Observation();
        result.observe(counted, functions.count(functions.lit(1)).as("rows"))
            .coalesce(1)
            .selectExpr("CONCAT_WS('\\t', " + String.join(", ", fields) + ")")
            .write()
            .mode("overwrite")
            .text(folder + "/.import-" + name);
        print("result", name, counted, ", \"schema\": " + schema.json());
    }

    /** Refuses what is no query of the views. */
    static Dataset<Row> query(SparkSession spark, String name, String select) throws Exception {
        try {
            return spark.sql(select);
        } catch (Exception error) {
            // The compiler does not know that Scala's methods throw it.
            if (error instanceof AnalysisException) {
                throw new Refused(name + ": " + error.getMessage().lines().findFirst().orElse(""));
            }
            throw error;
        }
    }

    /** The SQL expression for a value's text. */
    private static String form(String name, StructField field) {
        if (!PLAIN.matcher(field.name()).matches()) {
            throw new Refused("sql/analytics/" + name + ".sql: the column " + field.name() + " has no plain name: add AS name");
        }
        String column = "`" + field.name() + "`";
        return "COALESCE(" + text(name, field.dataType(), column) + ", '\\\\N')";
    }

    private static String text(String name, DataType type, String column) {
        if (type.equals(DataTypes.StringType)) {
            String sql = column;
            for (String[] escape : ESCAPES) {
                sql = "REPLACE(" + sql + ", " + literal(escape[0]) + ", " + literal(escape[1]) + ")";
            }
            return sql;
        }
        if (type.equals(DataTypes.BooleanType)) {
            return "CAST(CAST(" + column + " AS INT) AS STRING)";
        }
        if (type.equals(DataTypes.TimestampType) || type.equals(DataTypes.TimestampNTZType)) {
            return "DATE_FORMAT(" + column + ", 'yyyy-MM-dd HH:mm:ss.SSSSSS')";
        }
        return "CAST(" + column + " AS STRING)";
    }

    private static String literal(String text) {
        StringBuilder sql = new StringBuilder("'");
        for (char one : text.toCharArray()) {
            sql.append(String.format("\\u%04x", (int) one));
        }
        return sql.append('\'').toString();
    }

    private static void print(String kind, String name, Observation counted, String more) throws InterruptedException {
        Object rows = counted.getAsJava().get("rows");
        System.out.printf("{\"%s\": \"%s\", \"rows\": %s%s}%n", kind, name, rows, more);
    }

    /** What the caller has to change. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }
}
