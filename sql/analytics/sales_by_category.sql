-- Which categories bring the revenue?
-- needs: category, amount
-- proof: group by category: orders = count(distinct order_id), units = sum(quantity), revenue = sum(amount)
SELECT category, orders, units, revenue,
       CAST(revenue * 100.0 / NULLIF(SUM(revenue) OVER (), 0) AS DECIMAL(9, 2)) AS share_percent
FROM (SELECT category, COUNT(DISTINCT order_id) AS orders, SUM(quantity) AS units, SUM(amount) AS revenue
      FROM sales GROUP BY category) AS categories
ORDER BY revenue DESC, category
