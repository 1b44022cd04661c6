-- How many customers buy, and how many had bought more than once by then? In all, in the last 30 days, and in the 30 before.
-- needs: customer_id, sold_at
-- proof: rows where period in ('all'): customers = count(distinct customer_id)
SELECT period, COUNT(DISTINCT customer_id) AS customers,
       COUNT(DISTINCT CASE WHEN order_number > 1 THEN customer_id END) AS repeat_customers
FROM (SELECT customer_id, sold_at,
             DENSE_RANK() OVER (PARTITION BY customer_id ORDER BY sold_at, order_id) AS order_number
      FROM sales WHERE customer_id IS NOT NULL AND sold_at IS NOT NULL) AS numbered
CROSS JOIN (SELECT DATE_TRUNC('day', MAX(sold_at)) + INTERVAL '1' DAY AS end_at FROM sales) AS last_day
JOIN (SELECT 'all' AS period UNION ALL SELECT 'last 30 days' UNION ALL SELECT '30 days before') AS periods
  ON period = 'all'
  OR period = 'last 30 days' AND sold_at >= end_at - INTERVAL '30' DAY
  OR period = '30 days before' AND sold_at >= end_at - INTERVAL '60' DAY AND sold_at < end_at - INTERVAL '30' DAY
GROUP BY period
ORDER BY period
