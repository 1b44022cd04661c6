-- What are the key figures: in all, in the last 30 days with sales, and in the 30 days before?
-- needs: sold_at, amount
-- proof: rows where period in ('all'): revenue = sum(amount), orders = count(distinct order_id), units = sum(quantity)
SELECT period, SUM(amount) AS revenue, COUNT(DISTINCT order_id) AS orders, SUM(quantity) AS units,
       CAST(SUM(amount) * 1.0 / NULLIF(COUNT(DISTINCT order_id), 0) AS DECIMAL(18, 2)) AS average_order
FROM (SELECT 'all' AS period, amount, order_id, quantity FROM sales
      UNION ALL
      SELECT CASE WHEN sold_at >= end_at - INTERVAL '30' DAY THEN 'last 30 days' ELSE '30 days before' END AS period,
             amount, order_id, quantity
      FROM sales
      CROSS JOIN (SELECT DATE_TRUNC('day', MAX(sold_at)) + INTERVAL '1' DAY AS end_at FROM sales) AS last_day
      WHERE sold_at >= end_at - INTERVAL '60' DAY) AS periods
GROUP BY period
ORDER BY period
