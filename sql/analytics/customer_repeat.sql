-- How many customers bought once, twice, or more often?
-- needs: customer_id, amount
-- proof: where customer_id is not null: customers = count(distinct customer_id), revenue = sum(amount)
SELECT orders, COUNT(*) AS customers, SUM(revenue) AS revenue,
       CAST(COUNT(*) * 100.0 / SUM(COUNT(*)) OVER () AS DECIMAL(9, 2)) AS share_percent
FROM (SELECT customer_id, COUNT(DISTINCT order_id) AS orders, SUM(amount) AS revenue
      FROM sales WHERE customer_id IS NOT NULL GROUP BY customer_id) AS bought
GROUP BY orders
ORDER BY orders
