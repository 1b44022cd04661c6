-- How much is sold each day in each region, by the records that have come through Kafka so far?
-- needs: sold_at, region, quantity, amount
-- proof: group by sale_date = day(sold_at), region: orders = count(distinct order_id), units = sum(quantity), revenue = sum(amount)
-- watermark: 7 days
--
-- This is the SELECT of the batch, over an endless table: `sales` is the topic ecommerce-transactions, from its first
-- message on. Spark computes the groups again to which new messages belong, and writes each of them as a message.
-- The group is the message's key, so the newest message of a key holds, and the topic keeps only that one.
--
-- A stream differs from a table in two ways:
--
-- 1. Kafka delivers at least once. Of several messages with the same (source, record_number) Spark ignores all but the
--    first, and to know them it has to remember what it has read. The watermark bounds that memory: it is the
--    newest arrival in Kafka less 7 days, and what arrived before it is forgotten. A repeat that comes more than 7 days
--    after its first message would count twice.
--    The watermark follows the arrival and not `sold_at`: sales of last year can come today, in any order, and Spark
--    drops what is older than the watermark. So a message is dropped only if the clock of its sender is 7 days slow;
--    then the analysis ends and says so, for a sum without it would be wrong.
-- 2. The end of the stream is never there, so what must see all rows at once cannot be asked: ORDER BY, windows over
--    the result, COUNT(DISTINCT x). The last one is the size of a set instead.
SELECT CAST(sold_at AS DATE) AS sale_date, region, SIZE(COLLECT_SET(order_id)) AS orders, SUM(quantity) AS units,
       SUM(amount) AS revenue
FROM sales
GROUP BY CAST(sold_at AS DATE), region
