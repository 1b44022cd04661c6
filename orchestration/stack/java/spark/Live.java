package ecom.spark;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StateOperatorProgress;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Keeps one result up to date while a topic grows: reads the topic from its first message on, and writes each group
 * that has changed as a message to another topic.
 *
 * <p>Standard input is a list of texts, each followed by U+0000: the types of a message's fields, the statements that
 * make the views over `_messages`, the columns of a message's key, the delay of the watermark, and the SELECT. Standard
 * output has a line for each micro-batch.
 *
 * <p>The output mode is update: Spark writes a group as often as it changes, and the newest message of a key holds.
 * After a kill, the micro-batch that was not committed is computed again from the state of the one before, and writes
 * the same messages again. So the newest message of each key is the same as if nothing had happened.
 */
public final class Live {
    /** Messages that were older than the watermark, and so are not in the result. */
    private static final AtomicLong LATE = new AtomicLong();

    private Live() {}

    /** Arguments: the lake, brokers, topic, topic of the results, folder of the checkpoint, until-read or go-on. */
    public static void main(String[] args) throws Exception {
        List<String> texts = Analytics.read();
        SparkSession spark = Analytics.session("local", args[0]);
        // No micro-batch without messages, only to forget what is older than the watermark: the next one does it.
        spark.conf().set("spark.sql.streaming.noDataMicroBatches.enabled", "false");
        // What a restart needs is the state of one micro-batch before the last.
        spark.conf().set("spark.sql.streaming.minBatchesToRetain", "10");
        spark.conf().set("spark.sql.streaming.maxBatchesToRetainInMemory", "1");
        try {
            Dataset<Row> result = result(spark, messages(spark, args[1], args[2], texts.get(0), texts.get(3)), texts);
            spark.streams().addListener(new Told());
            StreamingQuery query = json(result, texts.get(2))
                .writeStream()
                .outputMode("update")
                .format("kafka")
                .option("kafka.bootstrap.servers", args[1])
                .option("topic", args[3])
                .option("checkpointLocation", args[4])
                .trigger(args[5].equals("until-read") ? Trigger.AvailableNow() : Trigger.ProcessingTime("2 seconds"))
                .start();
            while (!query.awaitTermination(500)) {
                if (LATE.get() > 0) {
                    query.stop();
                }
            }
        } catch (Analytics.Refused refused) {
            System.err.println(refused.getMessage());
            System.exit(4);
        } finally {
            // What is still to be told is told before it returns.
            spark.stop();
        }
        if (LATE.get() > 0) {
            System.err.printf("%s messages arrived more than %s before others: they are in no sum%n", LATE, texts.get(3));
            System.exit(7);
        }
    }

    /**
     * The messages, each record once. There is no limit to a micro-batch: the first one takes all that is there, and
     * within it no message is late.
     */
    private static Dataset<Row> messages(
        SparkSession spark, String servers, String topic, String types, String delay) {
        Column fields = functions.from_json(functions.col("value").cast("string"), types, Map.of("mode", "FAILFAST"));
        return spark.readStream()
            .format("kafka")
            .option("kafka.bootstrap.servers", servers)
            .option("subscribe", topic)
            .option("startingOffsets", "earliest")
            .option("failOnDataLoss", "true")
            .load()
            .select(functions.col("timestamp").as("_arrived"), fields.as("_fields"))
            .select("_arrived", "_fields.*")
            .withWatermark("_arrived", delay)
            .dropDuplicatesWithinWatermark(new String[] {"source", "record_number"});
    }

    private static Dataset<Row> result(SparkSession spark, Dataset<Row> messages, List<String> texts) throws Exception {
        messages.createOrReplaceTempView("_messages");
        Analytics.make(spark, texts.get(1));
        return Analytics.query(spark, "sql/live", texts.get(4));
    }

    /** Key and value as JSON; a NULL stays, as null. */
    private static Dataset<Row> json(Dataset<Row> result, String key) {
        String form = "TO_JSON(STRUCT(%s), MAP('ignoreNullFields', 'false')) AS %s";
        return result.selectExpr(String.format(form, key, "key"), String.format(form, "*", "value"));
    }

    /** Prints a line for each micro-batch that has read something. */
    private static final class Told extends StreamingQueryListener {
        private static final long serialVersionUID = 1;

        @Override
        public void onQueryStarted(QueryStartedEvent event) {}

        @Override
        public void onQueryTerminated(QueryTerminatedEvent event) {}

        @Override
        public void onQueryProgress(QueryProgressEvent event) {
            StreamingQueryProgress progress = event.progress();
            long repeats = 0;
            for (StateOperatorProgress operator : progress.stateOperators()) {
                repeats += operator.customMetrics().getOrDefault("numDroppedDuplicateRows", 0L);
                LATE.addAndGet(operator.numRowsDroppedByWatermark());
            }
            if (progress.numInputRows() > 0) {
                System.out.printf("batch %d: %d messages, %d groups changed, %d repeats ignored, watermark %s%n",
                    progress.batchId(), progress.numInputRows(), progress.sink().numOutputRows(), repeats,
                    watermark(progress.eventTime().get("watermark")));
            }
        }

        /** The first micro-batch has none: it follows from what the one before has read. */
        private static String watermark(String time) {
            return time == null || Instant.parse(time).equals(Instant.EPOCH) ? "none yet" : time;
        }
    }
}
