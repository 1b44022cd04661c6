-- How much is sold each day, by the records that have come through Kafka so far?
-- needs: sold_at, quantity, amount
-- proof: group by sale_date = day(sold_at): orders = count(distinct order_id), units = sum(quantity), revenue = sum(amount)
-- watermark: 7 days
--
-- For data sets without a region. live_sales.sql explains it.
SELECT CAST(sold_at AS DATE) AS sale_date, SIZE(COLLECT_SET(order_id)) AS orders, SUM(quantity) AS units,
       SUM(amount) AS revenue
FROM sales
GROUP BY CAST(sold_at AS DATE)
