-- What became of the orders: how much of the revenue was cancelled or returned?
-- needs: status, amount
-- proof: group by status: orders = count(distinct order_id), units = sum(quantity), revenue = sum(amount)
SELECT status, orders, units, revenue,
       CAST(revenue * 100.0 / NULLIF(SUM(revenue) OVER (), 0) AS DECIMAL(9, 2)) AS share_percent
FROM (SELECT status, COUNT(DISTINCT order_id) AS orders, SUM(quantity) AS units, SUM(amount) AS revenue
      FROM sales GROUP BY status) AS statuses
ORDER BY status
