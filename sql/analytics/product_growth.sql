-- Which products sell more or less than before? The last 30 days against the 30 days before them.
-- needs: product_id, sold_at, amount
SELECT product_id, revenue_before, revenue_now, revenue_now - revenue_before AS change,
       CAST((revenue_now - revenue_before) * 100.0 / NULLIF(revenue_before, 0) AS DECIMAL(18, 2)) AS growth_percent
FROM (SELECT product_id,
             COALESCE(SUM(CASE WHEN sold_at < end_at - INTERVAL '30' DAY THEN amount END), 0) AS revenue_before,
             COALESCE(SUM(CASE WHEN sold_at >= end_at - INTERVAL '30' DAY THEN amount END), 0) AS revenue_now
      FROM sales
      CROSS JOIN (SELECT DATE_TRUNC('day', MAX(sold_at)) + INTERVAL '1' DAY AS end_at FROM sales) AS last_day
      WHERE sold_at >= end_at - INTERVAL '60' DAY
      GROUP BY product_id) AS compared
ORDER BY change DESC, product_id
