-- Which products bring the revenue? Class A makes the first 80 % of it, B the next 15 %, C the rest.
-- needs: products.product_id, product_id, amount
-- proof: group by every products.product_id: orders = count(distinct order_id), units = sum(quantity) or 0, revenue = sum(amount) or 0
SELECT product_id, orders, units, revenue, revenue_rank,
       CAST(revenue * 100.0 / NULLIF(total, 0) AS DECIMAL(9, 2)) AS share_percent,
       CASE WHEN (so_far - revenue) * 100 < total * 80 THEN 'A'
            WHEN (so_far - revenue) * 100 < total * 95 THEN 'B'
            ELSE 'C' END AS pareto_class
FROM (SELECT product_id, orders, units, revenue,
             ROW_NUMBER() OVER (ORDER BY revenue DESC, product_id) AS revenue_rank,
             SUM(revenue) OVER (ORDER BY revenue DESC, product_id
                                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far,
             SUM(revenue) OVER () AS total
      FROM (SELECT p.product_id, COUNT(DISTINCT s.order_id) AS orders, COALESCE(SUM(s.quantity), 0) AS units,
                   COALESCE(SUM(s.amount), 0) AS revenue
            FROM products AS p LEFT JOIN sales AS s ON s.product_id = p.product_id
            GROUP BY p.product_id) AS sold) AS ranked
ORDER BY revenue_rank
