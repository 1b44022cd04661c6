-- How much is sold each month, and how much more or less than in the month before?
-- needs: sold_at, amount
-- proof: group by month = month(sold_at): orders = count(distinct order_id), units = sum(quantity), revenue = sum(amount)
SELECT month, orders, units, revenue,
       CAST((revenue - before) * 100.0 / NULLIF(before, 0) AS DECIMAL(18, 2)) AS growth_percent
FROM (SELECT month, orders, units, revenue, LAG(revenue) OVER (ORDER BY month) AS before
      FROM (SELECT CAST(DATE_TRUNC('month', sold_at) AS DATE) AS month, COUNT(DISTINCT order_id) AS orders,
                   SUM(quantity) AS units, SUM(amount) AS revenue
            FROM sales GROUP BY CAST(DATE_TRUNC('month', sold_at) AS DATE)) AS months) AS compared
ORDER BY month
